namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>Cash in several pools, each of which can buy only some classes (semantics §3 "Pools").</summary>
/// <remarks>
/// The order of classes and of pools is their declared order and decides ties. <c>default</c> is the empty problem: no class, no pool.
/// A class with a zero target is never bought, not even under policy <c>deploy</c>: it is being run down. A pool that can buy
/// nothing else carries its cash.
/// </remarks>
public readonly ref struct PoolProblem<T>
    where T : unmanaged
{
    /// <summary>The most classes a problem can have: the bits of an eligibility mask.</summary>
    public const int MaxClasses = 32;

    /// <summary>The most pools a problem can have: all their subsets are visited.</summary>
    public const int MaxPools = 12;

    /// <summary>States a problem under policy <c>carry</c>, or under <c>deploy</c> when <paramref name="freshCash"/> is given.</summary>
    /// <param name="values">Value of every class before the purchase, base currency; each ≥ 0; at most 32.</param>
    /// <param name="targets">Target fraction of each class; each ≥ 0, sum exactly 1.</param>
    /// <param name="poolCash">Cash of each pool, base currency, each ≥ 0; at most 12.</param>
    /// <param name="eligibility">For each pool the classes it can buy: bit i is class i.</param>
    /// <param name="freshCash">Empty for policy <c>carry</c>. For <c>deploy</c> the part of each pool's cash that is fresh,
    /// 0 ≤ fresh ≤ cash: it is spent in full, above target if need be. Sale proceeds never are.</param>
    /// <exception cref="ArgumentException">Too many classes or pools, or spans of unequal length.</exception>
    public PoolProblem(
        ReadOnlySpan<T> values,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> poolCash,
        ReadOnlySpan<uint> eligibility,
        ReadOnlySpan<T> freshCash = default)
    {
        if (values.Length > MaxClasses || targets.Length != values.Length)
            throw new ArgumentException($"{values.Length} values and {targets.Length} targets: need as many of each, at most {MaxClasses}.");
        if (poolCash.Length > MaxPools || eligibility.Length != poolCash.Length)
            throw new ArgumentException($"{poolCash.Length} pools and {eligibility.Length} masks: need as many of each, at most {MaxPools}.");
        if (freshCash.Length != 0 && freshCash.Length != poolCash.Length)
            throw new ArgumentException($"{freshCash.Length} amounts of fresh cash for {poolCash.Length} pools: need none or one each.");
        Values = values;
        Targets = targets;
        PoolCash = poolCash;
        Eligibility = eligibility;
        FreshCash = freshCash;
    }

    /// <summary>Value of every class before the purchase, base currency.</summary>
    public ReadOnlySpan<T> Values { get; }

    /// <summary>Target fraction of each class.</summary>
    public ReadOnlySpan<T> Targets { get; }

    /// <summary>Cash of each pool, base currency.</summary>
    public ReadOnlySpan<T> PoolCash { get; }

    /// <summary>For each pool the classes it can buy: bit i is class i.</summary>
    public ReadOnlySpan<uint> Eligibility { get; }

    /// <summary>The part of each pool's cash that is fresh; empty for policy <c>carry</c>.</summary>
    public ReadOnlySpan<T> FreshCash { get; }
}
