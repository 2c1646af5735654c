using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>The decision itself: one pure function from policy, state and inputs to a plan. The same code runs live, in a replay and
/// in a simulation.</summary>
public static class Decision
{
    /// <summary>Changes whenever the same inputs may give another plan; a stored plan names the version that made it.</summary>
    public const int Version = 3;

    /// <summary>Project, evaluate, sell, reserve, buy (semantics §1).</summary>
    /// <param name="policy">What the household decided.</param>
    /// <param name="state">What happened so far.</param>
    /// <param name="inputs">What was read now.</param>
    /// <exception cref="KeyNotFoundException">A price, rate, rule or reading is missing: unknown means stop.</exception>
    public static Plan Decide(Household policy, HouseholdState state, ReviewInputs inputs)
    {
        var book = new Book(policy, state, inputs);
        var choices = BuyChoices.All(book);

        // Spending comes out of the reserve first; then each account's free cash runs down the waterfall.
        var draw = ReserveDraw.Plan(book, Waterfall.Spending(book));
        var waterfall = Waterfall.Route(book, draw.Left);

        // Project: fresh cash always acts first.
        var projected = Project(book, choices, waterfall);
        var step = inputs.Read.Kind == ReviewKind.AdHoc
            ? new ProgramStep.NotAsked(projected.Portfolio)
            : state.Program.Evaluate(policy.Sell, inputs.Read.Slot, projected.Portfolio);

        // Sell: the larger of what drift and what the retirement reserve ask for, in one fill.
        var ceiling = (step as ProgramStep.Sell)?.Ceiling;
        var need = ReserveShortfall(book, draw, waterfall);
        var sale = ceiling is null && !need.Exists ? null : SellEngine.Decide(book, draw, waterfall, choices, ceiling, need);

        // Reserve: tax on the same day, then the reserve's gap; only the rest may be reinvested.
        var proceeds = Proceeds.Of(book, waterfall, sale);

        // Buy: one forward fill of everything deployable; what was just sold is not bought back.
        var purchase = BuyEngine.Fill(book, proceeds.ValuesAfter, proceeds.Core, proceeds.Fresh, choices.WithoutSold(sale));

        return new PlanWriter(book, draw, waterfall, projected, step, need, sale, proceeds, purchase).Write();
    }

    /// <summary>Sizes approved purchases by the cash that is really there (semantics §6). An account that has what its legs were
    /// approved for buys just that; one that is short fills again what it has, each leg at most its approved amount plus the tolerance.</summary>
    /// <param name="policy">What the household decided.</param>
    /// <param name="state">What happened so far.</param>
    /// <param name="inputs">What was read now.</param>
    /// <param name="approved">The purchases to size, all of them Invest legs.</param>
    /// <returns>Units per leg; a leg that gets nothing is not listed.</returns>
    public static ImmutableDictionary<LegId, Quantity> SizePurchases(
        Household policy, HouseholdState state, ReviewInputs inputs, ImmutableArray<PlannedLeg> approved)
    {
        var book = new Book(policy, state, inputs);
        var sized = ImmutableDictionary.CreateBuilder<LegId, Quantity>();
        var @short = new List<PlannedLeg>();
        foreach (var account in approved.GroupBy(l => l.Account))
        {
            var view = book.Accounts[book.IndexOf(account.Key)];
            var wanted = account.Select(leg => (Leg: leg, Units: AtPriceNow(leg))).ToArray();
            if (view.Blocked || wanted.Aggregate(Money.Zero(view.Account.Currency), (sum, w) => sum + Cost(w.Leg, w.Units)) > view.Free)
            {
                @short.AddRange(account);
                continue;
            }

            foreach (var (leg, units) in wanted)
            {
                Add(leg, units);
            }
        }

        var cash = book.Accounts.Select(a => @short.Any(l => l.Account == a.Account.Id) ? a.Free : Money.Zero(a.Account.Currency)).ToArray();
        var purchase = BuyEngine.Fill(book, book.Values, cash, cash, BuyChoices.Only(book, @short));
        foreach (var leg in @short)
        {
            Add(leg, purchase.Legs.FirstOrDefault(l => book.Accounts[l.Payer].Account.Id == leg.Account && l.Option.Instrument.Id == leg.Instrument)?.Units);
        }

        return sized.ToImmutable();

        bool IsByAmount(PlannedLeg leg) => policy.Instrument(leg.Instrument!).Dealing == Dealing.Nav;

        // The approved amount at today's price; the approved units while a higher price stays within the tolerance.
        Quantity AtPriceNow(PlannedLeg leg)
        {
            var (then, now) = (leg.Price!.Value.Amount, book.QuoteOf(leg.Instrument!).Price.Amount);
            if (IsByAmount(leg))
            {
                return new Quantity(leg.Value.Amount / now);
            }

            var amount = leg.Quantity.Units * then;
            return now <= then ? new Quantity(amount / now) : Quantity.Min(leg.Quantity, new Quantity(amount * (1m + policy.Approval.Tolerance) / now));
        }

        Money Cost(PlannedLeg leg, Quantity units)
        {
            if (IsByAmount(leg))
            {
                return leg.Value + leg.Charges;
            }

            var instrument = policy.Instrument(leg.Instrument!);
            var buffer = policy.Limits.SlippageBuffer;
            return (book.QuoteOf(instrument.Id).Price * units.FlooredTo(instrument.UnitStep) * (1m + buffer)).Rounded + leg.Charges;
        }

        void Add(PlannedLeg leg, Quantity? wanted)
        {
            var instrument = policy.Instrument(leg.Instrument!);
            var most = new Quantity(leg.Value.Amount * (1m + policy.Approval.Tolerance) / book.QuoteOf(instrument.Id).Price.Amount);
            var units = Quantity.Min(wanted ?? Quantity.Zero, most).FlooredTo(instrument.UnitStep);
            if (!units.IsZero)
            {
                sized.Add(leg.Id, units);
            }
        }
    }


    private static DriftSummary Project(Book book, BuyChoices choices, Waterfall waterfall)
    {
        Span<decimal> buys = stackalloc decimal[book.Targets.Length];
        Span<decimal> levels = stackalloc decimal[book.Targets.Length];
        var pools = choices.PoolCash(book, waterfall.Core);
        var fresh = book.Policy.Buy.Surplus == SurplusPolicy.Deploy ? pools : [];
        PooledFill.SolveTotals(new PoolProblem<decimal>(book.Values, book.Targets, pools, choices.Masks, fresh), buys, levels);
        for (var i = 0; i < buys.Length; i++)
        {
            buys[i] = book.Values[i] + (buys[i] / (1m + choices.CostRates[i]));
        }

        return Summarise(book, buys);
    }

    /// <summary>The drift of values against the household's targets.</summary>
    internal static DriftSummary Summarise(Book book, ReadOnlySpan<decimal> values)
    {
        var measures = DriftMeasures.Of(values, book.Targets);
        return new DriftSummary(new Drift(measures.Portfolio), new Drift(measures.WorstUnderweight), measures.SumOfSquares);
    }

    /// <summary>In retirement: what the reserve lacks when this review's income leaves it under its floor (semantics §4).</summary>
    private static ReserveNeed ReserveShortfall(Book book, ReserveDraw draw, Waterfall waterfall)
    {
        if (book.State.Phase != Phase.Retirement || book.Inputs.Read.Kind == ReviewKind.AdHoc)
        {
            return default;
        }

        var (reserve, monthly) = (book.Policy.Reserve, book.Policy.Expenses.Monthly.Amount);
        var now = draw.Left + book.Accounts.Sum(a => a.ToBase(waterfall.ToReserve[a.Index]));
        var (floor, goal) = (reserve.FloorMonths * monthly, (reserve.FloorMonths + reserve.RefillMonths) * monthly);
        return now < floor ? new ReserveNeed(floor - now, goal - now) : default;
    }
}

/// <summary>What the retirement reserve lacks, net of tax, base currency; nothing by default.</summary>
/// <param name="ToFloor">To its floor: a harvest that brings this makes a liquidity sale unnecessary.</param>
/// <param name="ToGoal">To the floor plus the refill months: what a liquidity sale raises.</param>
internal readonly record struct ReserveNeed(decimal ToFloor, decimal ToGoal)
{
    /// <summary>Whether the reserve is under its floor.</summary>
    public bool Exists => ToFloor > 0m;
}

/// <summary>Where the proceeds of a sale go. Money by account index, account currency.</summary>
/// <param name="ValuesAfter">Value of each class after the sale, base currency.</param>
/// <param name="ToTax">Set aside for the tax the sale causes.</param>
/// <param name="ToReserve">To the liquidity reserve.</param>
/// <param name="ToCore">To be reinvested.</param>
/// <param name="Core">Fresh core cash and what is to be reinvested.</param>
/// <param name="Fresh">The part of it that is not sale proceeds.</param>
internal sealed record Proceeds(decimal[] ValuesAfter, Money[] ToTax, Money[] ToReserve, Money[] ToCore, Money[] Core, Money[] Fresh)
{
    /// <summary>Routes a sale's proceeds: tax, then the reserve's gap, then core; all of it to the reserve in a liquidity sale.</summary>
    public static Proceeds Of(Book book, Waterfall waterfall, Sale? sale)
    {
        var values = book.Values.ToArray();
        var zero = book.Accounts.Select(a => Money.Zero(a.Account.Currency)).ToArray();
        var (toTax, toReserve, toCore, net) = (zero.ToArray(), zero.ToArray(), zero.ToArray(), zero.ToArray());
        var tax = new Dictionary<MemberId, decimal>();
        foreach (var leg in sale?.Legs ?? [])
        {
            var view = book.Accounts[leg.Source.Account];
            values[leg.Class] = Math.Max(0m, values[leg.Class] - view.ToBase(leg.Value));
            net[view.Index] += leg.Value - leg.Charges;
            tax[view.Account.Member] = tax.GetValueOrDefault(view.Account.Member) + leg.Tax;
        }

        var gap = waterfall.ReserveGap;
        foreach (var view in book.Accounts)
        {
            var left = Money.Max(net[view.Index], zero[view.Index]);
            toTax[view.Index] = Waterfall.Take(view, ShareOfTax(view), ref left);
            toReserve[view.Index] = Waterfall.Take(view, sale?.Goal == SaleGoal.Liquidity ? decimal.MaxValue / 1_000_000m : gap, ref left);
            gap = Math.Max(0m, gap - view.ToBase(toReserve[view.Index]));
            toCore[view.Index] = left;
        }

        var core = book.Accounts.Select(a => waterfall.Core[a.Index] + toCore[a.Index]).ToArray();
        var fresh = book.Accounts.Select(a => Money.Min(waterfall.Core[a.Index], a.FreshFree)).ToArray();
        return new Proceeds(values, toTax, toReserve, toCore, core, fresh);

        // A leg with a loss lowers the tax of the member's other legs, so no account bears the tax of its own legs alone.
        decimal ShareOfTax(AccountView view)
        {
            var due = tax.GetValueOrDefault(view.Account.Member);
            var ofMember = book.Accounts.Where(a => a.Account.Member == view.Account.Member).Sum(a => a.ToBase(Money.Max(net[a.Index], zero[a.Index])));
            return due > 0m && ofMember > 0m ? due * view.ToBase(Money.Max(net[view.Index], zero[view.Index])) / ofMember : 0m;
        }
    }
}
