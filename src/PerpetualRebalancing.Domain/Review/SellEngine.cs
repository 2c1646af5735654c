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
    /// <summary>Far below what a minor unit does to the drift of any portfolio.</summary>
    private const decimal Negligible = 1e-12m;

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
            var earlier = SaleLeg.Gains(book, shelf, draw.Sales);
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
        var total = book.Values.Sum();
        var longTermOnly = book.Policy.Sell.LongTermOnly && !book.Inputs.Read.AllowShortTerm;
        var queues = new SaleQueue[book.Targets.Length];
        for (var c = 0; c < queues.Length; c++)
        {
            // Laying out lots costs time, and only overweight classes are sold for drift.
            var candidate = all || book.Values[c] > book.Targets[c] * total;
            queues[c] = candidate ? shelf.Queue(book.Policy.Classes[c].Id, longTermOnly, excluded) : SaleQueue.Nothing;
        }

        return queues;
    }

    private static Sale Search(
        Book book, SaleShelf shelf, SaleQueue[] queues, Waterfall waterfall, BuyChoices choices, decimal[] earlier, Drift? ceiling, ReserveNeed need)
    {
        var drift = ceiling is null ? null : new SaleTrial(book, shelf, queues, waterfall, SaleGoal.Drift, choices, earlier);
        var (driftTotal, driftReached) = drift is null ? (0m, true) : Smallest(drift, t => t.EndDrift - ceiling!.Value.Fraction);
        if (drift is not null && need.Exists)
        {
            // The harvest refills the reserve first; when that lifts it over its floor, nothing more is needed.
            drift.Run(driftTotal);
            need = drift.ToReserve >= need.ToFloor ? default : need;
        }

        var liquidity = need.Exists ? new SaleTrial(book, shelf, queues, waterfall, SaleGoal.Liquidity, choices, earlier) : null;
        var (raiseTotal, raised) = liquidity is null ? (0m, true) : Smallest(liquidity, t => need.ToGoal - t.Net);

        var trial = raiseTotal > driftTotal || drift is null ? liquidity! : drift;
        var total = Math.Max(driftTotal, raiseTotal);
        trial.Run(total);
        var goal = trial == drift ? SaleGoal.Drift : SaleGoal.Liquidity;
        var residual = OptimalityCheck.Reverse(
            book.Values, book.Targets, trial.Caps, trial.Sold, trial.EndValue, trial.Sales, trial.Level, goal == SaleGoal.Liquidity);
        var (legs, tooSmall) = Rounded(book, queues, trial, goal);
        return new Sale(legs, goal, trial.Level, trial.Sold, driftReached && raised, trial.Ends.ToArray(), residual, queues, tooSmall, []);
    }

    /// <summary>The smallest total that is enough, to the minor unit. When nothing is, and false: the smallest that comes as near as
    /// selling everything does, which is everything unless the proceeds have nowhere to go.</summary>
    private static (decimal Total, bool Reached) Smallest(SaleTrial trial, Func<SaleTrial, decimal> excess)
    {
        trial.Run(decimal.MaxValue / 1_000_000m, withFixedCosts: false);
        var most = trial.Sold;
        var (total, reached) = Smallest(trial, excess, most);
        if (reached)
        {
            return (total, true);
        }

        trial.Run(most);
        var nearest = excess(trial) + Negligible;
        return (Smallest(trial, t => excess(t) - nearest, most).Total, false);
    }

    private static (decimal Total, bool Reached) Smallest(SaleTrial trial, Func<SaleTrial, decimal> excess, decimal most)
    {
        var highest = (long)Math.Ceiling(most / Currency.MinorUnit);
        var withAll = At(highest, false);
        if (withAll > 0m)
        {
            return (most, false);
        }

        // Where nothing is sold nothing has fixed costs.
        var withNone = At(0, false);
        if (withNone <= 0m)
        {
            return (0m, true);
        }

        // Without the costs that jump when a new leg starts, the excess is continuous, and never larger than with them:
        // nothing below its root can be enough.
        var floor = SmallestAmount.Find(0, highest, withNone, withAll, k => At(k, false));
        var low = floor;
        var excessLow = At(low, true);
        while (excessLow > 0m && low < highest)
        {
            var (high, excessHigh) = Gallop(low);
            var end = SegmentEnd(low, high);
            var excessEnd = end == high ? excessHigh : At(end, true);
            if (excessEnd <= 0m)
            {
                return (SmallestAmount.Find(low, end, excessLow, excessEnd, k => At(k, true)) * Currency.MinorUnit, true);
            }

            (low, excessLow) = (end, excessEnd);
        }

        return (Math.Min(most, low * Currency.MinorUnit), excessLow <= 0m);

        decimal At(long units, bool fixedCosts)
        {
            trial.Run(Math.Min(most, units * Currency.MinorUnit), fixedCosts);
            return trial.Net < 0m && units > 0 ? Math.Max(excess(trial), 1m) : excess(trial);
        }

        // The next amount above that is enough, or the most that can be sold.
        (long High, decimal Excess) Gallop(long from)
        {
            for (long step = 10_000; ; step *= 8)
            {
                var high = Math.Min(highest, from + step);
                var value = At(high, true);
                if (value <= 0m || high == highest)
                {
                    return (high, value);
                }
            }
        }

        // The last amount up to high that touches the same sources, and meets the same piece of the tax law, as the one just above low: up to there nothing jumps.
        long SegmentEnd(long from, long to)
        {
            var touched = Touched(from + 1);
            if (Touched(to) == touched)
            {
                return to;
            }

            var (same, other) = (from + 1, to);
            while (other - same > 1)
            {
                var middle = same + ((other - same) / 2);
                (same, other) = Touched(middle) == touched ? (middle, other) : (same, middle);
            }

            return same;
        }

        (ulong Sources, int TaxPieces) Touched(long units)
        {
            At(units, true);
            return trial.Touched;
        }
    }

    /// <summary>Up to the unit where lots allow and the class stays at or above target, else down; what is too small is left out.</summary>
    private static (ImmutableArray<SaleLeg> Legs, ImmutableArray<(SaleSource Source, Reason Reason)> TooSmall) Rounded(
        Book book, SaleQueue[] queues, SaleTrial trial, SaleGoal goal)
    {
        var legs = ImmutableArray.CreateBuilder<SaleLeg>();
        var tooSmall = ImmutableArray.CreateBuilder<(SaleSource Source, Reason Reason)>();
        for (var c = 0; c < queues.Length; c++)
        {
            var room = goal == SaleGoal.Liquidity ? book.Values[c] : book.Values[c] - (book.Targets[c] * trial.EndValue);
            foreach (var group in queues[c].Segments.GroupBy(s => s.Source))
            {
                // A source's segments may alternate with another's; what it sells is the sum of its own.
                var wanted = Sold(queues[c].Segments, group.Key, trial.Sales[c]);
                if (wanted <= 0m)
                {
                    continue;
                }

                var units = Units(group.Key, wanted, room);
                var (value, minimum) = (group.Key.Price * units, group.Key.Instrument.MinimumOrder);
                if (!units.IsZero && value < minimum)
                {
                    tooSmall.Add((group.Key, new Reason.BelowOneUnit(value, minimum)));
                }
                else if (!units.IsZero)
                {
                    legs.Add(SaleLeg.Of(book, group.Key, c, units));
                    room -= units.Units * group.Key.UnitValue;
                }
            }
        }

        return (legs.ToImmutable(), tooSmall.ToImmutable());
    }

    private static decimal Sold(ImmutableArray<SaleSegment> segments, SaleSource source, decimal sale)
    {
        var sum = 0m;
        foreach (var segment in segments)
        {
            var value = Math.Min(sale, segment.Value);
            sum += segment.Source == source ? value : 0m;
            sale -= value;
            if (sale <= 0m)
            {
                break;
            }
        }

        return sum;
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
