using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>The market that the paper broker deals in: prices by day from a file. An exchange's price stands still within a day; a
/// NAV is published in the night after its day; exchange rates change on weekdays, by UTC.</summary>
public sealed class PaperMarket
{
    // A market shut for longer than this has no last price; past it the calendar is wrong.
    private const int LongestClosureDays = 400;

    private readonly PriceSeries _prices;
    private readonly Household _household;
    private readonly CalendarBook _calendars;

    /// <summary>Makes the market.</summary>
    /// <param name="prices">From <see cref="PriceFile.Load"/>.</param>
    /// <param name="household">Says how each instrument is dealt in, and where.</param>
    /// <param name="calendars">Of every venue of the household.</param>
    public PaperMarket(PriceSeries prices, Household household, CalendarBook calendars)
    {
        _prices = prices;
        _household = household;
        _calendars = calendars;
    }

    /// <summary>What the market says about an instrument at a moment. On an exchange: the price of the last session that opened; at
    /// NAV: the NAV of the last business day before. The reference is the price of the session, or the NAV of the business day,
    /// before that one.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach that day.</exception>
    /// <exception cref="KeyNotFoundException">The household has no such instrument, or its venue no calendar.</exception>
    public Quote Quote(InstrumentId id, DateTimeOffset at)
    {
        var instrument = _household.Instrument(id);
        var calendar = _calendars[instrument.Venue];
        var today = calendar.LocalDate(at);
        var isToday = instrument.Dealing == Dealing.Exchange && calendar.SessionOn(today) is { } session && session.Open <= at;
        var day = isToday ? today : BusinessDayBefore(calendar, today);
        var before = BusinessDayBefore(calendar, day);
        UnitPrice? reference = _prices.Covers(id.Value, before) ? PriceOn(id, before) : null;
        return new Quote(id, PriceOn(id, day), day, _prices.File, reference);
    }

    /// <summary>The quotes of several instruments at a moment, in the order asked.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach that day.</exception>
    public ImmutableArray<Quote> Quotes(IEnumerable<InstrumentId> ids, DateTimeOffset at) => [.. ids.Select(id => Quote(id, at))];

    /// <summary>An instrument's market price or NAV of a day, rounded to 0.01 on an exchange and 0.0001 at NAV.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach that day.</exception>
    public UnitPrice PriceOn(InstrumentId id, DateOnly date)
    {
        var instrument = _household.Instrument(id);
        var digits = instrument.Dealing == Dealing.Nav ? 4 : 2;
        return new UnitPrice(Math.Round(_prices.On(id.Value, date), digits, MidpointRounding.AwayFromZero), instrument.Currency);
    }

    /// <summary>Every exchange rate of the file at a moment: those of the last weekday, by UTC, that has begun.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach that day.</exception>
    public FxTable Fx(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
        {
            day = day.AddDays(-1);
        }

        return FxOn(day);
    }

    /// <summary>Every exchange rate of the file on a day, rounded to 0.0001.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach that day.</exception>
    public FxTable FxOn(DateOnly date) => new(
    [
        .. _prices.Names.Where(PriceFile.IsRate).Select(name => new FxRate(
            Currency.Parse(name[..3]), Currency.Parse(name[3..]),
            Math.Round(_prices.On(name, date), 4, MidpointRounding.AwayFromZero), date, _prices.File)),
    ]);

    private static DateOnly BusinessDayBefore(ExchangeCalendar calendar, DateOnly date)
    {
        for (var days = 1; days <= LongestClosureDays; days++)
        {
            if (calendar.IsBusinessDay(date.AddDays(-days)))
            {
                return date.AddDays(-days);
            }
        }

        throw new InvalidOperationException(FormattableString.Invariant(
            $"The calendar of {calendar.Venue} has no business day in the year before {date:yyyy-MM-dd}; correct its rows."));
    }
}
