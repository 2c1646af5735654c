using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Last prices from Yahoo's chart (<c>symbols.yahoo</c>), exchange rates, and both volatility indices: unofficial, and so the
/// last to be asked.</summary>
public sealed class YahooQuotes(Upstream upstream, RequestLimit limit, TimeProvider time) : IQuoteSource, IRateSource
{
    private readonly YahooApi _api = new(upstream, limit, time);

    /// <inheritdoc cref="IQuoteSource.Name"/>
    public string Name => "yahoo";

    /// <inheritdoc/>
    public bool IsAskedOneByOne => true;

    /// <inheritdoc/>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var quotes = ImmutableArray.CreateBuilder<Quote>();
        foreach (var instrument in instruments)
        {
            if (instrument.Symbols.TryGetValue("yahoo", out var symbol))
            {
                var last = await _api.LastAsync(symbol, cancellationToken).ConfigureAwait(false);
                quotes.Add(last.Currency == instrument.Currency.Code
                    ? new Quote(instrument.Id, new UnitPrice(last.Price, instrument.Currency), last.Day, Name, null) { ReadAt = last.ReadAt }
                    : throw new UpstreamException(
                        Name, UpstreamFault.Refused, $"prices {symbol} ({instrument.Id}) in {last.Currency}, and the policy says {instrument.Currency}"));
            }
        }

        return quotes.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task<FxRate> ReadAsync(Currency from, Currency to, CancellationToken cancellationToken)
    {
        var last = await _api.LastAsync($"{from.Code}{to.Code}=X", cancellationToken).ConfigureAwait(false);
        return last.Currency == to.Code
            ? new FxRate(from, to, last.Price, last.Day, Name) { ReadAt = last.ReadAt }
            : throw new UpstreamException(Name, UpstreamFault.Refused, $"gives the rate {from}/{to} in {last.Currency}");
    }

    /// <summary>The same chart as a source of a volatility index.</summary>
    public IVolatilitySource Volatility(VolatilityIndex index) => new Levels(_api, index);

    private sealed class Levels(YahooApi api, VolatilityIndex index) : IVolatilitySource
    {
        public string Name => "yahoo";

        public VolatilityIndex Index => index;

        public async Task<VolatilityReading> ReadAsync(CancellationToken cancellationToken)
        {
            var last = await api.LastAsync(index == VolatilityIndex.Vix ? "^VIX" : "^INDIAVIX", cancellationToken).ConfigureAwait(false);
            return new VolatilityReading(index, last.Price, last.Day, Name, last.ReadAt);
        }
    }
}
