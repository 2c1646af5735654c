using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>The threshold of a projection onto the simplex (Michelot 1986; see <see cref="ForwardFill"/>).</summary>
internal static class Simplex
{
    /// <summary>
    /// The τ with <c>Σ max(0, b_i − τ) = total</c>. Overwrites <paramref name="candidates"/>.
    /// </summary>
    /// <param name="candidates">The b_i that may lie above τ: all of them, or those above any known lower bound of τ.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="total">What the parts have to sum to, ≥ 0.</param>
    /// <returns>τ; 0 without candidates. For <paramref name="total"/> = 0 the largest b_i.</returns>
    public static T Threshold<T>(Span<T> candidates, T sum, T total)
        where T : unmanaged, INumber<T>
    {
        var count = candidates.Length;
        if (count == 0)
            return T.Zero;
        while (true)
        {
            // "Above the mean excess" without dividing: exact for decimal amounts, and a decimal division costs as much as ten products.
            var excess = sum - total;
            var divisor = T.CreateTruncating(count);
            var kept = 0;
            var keptSum = T.Zero;
            for (var i = 0; i < count; i++)
            {
                var candidate = candidates[i];
                if (candidate * divisor > excess)
                {
                    candidates[kept++] = candidate;
                    keptSum += candidate;
                }
            }

            // None kept: all are equal to the threshold (or below it by a rounding), as with a total of zero.
            if (kept == count || kept == 0)
                return excess / divisor;
            count = kept;
            sum = keptSum;
        }
    }
}
