using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The NAVs of Indian schemes from mfapi.in, by scheme code (<c>symbols.amfi</c>): for when AMFI itself cannot be read.</summary>
public sealed class MfapiNavs(Upstream upstream, RequestLimit limit) : IQuoteSource
{
    private readonly MfapiApi _api = new(upstream, limit);

    /// <inheritdoc/>
    public string Name => "mfapi";

    /// <inheritdoc/>
    public bool IsAskedOneByOne => true;

    /// <inheritdoc/>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var quotes = ImmutableArray.CreateBuilder<Quote>();
        foreach (var instrument in instruments)
        {
            if (instrument.Symbols.TryGetValue("amfi", out var code))
            {
                quotes.Add(QuoteOf(instrument, code, await _api.LatestAsync(code, cancellationToken).ConfigureAwait(false)));
            }
        }

        return quotes.ToImmutable();
    }

    private Quote QuoteOf(Instrument instrument, string code, MfapiApi.Latest latest)
    {
        if (instrument.Currency != Currency.Inr)
        {
            throw Refused($"scheme {code} ({instrument.Id}) is priced in INR, and the policy says {instrument.Currency}");
        }

        return instrument.Isin is { } isin && latest.Isins.Any(Isin.IsWellFormed) && !latest.Isins.Contains(isin)
            ? throw Refused($"scheme {code} ({instrument.Id}) bears {string.Join(" and ", latest.Isins)}, and the policy says {isin}")
            : new Quote(instrument.Id, new UnitPrice(latest.Nav, Currency.Inr), latest.Day, Name, null) { ReadAt = latest.ReadAt };
    }

    private UpstreamException Refused(string what) => new(Name, UpstreamFault.Refused, what);
}
