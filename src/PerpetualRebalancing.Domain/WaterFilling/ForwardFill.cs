using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// Forward water-filling of one pool that can buy every class (semantics §3): the purchase that minimises the sum of squared
/// drifts afterwards, subject to buying only and to spending the cash in full.
/// </summary>
/// <remarks>
/// <para>The problem is the projection of the shortfalls <c>b_i = t_i·V' − v_i</c> onto the simplex <c>{x ≥ 0, Σx = cash}</c>, solved by
/// the pivot of C. Michelot, "A finite algorithm for finding the projection of a point onto the canonical simplex of R^n",
/// J. Optim. Theory Appl. 50 (1986) 195–200: the mean excess of the candidates is a lower bound of the threshold, candidates at or
/// below it drop out, and when none does the bound is the threshold. No sorting and no tolerance; linear in practice, at most n
/// passes (L. Condat, Math. Program. 158 (2016), compares the family).</para>
/// <para>Decimal buys lie on a grid of 10^-12 and sum to the cash to the last digit: the residual of the division goes to the
/// class furthest below target (the largest buy), the first declared among equals.</para>
/// </remarks>
public static class ForwardFill
{
    /// <summary>Splits the cash over the classes.</summary>
    /// <param name="values">Value of each class before the purchase, in the base currency; each ≥ 0.</param>
    /// <param name="targets">Target fraction of each class; each ≥ 0, sum exactly 1 (within rounding for binary floating point).</param>
    /// <param name="cash">Cash to spend, base currency, ≥ 0.</param>
    /// <param name="buys">Receives the purchase of each class, ≥ 0. May not overlap the inputs.</param>
    /// <returns>The level L ≤ 0: the drift, as a fraction, at which every bought class ends and no class ends below it. 0 when there
    /// is neither value nor cash.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Targets or buys are shorter than values.</exception>
    public static T Solve<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> targets, T cash, Span<T> buys)
        where T : unmanaged, INumber<T>
    {
        var n = values.Length;
        targets = targets[..n];
        buys = buys[..n];

        var endValue = cash;
        foreach (var value in values)
            endValue += value;
        if (endValue == T.Zero)
        {
            buys.Clear();
            return T.Zero;
        }

        // The threshold is never negative because the shortfalls sum to the cash, so only shortfalls above zero are candidates.
        // They are gathered at the front of the output, which is free until the threshold is known.
        var sum = T.Zero;
        var candidates = 0;
        for (var i = 0; i < n; i++)
        {
            var shortfall = (targets[i] * endValue) - values[i];
            if (shortfall > T.Zero)
            {
                buys[candidates++] = shortfall;
                sum += shortfall;
            }
        }

        var threshold = Simplex.Threshold(buys[..candidates], sum, cash);
        var residual = cash;
        var largest = 0;
        var largestShortfall = -endValue;
        for (var i = 0; i < n; i++)
        {
            var shortfall = (targets[i] * endValue) - values[i];
            buys[i] = shortfall > threshold ? ExactGrid.Snap(shortfall - threshold) : T.Zero;
            if (!ExactGrid.IsExact<T>())
                continue;

            // Judged by the shortfall, not the truncated buy: with less cash than one grid step every truncated buy is zero.
            residual -= buys[i];
            if (shortfall > largestShortfall)
            {
                largest = i;
                largestShortfall = shortfall;
            }
        }

        if (ExactGrid.IsExact<T>())
            buys[largest] += residual;

        return threshold > T.Zero ? -threshold / endValue : T.Zero;
    }
}
