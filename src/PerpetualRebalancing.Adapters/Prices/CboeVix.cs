using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The VIX from Cboe, who computes it.</summary>
public sealed class CboeVix(Upstream upstream, RequestLimit limit) : IVolatilitySource
{
    private readonly CboeApi _api = new(upstream, limit);

    /// <inheritdoc/>
    public string Name => "cboe";

    /// <inheritdoc/>
    public VolatilityIndex Index => VolatilityIndex.Vix;

    /// <inheritdoc/>
    public async Task<VolatilityReading> ReadAsync(CancellationToken cancellationToken)
    {
        var (day, value, at) = await _api.VixAsync(cancellationToken).ConfigureAwait(false);
        return new VolatilityReading(Index, value, day, Name, at);
    }
}
