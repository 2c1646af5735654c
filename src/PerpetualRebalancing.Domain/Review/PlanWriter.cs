using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Writes what was decided as a plan: legs with reasons, a reason for everything not traded, the money of every account, and the proof.</summary>
internal sealed partial class PlanWriter(
    Book book, ReserveDraw draw, Waterfall waterfall, DriftSummary projected, ProgramStep step, ReserveNeed need, Sale? sale, Proceeds proceeds,
    Purchase purchase)
{
    private readonly ImmutableArray<PlannedLeg>.Builder _legs = ImmutableArray.CreateBuilder<PlannedLeg>();
    private readonly Dictionary<char, int> _numbers = [];
    private readonly Money[] _paidLate = book.Accounts.Select(a => Money.Zero(a.Account.Currency)).ToArray();

    public Plan Write()
    {
        Sales();
        Withdrawals();
        LateWithdrawals();
        var reserveCash = TopUps();
        Purchases();
        var after = ValuesAfter();
        var harvests = Harvest.Proposals(book, [.. draw.Sales, .. sale?.Legs ?? []], purchase.Legs.Select(l => l.Option.Instrument.Id).ToHashSet());
        return new Plan(
            Decision.Version,
            book.Policy.Id,
            book.Inputs.Read.Slot,
            book.Inputs.Read.Kind,
            book.Inputs.Read.Today,
            book.Inputs.Read.AllowShortTerm,
            book.Base(book.Total).Rounded,
            book.Base(after.Sum()).Rounded,
            waterfall.Lines.AddRange(ProceedsLines()),
            step,
            _legs.ToImmutable(),
            Classes(after),
            Reserves(),
            Flows(reserveCash),
            Proof(after),
            new NoticeWriter(book, draw, waterfall, step, need, sale, proceeds, purchase, Unpaid()).Write(),
            [.. book.Tax.Assumptions(SoldBy(harvests))])
        {
            Proposals = harvests,
        };
    }

    /// <summary>What the plan's estimates of tax are about.</summary>
    private IEnumerable<(AccountId Account, Instrument Instrument)> SoldBy(ImmutableArray<HarvestProposal> harvests) =>
        draw.Sales.Concat(sale?.Legs ?? []).Select(l => (book.Accounts[l.Source.Account].Account.Id, l.Source.Instrument))
            .Concat(harvests.Select(h => (h.Account, book.Policy.Instrument(h.Sell))));

    private LegId Name(char kind)
    {
        var number = _numbers.GetValueOrDefault(kind) + 1;
        _numbers[kind] = number;
        return new LegId($"{kind}{number}");
    }

    private void Sales()
    {
        foreach (var leg in draw.Sales)
        {
            Add(leg, LegPurpose.ReserveDraw, new Reason.Spending(book.Base(Waterfall.Spending(book))));
        }

        foreach (var leg in sale?.Legs ?? [])
        {
            Add(leg, sale!.Goal == SaleGoal.Drift ? LegPurpose.Trim : LegPurpose.LiquiditySale, SaleReason(leg.Class));
        }
    }

    private void Add(SaleLeg leg, LegPurpose purpose, Reason reason) => _legs.Add(new PlannedLeg(
        Name('S'), purpose, book.Accounts[leg.Source.Account].Account.Id, leg.Source.Instrument.Id, leg.Source.Instrument.Class, leg.Units,
        leg.Source.Price, leg.Value, leg.Charges, book.Base(leg.Tax).Rounded, leg.Lots, null, null, reason));

    private void Withdrawals()
    {
        foreach (var view in book.Declared)
        {
            var amount = draw.FromCash[view.Index] + draw.FromSales[view.Index];
            if (amount.IsPositive)
            {
                _legs.Add(Move('W', LegPurpose.Withdraw, view, amount, Money.Zero(amount.Currency), null, new Reason.Spending(book.Base(Waterfall.Spending(book)))));
            }
        }
    }

    /// <summary>What the reserve could not pay is paid out of what this review adds to it, before any of that is invested.</summary>
    private void LateWithdrawals()
    {
        var unpaid = draw.Unpaid;
        foreach (var view in ReserveDraw.PaidFirst(book))
        {
            var added = waterfall.ToReserve[view.Index] + proceeds.ToReserve[view.Index];
            _paidLate[view.Index] = Waterfall.Take(view, unpaid, ref added);
            unpaid = Math.Max(0m, unpaid - view.ToBase(_paidLate[view.Index]));
            if (_paidLate[view.Index].IsPositive)
            {
                _legs.Add(Move(
                    'W', LegPurpose.Withdraw, view, _paidLate[view.Index], Money.Zero(view.Account.Currency), null,
                    new Reason.Spending(book.Base(Waterfall.Spending(book)))));
            }
        }
    }

    private decimal Unpaid() => Math.Max(0m, draw.Unpaid - book.Accounts.Sum(a => a.ToBase(_paidLate[a.Index])));

    private PlannedLeg Move(char kind, LegPurpose purpose, AccountView view, Money amount, Money charges, AccountId? to, Reason reason) => new(
        Name(kind), purpose, view.Account.Id, null, null, Quantity.Zero, null, amount, charges, book.Base(0m), [], to, null, reason);

    /// <summary>Buys reserve instruments with what was routed to the reserve; returns what stays as reserve cash, by account.</summary>
    private Money[] TopUps()
    {
        var cash = new Money[book.Accounts.Length];
        foreach (var view in book.Accounts)
        {
            var amount = waterfall.ToReserve[view.Index] + proceeds.ToReserve[view.Index] - _paidLate[view.Index];
            cash[view.Index] = amount;
            var instrument = view.ReserveInstruments.FirstOrDefault(i => i.Tag == InstrumentTag.Buy);
            if (!amount.IsPositive || instrument is null || sale?.Goal == SaleGoal.Liquidity)
            {
                // What a liquidity sale raises is about to be spent: it stays cash.
                continue;
            }

            var price = book.QuoteOf(instrument.Id).Price;
            var estimate = book.Inputs.Rules.Charges.Estimate(instrument, Side.Buy, price, book.Inputs.Read.Today);
            var option = new BuyOption(view.Index, instrument, price, estimate, instrument.Dealing == Dealing.Exchange ? book.Policy.Limits.SlippageBuffer : 0m, null);
            if (BuyRounding.Size(book, view.Index, -1, option, amount) is not { } leg)
            {
                continue;
            }

            cash[view.Index] = amount - leg.Cash;
            _legs.Add(Purchase(Name('R'), LegPurpose.ReserveTopUp, leg, null, new Reason.ReserveBelowTarget(book.Base(draw.Left).Rounded, book.Base(waterfall.ReserveTarget))));
        }

        return cash;
    }

    private void Purchases()
    {
        var fundings = new Dictionary<FundingRoute, LegId>();
        foreach (var funding in purchase.Funding)
        {
            var from = book.Accounts[book.IndexOf(funding.Route.From)];
            var @class = funding.Classes[0];
            var leg = Move('F', LegPurpose.Fund, from, funding.Sent, funding.Fee, funding.Route.To, new Reason.PaysForPurchase(book.Policy.Classes[@class].Id, book.DriftOf(@class)));
            fundings.Add(funding.Route, leg.Id);
            _legs.Add(leg);
        }

        foreach (var leg in purchase.Legs)
        {
            var waits = leg.Option.Route is { } route ? fundings[route] : null;
            _legs.Add(Purchase(Name('B'), LegPurpose.Invest, leg, waits, BuyReason(leg.Class)));
        }
    }

    private PlannedLeg Purchase(LegId id, LegPurpose purpose, BuyLeg leg, LegId? waits, Reason reason) => new(
        id, purpose, book.Accounts[leg.Option.Account].Account.Id, leg.Option.Instrument.Id, leg.Option.Instrument.Class, leg.Units, leg.Option.Price,
        leg.Value, leg.Charges, book.Base(0m), [], null, waits, reason);

    private decimal[] ValuesAfter()
    {
        var after = proceeds.ValuesAfter.ToArray();
        foreach (var leg in purchase.Legs)
        {
            after[leg.Class] += book.Accounts[leg.Option.Account].ToBase(leg.Value);
        }

        return after;
    }

    private ImmutableArray<ClassOutcome> Classes(decimal[] after)
    {
        var total = after.Sum();
        return book.Policy.Classes.Select((@class, c) => new ClassOutcome(
            @class.Id,
            @class.Target,
            book.Base(book.Values[c]).Rounded,
            book.DriftOf(c),
            book.Base(purchase.Legs.Where(l => l.Class == c).Sum(l => book.Accounts[l.Option.Account].ToBase(l.Value))).Rounded,
            book.Base(book.Values[c] - proceeds.ValuesAfter[c]).Rounded,
            total == 0m ? Drift.Zero - new Drift(book.Targets[c]) : new Drift((after[c] / total) - book.Targets[c]),
            BuyReason(c),
            SaleReason(c))).ToImmutableArray();
    }

    private IEnumerable<RoutingLine> ProceedsLines()
    {
        foreach (var view in book.Accounts)
        {
            var tax = proceeds.ToTax[view.Index] + DrawTax(view);
            if (tax.IsPositive)
            {
                yield return new RoutingLine(view.Account.Id, Destination.TaxReserve, tax, true, new Reason.TaxDue(SaleTax(), book.Base(0m)));
            }

            if (proceeds.ToReserve[view.Index].IsPositive)
            {
                yield return new RoutingLine(
                    view.Account.Id, Destination.LiquidityReserve, proceeds.ToReserve[view.Index], true,
                    new Reason.ReserveBelowTarget(book.Base(draw.Left), book.Base(waterfall.ReserveTarget)));
            }

            if (proceeds.ToCore[view.Index].IsPositive)
            {
                yield return new RoutingLine(view.Account.Id, Destination.Core, proceeds.ToCore[view.Index], true, new Reason.CoreCash());
            }
        }
    }

    private Money SaleTax() => book.Base((sale?.Legs.Sum(l => l.Tax) ?? 0m) + draw.Sales.Sum(l => l.Tax)).Rounded;

    private Money DrawTax(AccountView view) => draw.Sales.Where(l => l.Source.Account == view.Index)
        .Aggregate(Money.Zero(view.Account.Currency), (sum, leg) => sum + ReserveDraw.TaxIn(view, leg));

    private Reserves Reserves()
    {
        var newTax = book.Accounts.Sum(a => a.ToBase(waterfall.ToTax[a.Index] + proceeds.ToTax[a.Index] + DrawTax(a)));
        var newReserve = book.Accounts.Sum(a => a.ToBase(waterfall.ToReserve[a.Index] + proceeds.ToReserve[a.Index]));
        var taxBefore = book.Accounts.Sum(a => a.ToBase(a.Ledger.Tax));
        var due = book.State.TaxDue.Values.Sum(m => m.Amount);
        return new Reserves(
            book.Base(book.ReserveValue).Rounded, book.Base(draw.Left + newReserve + Unpaid()).Rounded, book.Base(waterfall.ReserveTarget).Rounded,
            book.Base(taxBefore).Rounded, book.Base(taxBefore + newTax).Rounded, book.Base(due + SaleTax().Amount).Rounded);
    }

    private ImmutableArray<AccountFlow> Flows(Money[] reserveCash) => book.Declared.Select(view =>
    {
        var zero = Money.Zero(view.Account.Currency);
        var mine = _legs.Where(l => l.Account == view.Account.Id && l.WaitsFor is null).ToArray();
        Money Sum(Func<PlannedLeg, bool> of, Func<PlannedLeg, Money> what) => mine.Where(of).Aggregate(zero, (sum, leg) => sum + what(leg));
        return new AccountFlow(
            view.Account.Id,
            view.Settled,
            Money.Min(view.Earmarked, view.Settled),
            Sum(l => l.IsSale, l => l.Value),
            Sum(l => l.IsPurchase, l => l.Value),
            Sum(_ => true, l => l.Charges),
            Sum(l => l.Purpose == LegPurpose.Withdraw, l => l.Value),
            Sum(l => l.Purpose == LegPurpose.Fund, l => l.Value),
            waterfall.ToTax[view.Index] + proceeds.ToTax[view.Index] + DrawTax(view),
            reserveCash[view.Index] + draw.Kept[view.Index] - draw.FromCash[view.Index],
            Left(view));
    }).ToImmutableArray();

    /// <summary>Core cash after orders at plan prices; the slippage buffer is carried until the fills say otherwise.</summary>
    private Money Left(AccountView view) => purchase.Legs.Where(l => l.Payer == view.Index && l.Option.Route is null)
        .Aggregate(purchase.Left[view.Index], (left, leg) => left + (leg.Committed - leg.Cash));

    private Proof Proof(decimal[] after)
    {
        var bought = new decimal[after.Length];
        for (var i = 0; i < bought.Length; i++)
        {
            bought[i] = proceeds.ValuesAfter[i] + purchase.Ideal[i];
        }

        var start = Decision.Summarise(book, proceeds.ValuesAfter);
        var ideal = Decision.Summarise(book, bought);
        var expected = BuyOnlyLaw.ExpectedReduction<decimal>(proceeds.ValuesAfter, book.Targets, purchase.Spent);
        var ceiling = sale is { Goal: SaleGoal.Drift } ? Decision.Summarise(book, sale.Ends) : ideal;
        return new Proof(
            purchase.Ideal.Select((x, c) => (x, c)).Where(p => p.x > 0m)
                .Select(p => new ClassLevel(book.Policy.Classes[p.c].Id, new Drift(purchase.Levels[p.c]))).ToImmutableArray(),
            sale is null ? null : new Drift(sale.Level),
            purchase.Residual,
            sale?.Residual ?? 0m,
            new BuyLaw(new Drift(expected), start.Portfolio - ideal.Portfolio),
            Decision.Summarise(book, book.Values),
            projected,
            ceiling,
            Decision.Summarise(book, after),
            book.Base(book.Accounts.Sum(a => a.ToBase(Left(a)))).Rounded,
            book.Base(book.Accounts.Sum(a => a.ToBase(proceeds.ToReserve[a.Index] + proceeds.ToTax[a.Index]))).Rounded);
    }
}
