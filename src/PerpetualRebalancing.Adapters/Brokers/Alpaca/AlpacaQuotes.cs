using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>Prices of American exchanges from Alpaca: the last trade; where there was none, the middle of bid and ask; else the last
/// minute's close. Each has the New York day of its own time.</summary>
public sealed class AlpacaQuotes : IQuoteSource, IDisposable
{
    private const int SymbolsPerRequest = 100;
    private const string LastTrade = "trade";

    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private readonly AlpacaDataApi _api;
    private readonly string _feed;
    private readonly TimeProvider _time;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="service">The data host; the caller disposes of it.</param>
    /// <param name="keyId">The key of a live or a paper account.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="time">What time it is: no price is from later.</param>
    /// <param name="feed"><c>iex</c> is free; <c>sip</c> needs a subscription.</param>
    public AlpacaQuotes(Upstream service, string keyId, string secret, TimeProvider time, string feed = "iex") =>
        (_api, _feed, _time) = (new AlpacaDataApi(service, keyId, secret), feed, time);

    /// <inheritdoc/>
    public string Name => "alpaca";

    /// <summary>One price for each instrument that has an <c>alpaca</c> symbol, trades in dollars and has a price there; the others are left out.</summary>
    /// <exception cref="UpstreamException">Nothing can be read, or there is no price of any of them: an empty answer is not believed.</exception>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var asked = instruments.Where(i => i.Currency == Currency.Usd && i.Symbols.ContainsKey(AlpacaBook.Service)).ToArray();
        var prices = new Dictionary<string, Price>(StringComparer.Ordinal);
        foreach (var chunk in asked.Select(SymbolOf).Distinct(StringComparer.Ordinal).Chunk(SymbolsPerRequest))
        {
            await ReadAsync(chunk, prices, cancellationToken).ConfigureAwait(false);
        }

        if (asked.Length > 0 && prices.Count == 0)
        {
            throw new UpstreamException(_api.Service.Name, UpstreamFault.Unreadable, $"it has no price of {string.Join(", ", asked.Select(SymbolOf))}");
        }

        return [.. asked.Where(i => prices.ContainsKey(SymbolOf(i))).Select(i => QuoteOf(i, prices[SymbolOf(i)]))];
    }

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

    private async Task ReadAsync(string[] symbols, Dictionary<string, Price> prices, CancellationToken cancellationToken)
    {
        foreach (var (symbol, trade) in await _api.TradesAsync(symbols, _feed, cancellationToken).ConfigureAwait(false))
        {
            Add(prices, symbol, new Price(trade.P, trade.T, LastTrade));
        }

        if (Missing() is { Length: > 0 } untraded)
        {
            foreach (var (symbol, quote) in await _api.QuotesAsync(untraded, _feed, cancellationToken).ConfigureAwait(false))
            {
                // One side alone is no price.
                Add(prices, symbol, quote is { Bp: > 0m and < AlpacaBook.Largest, Ap: > 0m and < AlpacaBook.Largest } ? new Price((quote.Bp + quote.Ap) / 2m, quote.T, "middle of bid and ask") : null);
            }
        }

        if (Missing() is { Length: > 0 } unquoted)
        {
            foreach (var (symbol, bar) in await _api.BarsAsync(unquoted, _feed, cancellationToken).ConfigureAwait(false))
            {
                Add(prices, symbol, new Price(bar.C, bar.T, "last minute"));
            }
        }

        string[] Missing() => [.. symbols.Where(s => !prices.ContainsKey(s))];
    }

    private void Add(Dictionary<string, Price> prices, string symbol, Price? price)
    {
        if (price is { } known && known.Amount is > 0m and < AlpacaBook.Largest && known.At.Year >= 2000 && known.At <= _time.GetUtcNow().AddHours(1))
        {
            prices.TryAdd(symbol, known);
        }
    }

    private Quote QuoteOf(Instrument instrument, Price price) => new(
        instrument.Id, new UnitPrice(price.Amount, Currency.Usd), DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(price.At, NewYork).DateTime),
        price.Kind == LastTrade ? Name : $"{Name} ({price.Kind})", null)
    {
        ReadAt = _time.GetUtcNow(),
    };

    private static string SymbolOf(Instrument instrument) => instrument.Symbols[AlpacaBook.Service];

    private readonly record struct Price(decimal Amount, DateTimeOffset At, string Kind);
}
