using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Prices instruments, each from the first source that has a fresh value. A source that was passed over because it failed or
/// its value was old is named in <see cref="Quote.Source"/>; what nobody prices is an error: unknown means stop.</summary>
/// <param name="navs">Who is asked for what is dealt in at NAV, the best first.</param>
/// <param name="exchange">Who is asked for what is dealt in on an exchange, the best first: the brokers, then the last resort.</param>
/// <param name="limits">Say how old a price may be.</param>
/// <param name="calendars">Of every venue of the instruments.</param>
/// <param name="time">Now.</param>
public sealed class PriceDesk(
    ImmutableArray<IQuoteSource> navs, ImmutableArray<IQuoteSource> exchange, GateLimits limits, CalendarBook calendars, TimeProvider time)
{
    // Liquid schemes publish the NAVs of a weekend or holiday before it.
    private const int NavDaysAhead = 3;

    /// <summary>Whether the sources behind the one that priced an instrument are asked as well, until one gives a price of the same day
    /// as <see cref="Quote.Reference"/>. Without it only what is read anyway becomes a reference.</summary>
    public bool SeeksReferences { get; init; }

    /// <summary>Prices instruments.</summary>
    /// <returns>One quote for each, in the order they were given.</returns>
    /// <exception cref="UpstreamException">At least one has no fresh price: it names each, and what every source said.</exception>
    /// <exception cref="KeyNotFoundException">A venue has no calendar.</exception>
    public async Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken)
    {
        var wanted = instruments.Select(i => new Wanted(i)).ToArray();
        await FillAsync([.. wanted.Where(w => w.Instrument.Dealing == Dealing.Nav)], navs, cancellationToken).ConfigureAwait(false);
        await FillAsync([.. wanted.Where(w => w.Instrument.Dealing == Dealing.Exchange)], exchange, cancellationToken).ConfigureAwait(false);
        var missing = wanted.Where(w => w.Quote is null).ToArray();
        return missing.Length == 0
            ? [.. wanted.Select(w => w.Quote!)]
            : throw new UpstreamException(
                "prices", Fallback.FaultOf(missing.SelectMany(w => w.Faults)),
                $"nobody prices {string.Join(" or ", missing.GroupBy(w => Fallback.Joined(w.Said)).Select(g => $"{string.Join(", ", g.Select(w => w.Instrument.Id))} ({g.Key})"))}");
    }

    private async Task FillAsync(Wanted[] wanted, ImmutableArray<IQuoteSource> sources, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            var asked = wanted.Where(w => w.Quote is null || (SeeksReferences && w.Quote.Reference is null)).ToArray();
            var groups = source.IsAskedOneByOne ? asked.Select(w => new[] { w }) : asked.Length > 0 ? [asked] : [];
            UpstreamException? gone = null;
            foreach (var group in groups)
            {
                gone = await AskAsync(source, group, gone, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // What is wrong with one instrument is told again for each; what is wrong with the whole service is not tried on the next.
    private async Task<UpstreamException?> AskAsync(IQuoteSource source, Wanted[] asked, UpstreamException? gone, CancellationToken cancellationToken)
    {
        ImmutableArray<Quote> quotes;
        try
        {
            quotes = gone is null
                ? await source.ReadAsync([.. asked.Select(w => w.Instrument)], cancellationToken).ConfigureAwait(false)
                : throw gone;
        }
        catch (UpstreamException e) when (asked.Length > 1 && e.Fault == UpstreamFault.Refused)
        {
            foreach (var one in asked)
            {
                gone = await AskAsync(source, [one], gone, cancellationToken).ConfigureAwait(false);
            }

            return gone;
        }
        catch (UpstreamException e)
        {
            foreach (var one in asked)
            {
                one.Passed(e.Message, e.Fault);
            }

            return e.Fault is UpstreamFault.Refused or UpstreamFault.Unreadable ? null : e;
        }

        foreach (var one in asked)
        {
            Take(source, one, quotes.FirstOrDefault(q => q.Instrument == one.Instrument.Id));
        }

        return null;
    }

    private void Take(IQuoteSource source, Wanted one, Quote? quote)
    {
        if (quote is null)
        {
            one.Unknown($"{source.Name} does not price it");
        }
        else if (one.Quote is { } priced)
        {
            one.Quote = quote.AsOf == priced.AsOf && quote.Price.Currency == priced.Price.Currency ? priced with { Reference = quote.Price } : priced;
        }
        else if (Complaint(one.Instrument, quote) is { } wrong)
        {
            one.Passed($"{source.Name}: {wrong}", UpstreamFault.Refused);
            one.Old.Add(quote);
        }
        else
        {
            one.Quote = quote with
            {
                Source = Fallback.SourceOf(source.Name, one.Reasons),
                Reference = quote.Reference ?? one.Old.Where(q => q.AsOf == quote.AsOf && q.Price.Currency == quote.Price.Currency).Select(q => (UnitPrice?)q.Price).FirstOrDefault(),
            };
        }
    }

    private string? Complaint(Instrument instrument, Quote quote)
    {
        if (quote.Price.Currency != instrument.Currency)
        {
            return $"its price is in {quote.Price.Currency}, and the policy says {instrument.Currency}";
        }

        var calendar = calendars[instrument.Venue];
        var today = calendar.LocalDate(time.GetUtcNow());
        var (kind, limit, ahead) = instrument.Dealing == Dealing.Nav ? ("NAV", limits.StaleNavDays, NavDaysAhead) : ("price", limits.StalePriceDays, 0);

        // A dead scheme's NAV may be years old: nobody needs to know by how many business days.
        var age = today.DayNumber - quote.AsOf.DayNumber is > 366 and var days ? days : calendar.BusinessDaysBetween(quote.AsOf, today);
        return Freshness.Complaint(kind, quote.AsOf, today, ahead, age, limit);
    }

    private sealed class Wanted(Instrument instrument)
    {
        public Instrument Instrument => instrument;

        public Quote? Quote { get; set; }

        public List<Quote> Old { get; } = [];

        // Why a source that knows it was passed over: reported with the price that took its place.
        public List<string> Reasons { get; } = [];

        public List<string> Said { get; } = [];

        public List<UpstreamFault> Faults { get; } = [];

        public void Unknown(string what) => Said.Add(what);

        public void Passed(string what, UpstreamFault fault)
        {
            if (Quote is null)
            {
                Reasons.Add(what);
                Said.Add(what);
                Faults.Add(fault);
            }
        }
    }
}
