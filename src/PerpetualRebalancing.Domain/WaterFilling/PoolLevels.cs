using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>Step 2 of a pooled fill: the unique purchase per class once the end value is fixed.</summary>
/// <remarks>
/// The set of pools with the lowest level over the classes that only it can serve has the least money for its needs: nothing
/// can flow to those classes from outside and nothing of the set's money should flow away, so both are frozen and the rest is solved
/// as if they were not there (the decomposition of S. Fujishige, "Lexicographically optimal base of a polymatroid with respect
/// to a weight vector", Math. Oper. Res. 5 (1980) 186–196). When no set lies below level 0, what is left fills to target.
/// </remarks>
internal static class PoolLevels
{
    /// <summary>The set number of pools and classes that filled to target and whose pools may carry cash.</summary>
    public const int ToTarget = int.MaxValue;

    /// <summary>The set number of pools and classes that take no part.</summary>
    public const int None = 0;

    /// <summary>Fills buys, levels and set numbers per class, and the set numbers per group; returns the lowest level of a set.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="groups">Its groups with the cash to place.</param>
    /// <param name="endValue">V' = Σv + T, above zero.</param>
    /// <param name="spendAll">True when T is all the groups' cash, so that none may be left over for want of a last digit.</param>
    /// <param name="aboveTarget">True when levels above 0 are allowed; then everything is spent.</param>
    /// <param name="buys">Purchase per class.</param>
    /// <param name="levels">Level per class; for a class no group can buy its own drift at the end, at most 0.</param>
    /// <param name="setOfClass">Number of the frozen set of each class.</param>
    /// <param name="setOfGroup">Number of the frozen set of each group.</param>
    public static T Fill<T>(
        scoped in PoolProblem<T> problem,
        scoped in PoolGroups<T> groups,
        T endValue,
        bool spendAll,
        bool aboveTarget,
        scoped Span<T> buys,
        scoped Span<T> levels,
        scoped Span<int> setOfClass,
        scoped Span<int> setOfGroup)
        where T : unmanaged, INumber<T>
    {
        var n = problem.Values.Length;
        Span<T> shortfalls = stackalloc T[n];
        Span<T> candidates = stackalloc T[n];
        for (var i = 0; i < n; i++)
        {
            shortfalls[i] = (problem.Targets[i] * endValue) - problem.Values[i];
            buys[i] = T.Zero;
            setOfClass[i] = None;
            var served = (groups.Served & (1u << i)) != 0;
            levels[i] = served || shortfalls[i] <= T.Zero ? T.Zero : -shortfalls[i] / endValue;
        }

        var lowest = T.Zero;
        var remaining = groups.All;
        var classes = groups.Served;
        for (var number = 1; remaining != 0; number++)
        {
            var floor = aboveTarget ? (T?)null : T.Zero;
            var threshold = Tightest(groups, shortfalls, candidates, remaining, classes, floor, out var set, out var members);
            var frozen = set != 0;
            if (!frozen)
            {
                set = remaining;
                members = classes;
                threshold = spendAll ? Threshold(groups, shortfalls, candidates, set, members) : T.Zero;
            }

            if (frozen || spendAll)
                Freeze(groups.CashOf(set), threshold, members, shortfalls, buys);
            else
                FillToTarget(members, shortfalls, buys);

            // Only the last set can have a threshold below zero without leave to buy above target, and only by a rounding.
            var level = threshold > T.Zero || aboveTarget ? -threshold / endValue : T.Zero;
            lowest = number == 1 || level < lowest ? level : lowest;
            var assigned = frozen || spendAll ? number : ToTarget;
            for (var rest = members; rest != 0; rest &= rest - 1)
            {
                var i = BitOperations.TrailingZeroCount(rest);
                levels[i] = level;
                setOfClass[i] = assigned;
            }

            for (var rest = set; rest != 0; rest &= rest - 1)
                setOfGroup[BitOperations.TrailingZeroCount(rest)] = assigned;
            remaining &= ~set;
            classes &= ~members;
        }

        return lowest;
    }

    private static T Tightest<T>(
        scoped in PoolGroups<T> groups,
        scoped ReadOnlySpan<T> shortfalls,
        scoped Span<T> candidates,
        uint remaining,
        uint classes,
        T? floor,
        out uint tightest,
        out uint members)
        where T : unmanaged, INumber<T>
    {
        tightest = 0;
        members = 0;
        var threshold = floor.GetValueOrDefault();
        var bounded = floor.HasValue;
        var set = 0u;
        do
        {
            set = unchecked(set - remaining) & remaining;
            var own = 0u;
            for (var rest = classes; rest != 0; rest &= rest - 1)
            {
                var i = BitOperations.TrailingZeroCount(rest);
                if ((groups.GroupsOfClass[i] & remaining & ~set) == 0)
                    own |= 1u << i;
            }

            if (own == 0)
                continue;

            var cash = groups.CashOf(set);
            var need = T.Zero;
            var sum = T.Zero;
            var count = 0;
            for (var rest = own; rest != 0; rest &= rest - 1)
            {
                var shortfall = shortfalls[BitOperations.TrailingZeroCount(rest)];
                if (bounded && shortfall <= threshold)
                    continue;
                need += shortfall - threshold;
                sum += shortfall;
                candidates[count++] = shortfall;
            }

            // Not tighter than the tightest so far: at that level its own classes need no more than its cash.
            if (bounded && need <= cash)
                continue;
            threshold = Simplex.Threshold(candidates[..count], sum, cash);
            bounded = true;
            tightest = set;
            members = own;
        }
        while (set != remaining);

        return threshold;
    }

    private static T Threshold<T>(
        scoped in PoolGroups<T> groups, scoped ReadOnlySpan<T> shortfalls, scoped Span<T> candidates, uint set, uint members)
        where T : unmanaged, INumber<T>
    {
        var sum = T.Zero;
        var count = 0;
        for (var rest = members; rest != 0; rest &= rest - 1)
        {
            var shortfall = shortfalls[BitOperations.TrailingZeroCount(rest)];
            sum += shortfall;
            candidates[count++] = shortfall;
        }

        return Simplex.Threshold(candidates[..count], sum, groups.CashOf(set));
    }

    private static void Freeze<T>(T cash, T threshold, uint members, scoped ReadOnlySpan<T> shortfalls, scoped Span<T> buys)
        where T : unmanaged, INumber<T>
    {
        var residual = cash;
        var largest = BitOperations.TrailingZeroCount(members);
        for (var rest = members; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            var buy = shortfalls[i] - threshold;
            buys[i] = buy > T.Zero ? ExactGrid.Snap(buy) : T.Zero;
            residual -= buys[i];
            if (shortfalls[i] > shortfalls[largest])
                largest = i;
        }

        if (ExactGrid.IsExact<T>())
            buys[largest] += residual;
    }

    private static void FillToTarget<T>(uint members, scoped ReadOnlySpan<T> shortfalls, scoped Span<T> buys)
        where T : unmanaged, INumber<T>
    {
        for (var rest = members; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            buys[i] = shortfalls[i] > T.Zero ? ExactGrid.Snap(shortfalls[i]) : T.Zero;
        }
    }
}
