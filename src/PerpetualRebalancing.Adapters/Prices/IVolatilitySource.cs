using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>An index of the volatility that option prices imply, in percent a year.</summary>
public enum VolatilityIndex
{
    /// <summary>Cboe VIX, of the S&amp;P 500.</summary>
    Vix,

    /// <summary>NSE India VIX, of the Nifty 50.</summary>
    IndiaVix,
}

/// <summary>A level of a volatility index that was read somewhere.</summary>
/// <param name="Index">Which.</param>
/// <param name="Level">Percent a year, above zero.</param>
/// <param name="AsOf">The day it belongs to.</param>
/// <param name="Source">Who said so, and which better source could not.</param>
/// <param name="ReadAt">When it was read, by our clock.</param>
public sealed record VolatilityReading(VolatilityIndex Index, decimal Level, DateOnly AsOf, string Source, DateTimeOffset ReadAt);

/// <summary>Somebody who publishes a volatility index.</summary>
public interface IVolatilitySource
{
    /// <summary>For people: it stands in <see cref="VolatilityReading.Source"/>.</summary>
    string Name { get; }

    /// <summary>Which it publishes.</summary>
    VolatilityIndex Index { get; }

    /// <summary>The last level there is.</summary>
    /// <exception cref="UpstreamException">It could not be asked, or has none.</exception>
    Task<VolatilityReading> ReadAsync(CancellationToken cancellationToken);
}
