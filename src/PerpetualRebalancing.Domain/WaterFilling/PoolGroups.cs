using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// The pools of a problem with those of equal eligibility merged, and those without cash or without anything to buy left out: the
/// solvers visit every subset of groups, so fewer groups mean exponentially less work.
/// </summary>
internal ref struct PoolGroups<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>For each group the classes it can buy.</summary>
    public Span<uint> Classes;

    /// <summary>The cash of each group, above zero.</summary>
    public Span<T> Cash;

    /// <summary>For each class the groups that can buy it.</summary>
    public Span<uint> GroupsOfClass;

    /// <summary>For each pool its group, or -1.</summary>
    public Span<int> GroupOfPool;

    /// <summary>The number of groups.</summary>
    public int Count;

    /// <summary>The classes with a target above zero.</summary>
    public uint Wanted;

    /// <summary>The classes that some group can buy.</summary>
    public uint Served;

    /// <summary>The cash of all groups.</summary>
    public T Total;

    /// <summary>Every group, as a mask.</summary>
    public readonly uint All => (1u << Count) - 1;

    /// <summary>Groups the pools by what they can buy; the caller provides the space.</summary>
    public void Build(scoped in PoolProblem<T> problem, scoped ReadOnlySpan<T> poolCash)
    {
        Count = 0;
        Wanted = 0;
        Served = 0;
        Total = T.Zero;
        for (var i = 0; i < problem.Targets.Length; i++)
        {
            if (problem.Targets[i] > T.Zero)
                Wanted |= 1u << i;
        }

        for (var p = 0; p < poolCash.Length; p++)
        {
            GroupOfPool[p] = -1;
            var classes = problem.Eligibility[p] & Wanted;
            if (classes == 0 || poolCash[p] <= T.Zero)
                continue;
            var group = Classes[..Count].IndexOf(classes);
            if (group < 0)
            {
                group = Count++;
                Classes[group] = classes;
                Cash[group] = T.Zero;
            }

            GroupOfPool[p] = group;
            Cash[group] += poolCash[p];
            Total += poolCash[p];
            Served |= classes;
        }

        for (var i = 0; i < problem.Targets.Length; i++)
        {
            var groups = 0u;
            for (var g = 0; g < Count; g++)
                groups |= ((Classes[g] >> i) & 1u) << g;
            GroupsOfClass[i] = groups;
        }
    }

    /// <summary>The cash of a set of groups.</summary>
    public readonly T CashOf(uint groups)
    {
        var cash = T.Zero;
        for (; groups != 0; groups &= groups - 1)
            cash += Cash[BitOperations.TrailingZeroCount(groups)];
        return cash;
    }

    /// <summary>The classes that any group of a set can buy.</summary>
    public readonly uint ClassesOf(uint groups)
    {
        var classes = 0u;
        for (; groups != 0; groups &= groups - 1)
            classes |= Classes[BitOperations.TrailingZeroCount(groups)];
        return classes;
    }
}
