namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>What a reverse fill found.</summary>
/// <param name="Level">U: the drift, as a fraction of the end value, that every class sold below its cap ends at; never negative for a
/// drift sale. When everything allowed is sold: 0 for a drift sale, else the lowest end drift of a class that could be sold.</param>
/// <param name="Sold">What is sold in all, base currency: the total asked for, or the limit where that is lower.</param>
public readonly record struct ReverseFillResult<T>(T Level, T Sold)
    where T : unmanaged;
