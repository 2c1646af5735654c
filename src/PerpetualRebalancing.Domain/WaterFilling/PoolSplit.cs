using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>Step 3 of a pooled fill: which pool pays for what, in declared order of pools and classes.</summary>
/// <remarks>
/// Greedy first; where an early pool has taken what a later one needed, shortest augmenting paths re-route (J. Edmonds and
/// R. Karp, J. ACM 19 (1972) 248–264): a maximum flow in exact arithmetic. A pool pays only inside its own frozen set, whose money the
/// set's classes use up between them.
/// </remarks>
internal static class PoolSplit
{
    /// <summary>Fills the split (pools × classes, row by row) and replaces the buys by its column sums.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="cash">What each pool may spend.</param>
    /// <param name="groupOfPool">The group of each pool, or -1.</param>
    /// <param name="setOfGroup">The frozen set of each group.</param>
    /// <param name="setOfClass">The frozen set of each class.</param>
    /// <param name="buys">Purchase per class. A last-digit residual that its set's pools cannot pay moves to a class they can buy.</param>
    /// <param name="split">Receives the purchase per pool and class.</param>
    public static void Route<T>(
        scoped in PoolProblem<T> problem,
        scoped ReadOnlySpan<T> cash,
        scoped ReadOnlySpan<int> groupOfPool,
        scoped ReadOnlySpan<int> setOfGroup,
        scoped ReadOnlySpan<int> setOfClass,
        scoped Span<T> buys,
        scoped Span<T> split)
        where T : unmanaged, INumber<T>
    {
        var n = buys.Length;
        Span<uint> mayBuy = stackalloc uint[cash.Length];
        Span<T> left = stackalloc T[cash.Length];
        split.Clear();
        for (var p = 0; p < cash.Length; p++)
        {
            mayBuy[p] = 0;
            left[p] = cash[p];
            for (var i = 0; i < n && groupOfPool[p] >= 0; i++)
            {
                var bit = problem.Eligibility[p] & (1u << i);
                if (setOfClass[i] != PoolLevels.None && setOfClass[i] == setOfGroup[groupOfPool[p]])
                    mayBuy[p] |= bit;
            }

            for (var rest = mayBuy[p]; rest != 0; rest &= rest - 1)
            {
                var i = BitOperations.TrailingZeroCount(rest);
                var part = left[p] < buys[i] ? left[p] : buys[i];
                split[(p * n) + i] = part;
                left[p] -= part;
                buys[i] -= part;
            }
        }

        for (var i = 0; i < n; i++)
        {
            while (buys[i] > T.Zero && Augment(mayBuy, left, buys, split, i))
            {
            }
        }

        SpendDust(groupOfPool, setOfGroup, mayBuy, left, split, n);
        for (var i = 0; i < n; i++)
        {
            buys[i] = T.Zero;
            for (var p = 0; p < cash.Length; p++)
                buys[i] += split[(p * n) + i];
        }
    }

    /// <summary>Moves money along a shortest path from a pool that has some left to a class still short; false when there is none.</summary>
    private static bool Augment<T>(
        scoped ReadOnlySpan<uint> mayBuy, scoped Span<T> left, scoped Span<T> needs, scoped Span<T> split, int wanted)
        where T : unmanaged, INumber<T>
    {
        var n = needs.Length;
        Span<int> queue = stackalloc int[n];
        Span<int> classBefore = stackalloc int[mayBuy.Length];
        Span<int> poolBefore = stackalloc int[n];
        classBefore.Fill(-1);
        var head = 0;
        var tail = 0;
        queue[tail++] = wanted;
        var seen = 1u << wanted;
        while (head < tail)
        {
            var current = queue[head++];
            for (var p = 0; p < mayBuy.Length; p++)
            {
                if (classBefore[p] >= 0 || (mayBuy[p] & (1u << current)) == 0)
                    continue;
                classBefore[p] = current;
                if (left[p] > T.Zero)
                {
                    Shift(classBefore, poolBefore, left, needs, split, wanted, p);
                    return true;
                }

                for (var rest = mayBuy[p] & ~seen; rest != 0; rest &= rest - 1)
                {
                    var other = BitOperations.TrailingZeroCount(rest);
                    if (split[(p * n) + other] <= T.Zero)
                        continue;
                    seen |= 1u << other;
                    poolBefore[other] = p;
                    queue[tail++] = other;
                }
            }
        }

        return false;
    }

    private static void Shift<T>(
        scoped ReadOnlySpan<int> classBefore,
        scoped ReadOnlySpan<int> poolBefore,
        scoped Span<T> left,
        scoped Span<T> needs,
        scoped Span<T> split,
        int wanted,
        int source)
        where T : unmanaged, INumber<T>
    {
        var n = needs.Length;
        var amount = left[source] < needs[wanted] ? left[source] : needs[wanted];
        for (var c = classBefore[source]; c != wanted; c = classBefore[poolBefore[c]])
        {
            var given = split[(poolBefore[c] * n) + c];
            amount = given < amount ? given : amount;
        }

        left[source] -= amount;
        needs[wanted] -= amount;
        var pool = source;
        while (true)
        {
            var c = classBefore[pool];
            split[(pool * n) + c] += amount;
            if (c == wanted)
                return;
            pool = poolBefore[c];
            split[(pool * n) + c] -= amount;
        }
    }

    /// <summary>
    /// A set's residual sits on its largest buy; when levels tie to the last digit, the pools that can pay for that class may be
    /// exhausted and others of the set hold the digit. They spend it on what they buy most, so that "in full" stays exact.
    /// </summary>
    private static void SpendDust<T>(
        scoped ReadOnlySpan<int> groupOfPool,
        scoped ReadOnlySpan<int> setOfGroup,
        scoped ReadOnlySpan<uint> mayBuy,
        scoped ReadOnlySpan<T> left,
        scoped Span<T> split,
        int n)
        where T : unmanaged, INumber<T>
    {
        for (var p = 0; p < mayBuy.Length; p++)
        {
            if (mayBuy[p] == 0 || left[p] <= T.Zero || setOfGroup[groupOfPool[p]] == PoolLevels.ToTarget)
                continue;
            var row = split.Slice(p * n, n);
            var most = BitOperations.TrailingZeroCount(mayBuy[p]);
            for (var rest = mayBuy[p]; rest != 0; rest &= rest - 1)
            {
                var i = BitOperations.TrailingZeroCount(rest);
                if (row[i] > row[most])
                    most = i;
            }

            row[most] += left[p];
        }
    }
}
