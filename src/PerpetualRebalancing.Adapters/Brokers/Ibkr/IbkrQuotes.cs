using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>Prices from Interactive Brokers: realtime, frozen at the last close, or delayed by at most twenty minutes, and each says which.
/// The last price; where there is none, the middle of bid and ask.</summary>
/// <param name="session">Any login with market data.</param>
/// <param name="calendars">Say to which day a price belongs.</param>
public sealed class IbkrQuotes(IbkrSession session, CalendarBook calendars) : IQuoteSource
{
    /// <summary>What its prices give as their source, before a colon and what kind of price it is.</summary>
    public const string Source = "ibkr";

    private const int MostPerRequest = 50;

    // The first asking only starts the stream of a contract.
    private const int Looks = 5;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(20);

    /// <inheritdoc/>
    public string Name => session.Name;

    /// <summary>One price for each instrument that has an <c>ibkr</c> contract number and a usable price there; the others are left out.</summary>
    /// <exception cref="UpstreamException">Nothing can be read, or there is no usable price of any of them: an empty answer is not believed.</exception>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var asked = instruments.Where(i => i.Dealing == Dealing.Exchange && IbkrBook.Conid(i) is not null && calendars.Has(i.Venue)).ToArray();
        if (asked.Length == 0)
        {
            return [];
        }

        await session.RequireMarketAsync(cancellationToken).ConfigureAwait(false);
        var rows = new Dictionary<long, IbkrApi.Snapshot>();
        foreach (var chunk in asked.Select(i => IbkrBook.Conid(i)!.Value).Distinct().Chunk(MostPerRequest))
        {
            await ReadAsync(chunk, rows, cancellationToken).ConfigureAwait(false);
        }

        var (quotes, reasons) = (ImmutableArray.CreateBuilder<Quote>(), new List<string>());
        foreach (var instrument in asked)
        {
            var reason = rows.TryGetValue(IbkrBook.Conid(instrument)!.Value, out var row) ? Judge(instrument, row, quotes) : "it has no price";
            if (reason is not null)
            {
                reasons.Add($"{instrument.Id}: {reason}");
            }
        }

        return quotes.Count > 0
            ? quotes.ToImmutable()
            : throw new UpstreamException(session.Name, UpstreamFault.Refused, $"it has no usable price of any of {asked.Length} instruments; {reasons[0]}");
    }

    private async Task ReadAsync(long[] conids, Dictionary<long, IbkrApi.Snapshot> rows, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            foreach (var row in await session.Api.SnapshotAsync(conids, cancellationToken).ConfigureAwait(false))
            {
                rows[row.Conid] = row;
            }

            if (look == Looks || conids.All(c => rows.TryGetValue(c, out var row) && IsComplete(row)))
            {
                return;
            }

            await Task.Delay(session.Pace.Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsComplete(IbkrApi.Snapshot row) =>
        row is { Availability.Length: > 0, Updated: not null } && (row.Last is { Length: > 0 } || row is { Bid.Length: > 0, Ask.Length: > 0 } || row.Availability[0] == 'N');

    /// <summary>Adds the quote of a row, or says why it gives none.</summary>
    private string? Judge(Instrument instrument, IbkrApi.Snapshot row, ImmutableArray<Quote>.Builder quotes)
    {
        var now = session.Time.GetUtcNow();
        if (row.Updated is not { } milliseconds || milliseconds < 946_684_800_000 || milliseconds > now.AddHours(1).ToUnixTimeMilliseconds())
        {
            return "its price has no time that can be";
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        var kind = row.Availability is { Length: > 0 } availability ? availability[0] : ' ';
        if (kind == 'D' && now - at > LongestDelay)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its delayed price is of {at:yyyy-MM-dd HH:mm} UTC, more than {LongestDelay.TotalMinutes} minutes ago");
        }

        if (WordOf(kind) is not { } word)
        {
            return $"its price is neither realtime, frozen nor delayed ('{kind}')";
        }

        if (row.Last is ['H', ..])
        {
            return "its trading is halted";
        }

        var isPriorClose = row.Last is ['C', ..];
        var price = isPriorClose ? Price(row.Last!.AsSpan(1)) : Price(row.Last) ?? Middle(row);
        if (price is not { } amount || DayOf(instrument, at, isPriorClose) is not { } day)
        {
            return "it has no price";
        }

        quotes.Add(new Quote(instrument.Id, new UnitPrice(amount, instrument.Currency), day, $"{Source}:{word}{(isPriorClose ? " close" : string.Empty)}", null) { ReadAt = now, IsDelayed = kind == 'D' });
        return null;
    }

    // Frozen and delayed at once may be of any age; what is not known is not used.
    private static string? WordOf(char kind) => kind switch
    {
        'R' => "realtime",
        'D' => "delayed",
        'Z' => "frozen",
        _ => null,
    };

    private static decimal? Middle(IbkrApi.Snapshot row) => Price(row.Bid) is { } bid && Price(row.Ask) is { } ask && bid <= ask ? (bid + ask) / 2m : null;

    private static decimal? Price(ReadOnlySpan<char> text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && number is > 0m and < IbkrBook.Largest ? number : null;

    // The session that had begun last at that time; the close of the day before belongs to the one that had ended last.
    private DateOnly? DayOf(Instrument instrument, DateTimeOffset at, bool isPriorClose)
    {
        var calendar = calendars[instrument.Venue];
        var today = calendar.LocalDate(at);
        for (var back = 0; back <= 10; back++)
        {
            if (calendar.SessionOn(today.AddDays(-back)) is { } session && (isPriorClose ? session.Close <= at : session.Open <= at))
            {
                return session.Date;
            }
        }

        return null;
    }
}
