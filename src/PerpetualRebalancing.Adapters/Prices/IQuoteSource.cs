using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Somebody who prices instruments.</summary>
public interface IQuoteSource
{
    /// <summary>For people: it stands in <see cref="Quote.Source"/>.</summary>
    string Name { get; }

    /// <summary>Whether each instrument is a request of its own: then they are asked for one at a time, so that what goes wrong with
    /// one costs no other its price.</summary>
    bool IsAskedOneByOne => false;

    /// <summary>Prices instruments.</summary>
    /// <param name="instruments">Which.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>One quote for each that it knows, in the instrument's currency; the others are absent.</returns>
    /// <exception cref="UpstreamException">It could not be asked, or what it says of one of them cannot be used
    /// (<see cref="UpstreamFault.Refused"/>).</exception>
    Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken);
}
