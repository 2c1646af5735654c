using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>An instrument that Kite trades. Its exchange and symbol name it; its token does not, as tokens are given again.</summary>
/// <param name="Exchange">NSE, BSE, …</param>
/// <param name="Symbol">The trading symbol.</param>
/// <param name="Name">For people; may be empty.</param>
/// <param name="Tick">Prices are multiples of this, in rupees.</param>
/// <param name="Lot">Quantities are multiples of this.</param>
public sealed record KiteInstrument(string Exchange, string Symbol, string Name, decimal Tick, decimal Lot);

/// <summary>The instruments that Kite trades; the list is made each morning at about half past eight.</summary>
/// <param name="connection">Of any account with a login.</param>
public sealed class KiteInstruments(KiteConnection connection)
{
    /// <summary>The instruments of an exchange.</summary>
    /// <exception cref="UpstreamException">The list cannot be read now.</exception>
    public async Task<ImmutableArray<KiteInstrument>> ReadAsync(string exchange, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync((api, token) => api.InstrumentsAsync(exchange, token, cancellationToken), cancellationToken).ConfigureAwait(false);
        return
        [
            .. new KiteCsv(answer, "exchange", "tradingsymbol", "name", "tick_size", "lot_size").Rows
                .Select(r => new KiteInstrument(r["exchange"], r["tradingsymbol"], r["name"], r.Number("tick_size"), r.Number("lot_size"))),
        ];
    }

    /// <summary>What of a household's instruments is not as Kite has it, one sentence each; nothing when all is right.</summary>
    /// <exception cref="UpstreamException">A list cannot be read now.</exception>
    public async Task<ImmutableArray<string>> DifferencesAsync(Household household, CancellationToken cancellationToken)
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        var ours = household.Instruments.Where(i => i.Accounts.Contains(connection.Account.Id) && i.Dealing == Dealing.Exchange).ToArray();
        differences.AddRange(ours.Where(i => KiteBook.Parts(i) is null).Select(i => $"{i.Id} has no symbol of the form NSE:NIFTYBEES under symbols.kite"));
        foreach (var exchange in ours.Where(i => KiteBook.Parts(i) is not null).GroupBy(i => KiteBook.Parts(i)!.Value.Exchange))
        {
            var listed = (await ReadAsync(exchange.Key, cancellationToken).ConfigureAwait(false)).ToLookup(k => k.Symbol);
            foreach (var instrument in exchange)
            {
                var symbol = instrument.Symbols[KiteBook.Service];
                string? difference = listed[KiteBook.Parts(instrument)!.Value.Symbol].FirstOrDefault() switch
                {
                    null => $"{instrument.Id}: Kite trades no {symbol}; correct symbols.kite",
                    { Tick: > 0m } listing when instrument.Tick % listing.Tick != 0m => $"{instrument.Id}: {symbol} has a tick of {listing.Tick} and household.json says {instrument.Tick}",
                    _ => null,
                };
                if (difference is not null)
                {
                    differences.Add(difference);
                }
            }
        }

        return differences.ToImmutable();
    }
}
