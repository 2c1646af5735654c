namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>What a pooled fill found.</summary>
/// <param name="Spent">The total bought, base currency: the sum of the buys. The rest of the pools' cash is carried.</param>
/// <param name="EndValue">V': value of all classes after the purchase, base currency.</param>
/// <param name="LowestLevel">The lowest drift, as a fraction, at which any pool's purchases end. At most 0 under policy <c>carry</c>;
/// 0 when everything a pool can buy ends at target or nothing can be bought.</param>
public readonly record struct PooledFillResult<T>(T Spent, T EndValue, T LowestLevel)
    where T : unmanaged;
