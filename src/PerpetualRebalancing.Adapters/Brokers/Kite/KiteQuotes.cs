using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>The prices between which an exchange takes orders today.</summary>
/// <param name="Instrument">Of what.</param>
/// <param name="Lowest">The lower circuit limit.</param>
/// <param name="Highest">The upper circuit limit.</param>
public sealed record DayBand(InstrumentId Instrument, UnitPrice Lowest, UnitPrice Highest);

/// <summary>Last traded prices, as Kite tells them to an app with market data.</summary>
/// <param name="connection">Of any account with a login.</param>
public sealed class KiteQuotes(KiteConnection connection) : IQuoteSource
{
    private const int MostPerRequest = 500;

    /// <inheritdoc/>
    public string Name => connection.Api.Name;

    /// <summary>Last traded prices.</summary>
    /// <param name="instruments">Those without a symbol of Kite's are left out.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>Without what Kite does not know, or was never traded.</returns>
    /// <exception cref="UpstreamException">Kite cannot be asked now, or knows none of them.</exception>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var now = connection.Time.GetUtcNow();
        var quotes = ImmutableArray.CreateBuilder<Quote>();
        foreach (var (instrument, row) in await RowsAsync(instruments, cancellationToken).ConfigureAwait(false))
        {
            if (KiteTime.DayOf(row.LastTradeTime) is { Year: > 2000 } day && row.LastPrice != 0m)
            {
                quotes.Add(day <= KiteTime.Day(now)
                    ? new Quote(instrument.Id, Price(row.LastPrice, instrument, "last_price"), day, Name, null) { ReadAt = now }
                    : throw KiteBook.Unreadable($"the price of {instrument.Id} is of {day:yyyy-MM-dd}"));
            }
        }

        return quotes.ToImmutable();
    }

    /// <summary>Today's price bands.</summary>
    /// <returns>Without what Kite does not know, or has no band for.</returns>
    /// <exception cref="UpstreamException">Kite cannot be asked now, or knows none of them.</exception>
    public async Task<ImmutableArray<DayBand>> BandsAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken) =>
    [
        .. (await RowsAsync(instruments, cancellationToken).ConfigureAwait(false))
            .Where(r => r.Row.LowerCircuitLimit != 0m && r.Row.UpperCircuitLimit != 0m)
            .Select(r => new DayBand(
                r.Instrument.Id, Price(r.Row.LowerCircuitLimit, r.Instrument, "lower_circuit_limit"), Price(r.Row.UpperCircuitLimit, r.Instrument, "upper_circuit_limit"))),
    ];

    private async Task<List<(Instrument Instrument, KiteApi.QuoteRow Row)>> RowsAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var asked = instruments.Where(i => i.Dealing == Dealing.Exchange && KiteBook.Parts(i) is not null).ToArray();
        var rows = new List<(Instrument, KiteApi.QuoteRow)>();
        foreach (var chunk in asked.Chunk(MostPerRequest))
        {
            var answer = await connection.AskAsync(
                (api, token) => api.QuotesAsync([.. chunk.Select(i => i.Symbols[KiteBook.Service]).Distinct()], token, cancellationToken), cancellationToken).ConfigureAwait(false);
            rows.AddRange(chunk.Where(i => answer.ContainsKey(i.Symbols[KiteBook.Service])).Select(i => (i, answer[i.Symbols[KiteBook.Service]])));
        }

        return rows.Count > 0 || asked.Length == 0 ? rows : throw KiteBook.Unreadable($"none of {asked.Length} instruments has a quote, the first of them {asked[0].Symbols[KiteBook.Service]}");
    }

    private static UnitPrice Price(decimal number, Instrument instrument, string field) => number is > 0m and < 1_000_000_000m
        ? new UnitPrice(number, instrument.Currency)
        : throw KiteBook.Unreadable($"{field} of {instrument.Id} is {number}, which is no price");
}
