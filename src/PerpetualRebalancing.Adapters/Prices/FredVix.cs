using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The VIX from the St. Louis Fed, about a day late: for when Cboe cannot be read.</summary>
public sealed class FredVix(Upstream upstream, RequestLimit limit, TimeProvider time) : IVolatilitySource
{
    private readonly FredApi _api = new(upstream, limit, time);

    /// <inheritdoc/>
    public string Name => "fred";

    /// <inheritdoc/>
    public VolatilityIndex Index => VolatilityIndex.Vix;

    /// <inheritdoc/>
    public async Task<VolatilityReading> ReadAsync(CancellationToken cancellationToken)
    {
        var (day, value, at) = await _api.VixAsync(cancellationToken).ConfigureAwait(false);
        return new VolatilityReading(Index, value, day, Name, at);
    }
}
