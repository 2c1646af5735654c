using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Exchange rates from Frankfurter.</summary>
/// <param name="upstream">The service.</param>
/// <param name="limit">Of its requests.</param>
/// <param name="isBlended">False for the European Central Bank's rates (v1), true for the blend of several central banks' (v2), which
/// may be dated a day ahead.</param>
public sealed class FrankfurterRates(Upstream upstream, RequestLimit limit, bool isBlended) : IRateSource
{
    private readonly FrankfurterApi _api = new(upstream, limit);

    /// <inheritdoc/>
    public string Name => isBlended ? "frankfurter blend" : "frankfurter";

    /// <inheritdoc/>
    public async Task<FxRate> ReadAsync(Currency from, Currency to, CancellationToken cancellationToken)
    {
        var rate = await (isBlended ? _api.BlendedAsync(from.Code, to.Code, cancellationToken) : _api.LatestAsync(from.Code, to.Code, cancellationToken))
            .ConfigureAwait(false);
        return new FxRate(from, to, rate.Value, rate.Day, Name) { ReadAt = rate.ReadAt };
    }
}
