using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// Forward water-filling of several pools, each of which can buy only some classes (semantics §3 "Pools"): first the largest total
/// for which nothing bought ends above target, then the purchase per class with the smallest sum of squared drifts, then a split
/// over the pools. Total and purchase per class are unique; the split is the one in declared order.
/// </summary>
/// <remarks>
/// One pool that can buy everything is solved by <see cref="ForwardFill"/>. Decimal buys lie on a grid of 10^-12, and their sum, the
/// split and what is carried agree to the last digit. The work grows with 2^pools (of different eligibility), made for the handful
/// a household has.
/// </remarks>
public static class PooledFill
{
    /// <summary>The total and the purchase per class, without the split: for searches that ask thousands of times.</summary>
    /// <remarks>Agrees with <see cref="Solve{T}"/> but for the last digit of tied sets (see there).</remarks>
    /// <param name="problem">The problem.</param>
    /// <param name="buys">Receives the purchase of each class, ≥ 0.</param>
    /// <param name="levels">Receives for each class the level (end drift, as a fraction) of the pools that serve it: where it was
    /// bought it ends there, else at or above. A class no pool with cash can buy gets its own end drift, at most 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An output is shorter than the number of classes.</exception>
    public static PooledFillResult<T> SolveTotals<T>(scoped in PoolProblem<T> problem, Span<T> buys, Span<T> levels)
        where T : unmanaged, INumber<T> =>
        Run(problem, buys, levels, default, default);

    /// <summary>The purchase per class and its split over the pools.</summary>
    /// <remarks>The buys are the column sums of the split. When sets of pools tie to the last digit, that digit may sit on another class than in
    /// <see cref="SolveTotals{T}"/>, because the pools that hold it cannot buy the first.</remarks>
    /// <param name="problem">The problem.</param>
    /// <param name="buys">Receives the purchase of each class, ≥ 0.</param>
    /// <param name="levels">As in <see cref="SolveTotals{T}"/>.</param>
    /// <param name="split">Receives what each pool spends on each class, row by row (pools × classes).</param>
    /// <param name="carried">Receives what each pool keeps: its cash less its row of the split.</param>
    /// <exception cref="ArgumentOutOfRangeException">An output is too short.</exception>
    public static PooledFillResult<T> Solve<T>(
        scoped in PoolProblem<T> problem, Span<T> buys, Span<T> levels, Span<T> split, Span<T> carried)
        where T : unmanaged, INumber<T>
    {
        split = split[..(problem.PoolCash.Length * problem.Values.Length)];
        carried = carried[..problem.PoolCash.Length];
        return Run(problem, buys, levels, split, carried);
    }

    private static PooledFillResult<T> Run<T>(
        scoped in PoolProblem<T> problem, Span<T> buys, Span<T> levels, scoped Span<T> split, scoped Span<T> carried)
        where T : unmanaged, INumber<T>
    {
        var n = problem.Values.Length;
        var pools = problem.PoolCash.Length;
        buys = buys[..n];
        levels = levels[..n];
        var groups = new PoolGroups<T>
        {
            Classes = stackalloc uint[pools],
            Cash = stackalloc T[pools],
            GroupsOfClass = stackalloc uint[n],
            GroupOfPool = stackalloc int[pools],
        };
        Span<int> setOfClass = stackalloc int[n];
        Span<int> setOfGroup = stackalloc int[pools];

        var value = T.Zero;
        foreach (var held in problem.Values)
            value += held;
        var cash = T.Zero;
        foreach (var amount in problem.PoolCash)
            cash += amount;

        groups.Build(problem, problem.PoolCash);
        // The buys are free until the levels are known, so they serve as scratch here.
        var total = PoolTotal.Largest(problem, groups, value, buys);
        var lowest = Fill(problem, groups, value, total, aboveTarget: false, buys, levels, setOfClass, setOfGroup);

        var deploys = problem.FreshCash.Length != 0 && total < cash;
        if (deploys || split.Length != 0)
        {
            if (split.Length == 0)
            {
                split = stackalloc T[pools * n];
                carried = stackalloc T[pools];
            }

            PoolSplit.Route(problem, problem.PoolCash, groups.GroupOfPool, setOfGroup, setOfClass, buys, split);
            Carry(problem, split, carried);
        }

        if (deploys && SpendFresh(problem, groups.Wanted, carried))
        {
            Span<T> placed = stackalloc T[pools];
            for (var p = 0; p < pools; p++)
                placed[p] = problem.PoolCash[p] - carried[p];
            groups.Build(problem, placed);
            lowest = Fill(problem, groups, value, groups.Total, aboveTarget: true, buys, levels, setOfClass, setOfGroup);
            PoolSplit.Route(problem, placed, groups.GroupOfPool, setOfGroup, setOfClass, buys, split);
            Carry(problem, split, carried);
        }

        var spent = T.Zero;
        foreach (var buy in buys)
            spent += buy;
        return new PooledFillResult<T>(spent, value + spent, lowest);
    }

    private static T Fill<T>(
        scoped in PoolProblem<T> problem,
        scoped in PoolGroups<T> groups,
        T value,
        T total,
        bool aboveTarget,
        Span<T> buys,
        Span<T> levels,
        scoped Span<int> setOfClass,
        scoped Span<int> setOfGroup)
        where T : unmanaged, INumber<T>
    {
        var endValue = value + total;
        if (endValue == T.Zero)
        {
            buys.Clear();
            levels.Clear();
            setOfClass.Clear();
            return T.Zero;
        }

        if (groups.Count != 1 || groups.Classes[0] != groups.Wanted)
            return PoolLevels.Fill(problem, groups, endValue, total == groups.Total, aboveTarget, buys, levels, setOfClass, setOfGroup);

        var level = ForwardFill.Solve(problem.Values, problem.Targets, total, buys);
        levels.Fill(level);
        setOfGroup[0] = 1;
        for (var i = 0; i < setOfClass.Length; i++)
            setOfClass[i] = (groups.Wanted & (1u << i)) != 0 ? 1 : PoolLevels.None;
        return level;
    }

    private static void Carry<T>(scoped in PoolProblem<T> problem, scoped ReadOnlySpan<T> split, scoped Span<T> carried)
        where T : unmanaged, INumber<T>
    {
        var n = problem.Values.Length;
        for (var p = 0; p < carried.Length; p++)
        {
            carried[p] = problem.PoolCash[p];
            foreach (var part in split.Slice(p * n, n))
                carried[p] -= part;
        }
    }

    /// <summary>Policy <c>deploy</c>: takes the fresh part out of what is carried where there is something to buy; false if there is none.</summary>
    private static bool SpendFresh<T>(scoped in PoolProblem<T> problem, uint wanted, scoped Span<T> carried)
        where T : unmanaged, INumber<T>
    {
        var any = false;
        for (var p = 0; p < carried.Length; p++)
        {
            var more = carried[p] < problem.FreshCash[p] ? carried[p] : problem.FreshCash[p];
            if (more <= T.Zero || (problem.Eligibility[p] & wanted) == 0)
                continue;
            carried[p] -= more;
            any = true;
        }

        return any;
    }
}
