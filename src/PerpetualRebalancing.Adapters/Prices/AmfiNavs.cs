using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The NAVs of Indian schemes as AMFI publishes them, by scheme code (<c>symbols.amfi</c>) or else by ISIN. The file is read at
/// most once an hour; of it only the rows that were asked for are kept.</summary>
/// <remarks>A dead scheme keeps its last NAV for ever, and a liquid scheme's NAV of a holiday is published before the day: the date is
/// the row's own, and whether it is fresh is for <see cref="PriceDesk"/> to say.</remarks>
public sealed class AmfiNavs(Upstream upstream, RequestLimit limit, TimeProvider time) : IQuoteSource
{
    private const int DaysAhead = 3;

    private static readonly TimeSpan IndianOffset = new(5, 30, 0);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly string[] DayForms = ["dd-MMM-yyyy", "d-MMM-yyyy"];

    private readonly AmfiApi _api = new(upstream, limit);

    // Two readers at once may read the file twice; neither sees half of it.
    private volatile Kept? _kept;

    /// <inheritdoc/>
    public string Name => "amfi";

    /// <inheritdoc/>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var known = instruments.Where(i => KeyOf(i) is not null).ToArray();
        if (known.Length == 0)
        {
            return [];
        }

        var kept = await KeptAsync(known.Select(i => KeyOf(i)!), cancellationToken).ConfigureAwait(false);
        return [.. known.Select(i => QuoteOf(i, KeyOf(i)!, kept)).OfType<Quote>()];
    }

    // Only Indian schemes have ISINs that begin like this; anything else would be looked for in vain.
    private static string? KeyOf(Instrument instrument) =>
        instrument.Symbols.GetValueOrDefault("amfi") ?? (instrument.Isin is { } isin && isin.StartsWith("INF", StringComparison.Ordinal) ? isin : null);

    private async Task<Kept> KeptAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var wanted = keys.ToImmutableHashSet(StringComparer.Ordinal);
        var kept = _kept;
        if (kept is not null && wanted.IsSubsetOf(kept.Keys) && time.GetUtcNow() - kept.ReadAt is var age && age >= TimeSpan.Zero && age < KeptFor)
        {
            return kept;
        }

        wanted = kept is null ? wanted : wanted.Union(kept.Keys);
        var answer = await _api.NavAllAsync(cancellationToken).ConfigureAwait(false);
        return _kept = new Kept(wanted, [.. AmfiApi.Rows(answer, wanted)], answer.ReadAt);
    }

    private Quote? QuoteOf(Instrument instrument, string key, Kept kept)
    {
        var rows = kept.Rows.Where(r => r.Code == key || r.Bears(key)).ToArray();
        if (rows.Length == 0)
        {
            return null;
        }

        var row = rows[0];
        var name = $"scheme {row.Code} ({instrument.Id})";
        if (rows.Length > 1)
        {
            throw Refused($"{key} ({instrument.Id}) is on {rows.Length} rows; name its scheme code in symbols.amfi");
        }

        if (instrument.Isin is { } isin && row.HasIsin && !row.Bears(isin))
        {
            throw Refused($"{name} bears {row.Isin} and {row.ReinvestmentIsin}, and the policy says {isin}");
        }

        if (instrument.Currency != Currency.Inr)
        {
            throw Refused($"{name} is priced in INR, and the policy says {instrument.Currency}");
        }

        if (!PublishedNumber.TryRead(row.Nav, out var nav))
        {
            throw Refused($"{name} has no NAV but '{row.Nav}'");
        }

        if (!PublishedNumber.TryReadDay(row.Date, DayForms, out var day))
        {
            throw Refused($"the NAV of {name} has no day but '{row.Date}'");
        }

        var today = DateOnly.FromDateTime(kept.ReadAt.ToOffset(IndianOffset).DateTime);
        return day <= today.AddDays(DaysAhead)
            ? new Quote(instrument.Id, new UnitPrice(nav, Currency.Inr), day, Name, null) { ReadAt = kept.ReadAt }
            : throw Refused($"the NAV of {name} is dated {PublishedNumber.Day(day)}, and today is {PublishedNumber.Day(today)}");
    }

    private UpstreamException Refused(string what) => new(Name, UpstreamFault.Refused, what);

    private sealed record Kept(ImmutableHashSet<string> Keys, ImmutableArray<AmfiRow> Rows, DateTimeOffset ReadAt);
}
