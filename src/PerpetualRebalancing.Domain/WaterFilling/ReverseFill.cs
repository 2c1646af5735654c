using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// Reverse water-filling (semantics §4): takes a given total out of the classes that stand highest above target, each limited by
/// what of it may be sold, so that the sum of squared drifts at the end is smallest.
/// </summary>
/// <remarks>
/// <para><c>s_i = clip(v_i − (t_i + U)·V_end, 0, cap_i)</c> with the one level U that makes <c>Σ s_i = total</c>: a continuous quadratic
/// knapsack, solved by variable fixing (G. Bitran and A. Hax, "Disaggregation and resource allocation using convex knapsack problems
/// with bounded variables", Manag. Sci. 27 (1981) 431–441; K. Kiwiel, "Variable fixing algorithms for the continuous quadratic
/// knapsack problem", J. Optim. Theory Appl. 136 (2008) 445–458). Each pass fixes at least one class at nothing or at its cap, so
/// it ends after at most n passes, without sorting or tolerance.</para>
/// <para>Decimal sales lie on a grid of 10^-12 (caps and total permitting) and sum to the amount sold to the last digit: the residual
/// goes to the class sold the most among those not at their cap, the first declared among equals.</para>
/// </remarks>
public static class ReverseFill
{
    /// <summary>Splits a sale over the classes.</summary>
    /// <param name="values">Value of each class before the sale, base currency; each ≥ 0.</param>
    /// <param name="targets">Target fraction of each class; each ≥ 0, sum exactly 1.</param>
    /// <param name="caps">The most that may be sold of each class, base currency; 0 ≤ cap_i ≤ v_i.</param>
    /// <param name="total">What the sale should raise, base currency, ≥ 0.</param>
    /// <param name="endValue">V_end: value of all classes at the end of the review, after the sale and after what is bought; ≥ 0.</param>
    /// <param name="sales">Receives the sale of each class, 0 ≤ s_i ≤ cap_i. May not overlap the inputs.</param>
    /// <param name="belowTarget">False for a drift sale, which never goes below target (U ≥ 0); true for a liquidity sale.</param>
    /// <returns>The level, and what is really sold: less than the total when the limits do not allow it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A span is shorter than values.</exception>
    public static ReverseFillResult<T> Solve<T>(
        ReadOnlySpan<T> values,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> caps,
        T total,
        T endValue,
        Span<T> sales,
        bool belowTarget = false)
        where T : unmanaged, INumber<T>
    {
        var n = values.Length;
        targets = targets[..n];
        caps = caps[..n];
        sales = sales[..n];

        var most = T.Zero;
        for (var i = 0; i < n; i++)
        {
            sales[i] = Limit(values[i], targets[i], caps[i], endValue, belowTarget);
            most += sales[i];
        }

        if (total >= most)
            return new ReverseFillResult<T>(LevelAtLimit(values, targets, caps, endValue, belowTarget), most);

        var height = Height(values, targets, caps, total, endValue, sales);
        if (ExactGrid.IsExact<T>())
            PlaceResidual(values, targets, caps, total, endValue, belowTarget, sales);

        if (!belowTarget && height < T.Zero)
            height = T.Zero;
        return new ReverseFillResult<T>(endValue > T.Zero ? height / endValue : T.Zero, total);
    }

    /// <summary>The largest total that can be sold: down to target, or every cap when below target is allowed.</summary>
    /// <inheritdoc cref="Solve{T}" path="/param"/>
    /// <returns>Base currency, ≥ 0.</returns>
    public static T MostSellable<T>(
        ReadOnlySpan<T> values,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> caps,
        T endValue,
        bool belowTarget = false)
        where T : unmanaged, INumber<T>
    {
        var most = T.Zero;
        for (var i = 0; i < values.Length; i++)
            most += Limit(values[i], targets[i], caps[i], endValue, belowTarget);
        return most;
    }

    private static T Limit<T>(T value, T target, T cap, T endValue, bool belowTarget)
        where T : unmanaged, INumber<T>
    {
        if (belowTarget)
            return cap;
        var above = value - (target * endValue);
        if (above <= T.Zero)
            return T.Zero;
        return above < cap ? ExactGrid.Snap(above) : cap;
    }

    private static T LevelAtLimit<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<T> targets, ReadOnlySpan<T> caps, T endValue, bool belowTarget)
        where T : unmanaged, INumber<T>
    {
        if (!belowTarget || endValue == T.Zero)
            return T.Zero;
        var found = false;
        var lowest = T.Zero;
        for (var i = 0; i < values.Length; i++)
        {
            if (caps[i] <= T.Zero)
                continue;
            var left = values[i] - (targets[i] * endValue) - caps[i];
            if (!found || left < lowest)
                lowest = left;
            found = true;
        }

        return lowest / endValue;
    }

    /// <summary>U·V_end for a total that fits; leaves the sales behind it in <paramref name="sales"/>, which holds the limits on entry.</summary>
    private static T Height<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<T> targets, ReadOnlySpan<T> caps, T total, T endValue, Span<T> sales)
        where T : unmanaged, INumber<T>
    {
        // The output doubles as the state of each class: negative while it is free, else the amount it is fixed at.
        var free = -T.One;
        var sum = -total;
        var count = 0;
        for (var i = 0; i < sales.Length; i++)
        {
            if (sales[i] <= T.Zero)
                continue;
            sales[i] = free;
            sum += values[i] - (targets[i] * endValue);
            count++;
        }

        while (true)
        {
            var height = sum / T.CreateTruncating(count);
            var under = T.Zero;
            var over = T.Zero;
            for (var i = 0; i < sales.Length; i++)
            {
                if (sales[i] >= T.Zero)
                    continue;
                var sale = values[i] - (targets[i] * endValue) - height;
                if (sale < T.Zero)
                    under -= sale;
                else if (sale > caps[i])
                    over += sale - caps[i];
            }

            if (under == over)
                return Finish(values, targets, caps, endValue, height, sales);

            // The side violated more is certain to end at its bounds; fixing it moves the height towards the other.
            for (var i = 0; i < sales.Length; i++)
            {
                if (sales[i] >= T.Zero)
                    continue;
                var above = values[i] - (targets[i] * endValue);
                var sale = above - height;
                if (under > over && sale < T.Zero)
                    sales[i] = T.Zero;
                else if (over > under && sale > caps[i])
                    sales[i] = caps[i];
                else
                    continue;
                sum -= above - sales[i];
                count--;
            }

            // Only a rounding in the last digit of a total next to the limit can leave none free.
            if (count == 0)
                return height;
        }
    }

    private static T Finish<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<T> targets, ReadOnlySpan<T> caps, T endValue, T height, Span<T> sales)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < sales.Length; i++)
        {
            if (sales[i] >= T.Zero)
                continue;
            var sale = values[i] - (targets[i] * endValue) - height;
            sales[i] = sale <= T.Zero ? T.Zero : sale < caps[i] ? ExactGrid.Snap(sale) : caps[i];
        }

        return height;
    }

    private static void PlaceResidual<T>(
        ReadOnlySpan<T> values,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> caps,
        T total,
        T endValue,
        bool belowTarget,
        Span<T> sales)
        where T : unmanaged, INumber<T>
    {
        var residual = total;
        foreach (var sale in sales)
            residual -= sale;

        while (residual != T.Zero)
        {
            var largest = -1;
            var largestAbove = T.Zero;
            var largestRoom = T.Zero;
            for (var i = 0; i < sales.Length; i++)
            {
                var above = values[i] - (targets[i] * endValue);
                var limit = belowTarget || caps[i] < above ? caps[i] : above;
                var room = residual > T.Zero ? limit - sales[i] : -sales[i];
                if ((residual > T.Zero ? room > T.Zero : room < T.Zero) && (largest < 0 || above > largestAbove))
                {
                    largest = i;
                    largestAbove = above;
                    largestRoom = room;
                }
            }

            if (largest < 0)
                return;
            var part = T.Abs(residual) < T.Abs(largestRoom) ? residual : largestRoom;
            sales[largest] += part;
            residual -= part;
        }
    }
}
