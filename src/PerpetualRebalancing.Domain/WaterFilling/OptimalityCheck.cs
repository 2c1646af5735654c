using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// The largest violation of the Karush–Kuhn–Tucker conditions of a fill: both problems are convex, so a residual of zero proves the
/// answer optimal, whatever computed it. A plan carries it as its own proof.
/// </summary>
/// <remarks>
/// Residuals are fractions of the end value, ≥ 0: 0 is a proof, about 10^-13 and below is rounding, anything larger is a defect.
/// They are 0 when the end value is 0. Preconditions are those of the solvers. A span that is too short throws
/// <see cref="ArgumentOutOfRangeException"/>.
/// </remarks>
public static class OptimalityCheck
{
    /// <summary>One pool that can buy everything: bought classes end at the level, the others at or above it, the level is not above 0,
    /// the cash is spent, nothing is sold.</summary>
    public static T Forward<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> targets, T cash, ReadOnlySpan<T> buys, T level)
        where T : unmanaged, INumber<T>
    {
        var endValue = cash + Sum(values);
        if (endValue == T.Zero)
            return T.Zero;
        var worst = T.Max(level, T.Abs(cash - Sum(buys)) / endValue);
        for (var i = 0; i < values.Length; i++)
        {
            var above = ((values[i] + buys[i]) / endValue) - targets[i] - level;
            worst = T.Max(worst, buys[i] > T.Zero ? T.Abs(above) : -above);
            worst = T.Max(worst, -buys[i] / endValue);
        }

        return T.Max(worst, T.Zero);
    }

    /// <summary>
    /// Several pools: no pool spends more than it has or on what it cannot buy; no pool could move money from a class it buys to one that
    /// stands lower; no class bought ends above target, and none is left below target by a pool that carries cash. Together these
    /// also prove that the total is the largest possible.
    /// </summary>
    /// <remarks>Under policy <c>deploy</c> classes may end above target, and what is proved instead of the total is that the fresh cash is
    /// spent in full and that the money spent is spread optimally.</remarks>
    public static T Pooled<T>(scoped in PoolProblem<T> problem, ReadOnlySpan<T> split)
        where T : unmanaged, INumber<T>
    {
        var n = problem.Values.Length;
        var endValue = Sum(problem.Values) + Sum(split);
        if (endValue == T.Zero)
            return T.Zero;

        Span<T> drifts = stackalloc T[n];
        for (var i = 0; i < n; i++)
        {
            var value = problem.Values[i];
            for (var p = 0; p < problem.PoolCash.Length; p++)
                value += split[(p * n) + i];
            drifts[i] = (value / endValue) - problem.Targets[i];
        }

        var worst = T.Zero;
        for (var p = 0; p < problem.PoolCash.Length; p++)
            worst = T.Max(worst, Pool(problem, p, split.Slice(p * n, n), drifts, endValue));
        return worst;
    }

    /// <summary>A reverse fill: classes sold in part end at the level, those not sold at or below it, those sold to their cap at or above it;
    /// the sales sum to <paramref name="sold"/> and stay within the caps, and a drift sale has a level of at least 0.</summary>
    public static T Reverse<T>(
        ReadOnlySpan<T> values,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> caps,
        T sold,
        T endValue,
        ReadOnlySpan<T> sales,
        T level,
        bool belowTarget = false)
        where T : unmanaged, INumber<T>
    {
        if (endValue == T.Zero)
            return T.Zero;
        var worst = T.Abs(sold - Sum(sales)) / endValue;
        if (!belowTarget)
            worst = T.Max(worst, -level);
        for (var i = 0; i < values.Length; i++)
        {
            worst = T.Max(worst, T.Max(-sales[i], sales[i] - caps[i]) / endValue);
            var above = ((values[i] - sales[i]) / endValue) - targets[i] - level;
            if (sales[i] < caps[i])
                worst = T.Max(worst, above);
            if (sales[i] > T.Zero)
                worst = T.Max(worst, -above);
        }

        return worst;
    }

    private static T Pool<T>(
        scoped in PoolProblem<T> problem, int pool, ReadOnlySpan<T> row, scoped ReadOnlySpan<T> drifts, T endValue)
        where T : unmanaged, INumber<T>
    {
        var carried = problem.PoolCash[pool] - Sum(row);
        var deploys = problem.FreshCash.Length != 0;
        var worst = -carried / endValue;

        // The lowest class the pool could buy; a class with a zero target is never bought.
        var lowest = T.Zero;
        var any = false;
        for (var i = 0; i < row.Length; i++)
        {
            var eligible = (problem.Eligibility[pool] & (1u << i)) != 0 && problem.Targets[i] > T.Zero;
            worst = T.Max(worst, (eligible ? -row[i] : T.Abs(row[i])) / endValue);
            if (eligible && (!any || drifts[i] < lowest))
                lowest = drifts[i];
            any |= eligible;
        }

        if (!any)
            return worst;
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] <= T.Zero)
                continue;
            worst = T.Max(worst, drifts[i] - lowest);
            if (!deploys)
                worst = T.Max(worst, drifts[i]);
        }

        if (deploys)
            return T.Max(worst, (carried - (problem.PoolCash[pool] - problem.FreshCash[pool])) / endValue);

        // What is carried could still lift the lowest class, up to its target. Neither alone is a fault.
        return carried > T.Zero ? T.Max(worst, T.Min(carried / endValue, -lowest)) : worst;
    }

    private static T Sum<T>(ReadOnlySpan<T> amounts)
        where T : unmanaged, INumber<T>
    {
        var sum = T.Zero;
        foreach (var amount in amounts)
            sum += amount;
        return sum;
    }
}
