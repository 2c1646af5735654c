using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Somebody who publishes exchange rates.</summary>
public interface IRateSource
{
    /// <summary>For people: it stands in <see cref="FxRate.Source"/>.</summary>
    string Name { get; }

    /// <summary>The last rate there is: how many units of <paramref name="to"/> one unit of <paramref name="from"/> is.</summary>
    /// <exception cref="UpstreamException">It could not be asked, or does not know the pair.</exception>
    Task<FxRate> ReadAsync(Currency from, Currency to, CancellationToken cancellationToken);
}
