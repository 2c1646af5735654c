using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>Step 1 of a pooled fill: how much can be bought in all without anything bought ending above target.</summary>
/// <remarks>
/// By max-flow min-cut T is the smallest, over the sets Q of pools, of the root of <c>T = cash outside Q + Σ max(0, t_i(Σv + T) − v_i)</c>
/// over the classes Q can buy. The difference of the sides is concave, non-decreasing and piecewise linear in T, so Newton's
/// method from above overshoots at most once and then climbs, one linear piece or more per step, onto the exact root.
/// A set that can buy every wanted class never binds: its shortfalls alone sum to T or more.
/// </remarks>
internal static class PoolTotal
{
    /// <summary>The largest total, base currency; exactly all the cash when nothing has to be carried.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="groups">Its groups.</param>
    /// <param name="value">Σv.</param>
    /// <param name="room">Space for one amount per class.</param>
    public static T Largest<T>(scoped in PoolProblem<T> problem, scoped in PoolGroups<T> groups, T value, scoped Span<T> room)
        where T : unmanaged, INumber<T>
    {
        var total = groups.Total;
        if (groups.Count == 0)
            return total;
        Rooms(problem, groups.Served, value + total, room);
        for (var set = 1u; set <= groups.All; set++)
        {
            var classes = groups.ClassesOf(set);
            if (classes == groups.Wanted)
                continue;
            // Summed, not subtracted from the total: with nothing outside it has to be exactly zero in floating point too.
            var outside = groups.CashOf(groups.All & ~set);
            var most = outside;
            for (var rest = classes; rest != 0; rest &= rest - 1)
                most += room[BitOperations.TrailingZeroCount(rest)];
            if (total <= most)
                continue;
            total = Root(problem, classes, value, outside, total);
            Rooms(problem, groups.Served, value + total, room);
        }

        return total;
    }

    private static void Rooms<T>(scoped in PoolProblem<T> problem, uint classes, T endValue, scoped Span<T> room)
        where T : unmanaged, INumber<T>
    {
        for (; classes != 0; classes &= classes - 1)
        {
            var i = BitOperations.TrailingZeroCount(classes);
            var shortfall = (problem.Targets[i] * endValue) - problem.Values[i];
            room[i] = shortfall > T.Zero ? shortfall : T.Zero;
        }
    }

    private static T Root<T>(scoped in PoolProblem<T> problem, uint classes, T value, T outside, T from)
        where T : unmanaged, INumber<T>
    {
        var total = from;
        var active = 0u;
        for (var step = 0; ; step++)
        {
            var below = 0u;
            var target = T.Zero;
            var constant = outside;
            for (var rest = classes; rest != 0; rest &= rest - 1)
            {
                var i = BitOperations.TrailingZeroCount(rest);
                if (problem.Targets[i] * (value + total) < problem.Values[i])
                    continue;
                below |= 1u << i;
                target += problem.Targets[i];
                constant -= problem.Values[i];
            }

            // The first step comes from above and can only lose classes, every later one climbs and can only gain them: when
            // none changed hands, the root lies on the piece it was computed on.
            var settled = step switch
            {
                0 => false,
                1 => below == active,
                _ => (below & ~active) == 0,
            };
            if (settled)
                break;
            total = (constant + (target * value)) / (T.One - target);
            active = below;
            if (total < T.Zero)
                total = T.Zero;
        }

        return total < from ? ExactGrid.Snap(total) : from;
    }
}
