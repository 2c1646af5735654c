using System.Numerics;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Finds the smallest amount of money that is enough.</summary>
internal static class SmallestAmount
{
    /// <summary>The smallest whole number of minor units in (<paramref name="low"/>, <paramref name="high"/>] whose excess is not above zero.</summary>
    /// <param name="low">Not enough.</param>
    /// <param name="high">Enough.</param>
    /// <param name="excessLow">The excess at <paramref name="low"/>, above zero.</param>
    /// <param name="excessHigh">The excess at <paramref name="high"/>, zero or below.</param>
    /// <param name="excess">How far an amount is from enough: does not grow with the amount.</param>
    /// <remarks>The same answer as bisection, in fewer questions where the function is nearly straight: interpolate between the ends,
    /// then go on along the line by which that end came, which on a bent function comes out on the other side. Where two questions did
    /// not leave a quarter, the third halves, so that the worst case stays logarithmic.</remarks>
    public static long Find<T>(long low, long high, T excessLow, T excessHigh, Func<long, T> excess)
        where T : IFloatingPoint<T>
    {
        var width = high - low;
        (long Amount, T Excess)? from = null;
        for (var turn = 1; high - low > 1; turn++)
        {
            long probe;
            var isOnward = false;
            if (turn % 3 == 0 && high - low > width / 4)
            {
                probe = low + ((high - low) / 2);
            }
            else if (from is { } start)
            {
                isOnward = true;
                probe = start.Excess > T.Zero
                    ? low + Onward(low - start.Amount, start.Excess, excessLow)
                    : high - 1 - Onward(start.Amount - high, -start.Excess, -excessHigh);
            }
            else
            {
                probe = low + long.CreateChecked(T.Round(excessLow / (excessLow - excessHigh) * T.CreateChecked(high - low)));
            }

            width = turn % 3 == 0 ? high - low : width;
            probe = Math.Clamp(probe, low + 1, high - 1);
            var value = excess(probe);
            if (value <= T.Zero)
            {
                from = isOnward ? null : (high, excessHigh);
                (high, excessHigh) = (probe, value);
            }
            else
            {
                from = isOnward ? null : (low, excessLow);
                (low, excessLow) = (probe, value);
            }
        }

        return high;
    }

    /// <summary>When no amount is enough: the one with the smallest excess, and of equals the smallest that was looked at. Where what an
    /// amount brings cannot all be used, the excess may rise again, and fall once more; a dip within a hundredth of the range may be missed.</summary>
    /// <param name="most">The largest amount.</param>
    /// <param name="tie">Excesses this near are equal.</param>
    /// <param name="excess">How far an amount is from enough.</param>
    public static long Nearest(long most, double tie, Func<long, double> excess)
    {
        var step = Math.Max(1, most / 100);
        var (best, least) = (0L, excess(0));
        for (var amount = step; amount < most; amount += step)
        {
            Look(amount);
        }

        Look(most);
        for (; step > 0; step /= 2)
        {
            var middle = best;
            Look(middle - step);
            Look(middle + step);
        }

        return best;

        void Look(long amount)
        {
            if (amount > 0 && amount <= most && excess(amount) is var value && value < least - tie)
            {
                (best, least) = (amount, value);
            }
        }
    }

    /// <summary>How much farther the line reaches zero that came down from one excess to another within a distance: at most as far again.</summary>
    private static long Onward<T>(long distance, T before, T now)
        where T : IFloatingPoint<T> =>
        now < before - now ? long.CreateChecked(T.Ceiling(now / (before - now) * T.CreateChecked(distance))) : distance;
}
