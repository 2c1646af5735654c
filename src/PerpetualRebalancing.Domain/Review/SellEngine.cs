using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>A sale that was decided.</summary>
/// <param name="Legs">In whole tradable units.</param>
/// <param name="Goal">What it is for.</param>
/// <param name="Level">U, a fraction.</param>
/// <param name="Asked">The smallest total that meets the goal, base currency, before rounding.</param>
/// <param name="Reached">Whether the goal is met before rounding.</param>
/// <param name="Ends">Value of each class at the end, before rounding.</param>
/// <param name="Residual">Largest violation of the optimality conditions, a fraction.</param>
/// <param name="Queues">What could have been sold, by class.</param>
/// <param name="TooSmall">What would have to be sold below its smallest order.</param>
/// <param name="Dropped">Legs that were not worth their costs or too small.</param>
internal sealed record Sale(
    ImmutableArray<SaleLeg> Legs, SaleGoal Goal, decimal Level, decimal Asked, bool Reached, decimal[] Ends, decimal Residual,
    SaleQueue[] Queues, ImmutableArray<(SaleSource Source, Reason Reason)> TooSmall, ImmutableArray<Reason> Dropped);

/// <summary>Reverse water-filling: finds the smallest sale that meets its goal, in whole units (semantics §4).</summary>
internal static class SellEngine
{
    /// <summary>Sells down to a ceiling, or raises money for the reserve, or the larger of the two in one fill.</summary>
    /// <param name="book">The household.</param>
    /// <param name="draw">What was sold of the reserve before: its gains come first in the year's tax.</param>
    /// <param name="waterfall">What income routing left.</param>
    /// <param name="choices">Who may buy what with the proceeds.</param>
    /// <param name="ceiling">Portfolio drift to come down to, or null.</param>
    /// <param name="need">What the retirement reserve lacks.</param>
    public static Sale Decide(Book book, ReserveDraw draw, Waterfall waterfall, BuyChoices choices, Drift? ceiling, ReserveNeed need)
    {
        var excluded = new HashSet<Position>();
        var dropped = ImmutableArray.CreateBuilder<Reason>();
        while (true)
        {
            var shelf = new SaleShelf(book);
            var queues = Queues(book, shelf, excluded, all: need.Exists);
            var earlier = SaleLeg.GainsOf(book, shelf, draw.Sales);
            var sale = Search(book, shelf, queues, waterfall, choices, earlier, ceiling, need);
            if ((sale.TooSmall is [var small, ..] ? small : Worst(book, sale.Legs)) is not var (source, reason))
            {
                return sale with { Legs = SaleLeg.WithTax(book, shelf, draw.Sales, sale.Legs), Dropped = dropped.ToImmutable() };
            }

            excluded.Add(new Position(book.Accounts[source.Account].Account.Id, source.Instrument.Id));
            dropped.Add(reason);
        }
    }

    private static SaleQueue[] Queues(Book book, SaleShelf shelf, HashSet<Position> excluded, bool all)
    {
        var longTermOnly = book.Policy.Sell.LongTermOnly && !book.Inputs.Read.AllowShortTerm;
        var queues = new SaleQueue[book.Targets.Length];
        for (var c = 0; c < queues.Length; c++)
        {
            // Laying out lots costs time, and only overweight classes are sold for drift.
            var candidate = all || book.Values[c] > book.Targets[c] * book.Total;
            queues[c] = candidate ? shelf.Queue(book.Policy.Classes[c].Id, longTermOnly, excluded) : SaleQueue.Nothing;
        }

        return queues;
    }

    private static Sale Search(
        Book book, SaleShelf shelf, SaleQueue[] queues, Waterfall waterfall, BuyChoices choices, decimal[] earlier, Drift? ceiling, ReserveNeed need)
    {
        var drift = ceiling is null ? null : For(SaleGoal.Drift);
        var (driftTotal, driftReached) = drift is null ? (0m, true) : drift.Smallest(ceiling!.Value.Fraction);
        if (drift is not null && need.Exists)
        {
            // The harvest refills the reserve first; when that lifts it over its floor, nothing more is needed.
            drift.Run(driftTotal);
            need = drift.Trial.ToReserve >= need.ToFloor ? default : need;
        }

        var liquidity = need.Exists ? For(SaleGoal.Liquidity) : null;
        var (raiseTotal, raised) = liquidity is null ? (0m, true) : liquidity.Smallest(need.ToGoal);

        var search = raiseTotal > driftTotal || drift is null ? liquidity! : drift;
        search.Run(Math.Max(driftTotal, raiseTotal));
        var (trial, goal) = (search.Trial, search == drift ? SaleGoal.Drift : SaleGoal.Liquidity);
        var residual = OptimalityCheck.Reverse<decimal>(
            book.Values, book.Targets, search.Caps, trial.Sold, trial.EndValue, trial.Sales, trial.Level, goal == SaleGoal.Liquidity);
        var (legs, tooSmall) = Rounded(book, queues, trial, goal);
        return new Sale(legs, goal, trial.Level, trial.Sold, driftReached && raised, trial.Ends.ToArray(), residual, queues, tooSmall, []);

        SaleSearch For(SaleGoal goal) => new(new SaleCase(book, shelf, queues, waterfall, goal, choices, earlier));
    }

    /// <summary>Up to the unit where lots allow and the class stays at or above target, else down; what is too small is left out.</summary>
    private static (ImmutableArray<SaleLeg> Legs, ImmutableArray<(SaleSource Source, Reason Reason)> TooSmall) Rounded(
        Book book, SaleQueue[] queues, SaleTrial<decimal> trial, SaleGoal goal)
    {
        var legs = ImmutableArray.CreateBuilder<SaleLeg>();
        var tooSmall = ImmutableArray.CreateBuilder<(SaleSource Source, Reason Reason)>();
        for (var c = 0; c < queues.Length; c++)
        {
            var room = goal == SaleGoal.Liquidity ? book.Values[c] : book.Values[c] - (book.Targets[c] * trial.EndValue);
            foreach (var (source, wanted) in queues[c].Sold(trial.Sales[c]))
            {
                var units = Units(source, wanted, room);
                var (value, minimum) = (source.Price * units, source.Instrument.MinimumOrder);
                if (!units.IsZero && value < minimum)
                {
                    tooSmall.Add((source, new Reason.BelowOneUnit(value, minimum)));
                }
                else if (!units.IsZero)
                {
                    legs.Add(SaleLeg.Of(book, source, c, units));
                    room -= units.Units * source.UnitValue;
                }
            }
        }

        return (legs.ToImmutable(), tooSmall.ToImmutable());
    }

    private static Quantity Units(SaleSource source, decimal wanted, decimal room)
    {
        var step = source.Instrument.UnitStep;
        var exact = new Quantity(wanted / source.UnitValue);
        var up = exact.CeiledTo(step);
        var units = up <= source.Units && up.Units * source.UnitValue <= room ? up : Quantity.Min(exact, source.Units).FlooredTo(step);
        var minimum = source.Instrument.MinimumOrder;
        if (units.IsZero || (source.Price * units) >= minimum)
        {
            return units;
        }

        var least = new Quantity(minimum.Amount / source.Price.Amount).CeiledTo(step);
        return least <= source.Units && least.Units * source.UnitValue <= room ? least : units;
    }

    /// <summary>The leg whose fixed costs take the largest share of it, when that share is too large; the last declared of equals.</summary>
    private static (SaleSource Source, Reason Reason)? Worst(Book book, ImmutableArray<SaleLeg> legs)
    {
        (SaleSource, Reason)? worst = null;
        var worstShare = book.Policy.Buy.MaximumFixedCostShare;
        foreach (var leg in legs)
        {
            // A sale must cover its own costs; lines rounded up may exceed a very small one that the smooth estimate lets pass.
            var fixedCost = leg.Charges < leg.Value ? leg.Source.Charges.FixedPart(leg.Value.Amount) : leg.Charges.Amount;
            var share = leg.Value.IsPositive ? fixedCost / leg.Value.Amount : 1m;
            if (share > book.Policy.Buy.MaximumFixedCostShare && share >= worstShare)
            {
                worst = (leg.Source, new Reason.Uneconomic(new Money(fixedCost, leg.Value.Currency), leg.Value, book.Policy.Buy.MaximumFixedCostShare));
                worstShare = share;
            }
        }

        return worst;
    }
}
