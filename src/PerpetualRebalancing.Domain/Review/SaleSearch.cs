namespace PerpetualRebalancing.Domain.Review;

/// <summary>Finds the smallest sale that is enough, to the minor unit. The looking is done in binary numbers, which cost a tenth; what
/// they find holds only when decimals say that it is enough and that a minor unit less is not.</summary>
internal sealed class SaleSearch(SaleCase sale)
{
    /// <summary>Far below what a minor unit does to the drift of any portfolio.</summary>
    private const decimal Negligible = 1e-12m;

    private const decimal Everything = decimal.MaxValue / 1_000_000m;

    private readonly SaleTrial<double> _rough = new(sale);
    private decimal _bound;
    private decimal? _most;

    /// <summary>The outcome of the last total that was tried.</summary>
    public SaleTrial<decimal> Trial { get; } = new(sale);

    /// <summary>The most that can be sold of each class.</summary>
    public decimal[] Caps => sale.Caps;

    /// <summary>The most that can be sold, before costs and tax.</summary>
    private decimal Most
    {
        get
        {
            if (_most is not { } most)
            {
                Run(Everything, withFixedCosts: false);
                _most = most = Trial.Sold;
            }

            return most;
        }
    }

    /// <summary>Tries a total, before costs and tax.</summary>
    public void Run(decimal total, bool withFixedCosts = true)
    {
        // Where the binary trial ends the decimal one mostly needs to look only once.
        _rough.Run(total, withFixedCosts);
        Trial.Run(total, withFixedCosts, decimal.CreateTruncating(_rough.EndValue));
    }

    /// <summary>The smallest total that is enough, to the minor unit. When nothing is, and false: the smallest that comes
    /// nearest, which is everything unless some proceeds have nowhere to go or do not cover their costs.</summary>
    /// <param name="bound">Portfolio drift to come down to, or net proceeds to raise, as the goal says.</param>
    public (decimal Total, bool Reached) Smallest(decimal bound)
    {
        _bound = bound;
        if (Find() is { Reached: true } found)
        {
            return found;
        }

        // Beyond what comes nearest nothing is looked at any more.
        var nearest = SmallestAmount.Nearest(Highest, (double)Negligible, k => Roughly(k, true));
        _most = Math.Min(Most, nearest * Currency.MinorUnit);
        var excess = At(nearest, true);
        var reached = excess <= 0m;
        var allowed = reached ? 0m : excess + Negligible;
        _bound += sale.Goal == SaleGoal.Drift ? allowed : -allowed;
        return (Find().Total, reached);
    }

    private (decimal Total, bool Reached) Find()
    {
        long floor;
        if (Guess() is { } guess && IsSmallest(guess, withFixedCosts: false))
        {
            floor = guess;
        }
        else
        {
            var highest = Highest;
            var withAll = At(highest, false);
            if (withAll > 0m)
            {
                return (Most, false);
            }

            // Where nothing is sold nothing has fixed costs.
            var withNone = At(0, false);
            if (withNone <= 0m)
            {
                return (0m, true);
            }

            floor = SmallestAmount.Find(0, highest, withNone, withAll, k => At(k, false));
        }

        // Without the costs that jump when a new leg starts, the excess is continuous, and never larger than with them:
        // nothing below its root can be enough.
        var excess = At(floor, true);
        return excess <= 0m ? (Math.Min(_most ?? Everything, floor * Currency.MinorUnit), true) : WithFixedCosts(floor, excess);
    }

    private (decimal Total, bool Reached) WithFixedCosts(long low, decimal excessLow)
    {
        var highest = Highest;
        while (excessLow > 0m && low < highest)
        {
            var (high, excessHigh) = Gallop(low);
            var end = SegmentEnd(low, high);
            var excessEnd = end == high ? excessHigh : At(end, true);
            if (excessEnd <= 0m)
            {
                return (Between(low, end, excessLow, excessEnd) * Currency.MinorUnit, true);
            }

            (low, excessLow) = (end, excessEnd);
        }

        return (Math.Min(Most, low * Currency.MinorUnit), excessLow <= 0m);

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

        // The last amount up to high that touches the same sources, and meets the same piece of the tax law, as the one just above low:
        // up to there nothing jumps.
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
            return Trial.Touched;
        }
    }

    /// <summary>The smallest amount that is enough in a segment where nothing jumps.</summary>
    private long Between(long low, long high, decimal excessLow, decimal excessHigh)
    {
        var (roughLow, roughHigh) = (Roughly(low, true), Roughly(high, true));
        if (roughLow > 0 && roughHigh <= 0)
        {
            var guess = SmallestAmount.Find(low, high, roughLow, roughHigh, k => Roughly(k, true));
            if (IsSmallest(guess, withFixedCosts: true))
            {
                return guess;
            }
        }

        return SmallestAmount.Find(low, high, excessLow, excessHigh, k => At(k, true));
    }

    /// <summary>Roughly the smallest amount that would be enough without fixed costs, when it is neither nothing nor everything.</summary>
    private long? Guess()
    {
        _rough.Run(Everything, withFixedCosts: false);
        var highest = (long)(_rough.Sold / (double)Currency.MinorUnit);
        if (highest < 2)
        {
            return null;
        }

        var (withNone, withAll) = (Roughly(0, false), Roughly(highest, false));
        return withNone > 0 && withAll <= 0 ? SmallestAmount.Find(0, highest, withNone, withAll, k => Roughly(k, false)) : null;
    }

    /// <summary>Whether an amount is enough and a minor unit less is not.</summary>
    private bool IsSmallest(long units, bool withFixedCosts) => At(units - 1, withFixedCosts) > 0m && At(units, withFixedCosts) <= 0m;

    private long Highest => (long)Math.Ceiling(Most / Currency.MinorUnit);

    private decimal At(long units, bool withFixedCosts)
    {
        Run(Math.Min(_most ?? Everything, units * Currency.MinorUnit), withFixedCosts);
        return Trial.Net < 0m && units > 0 ? Math.Max(Excess(), 1m) : Excess();
    }

    private double Roughly(long units, bool withFixedCosts)
    {
        _rough.Run(units * Currency.MinorUnit, withFixedCosts);
        var excess = sale.Goal == SaleGoal.Drift ? _rough.EndDrift - (double)_bound : (double)_bound - _rough.Net;
        return _rough.Net < 0 && units > 0 ? Math.Max(excess, 1) : excess;
    }

    private decimal Excess() => sale.Goal == SaleGoal.Drift ? Trial.EndDrift - _bound : _bound - Trial.Net;
}
