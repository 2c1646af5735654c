using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Markets;

/// <summary>When one exchange trades and settles: an ordinary week, and a dated list of exceptions to it.</summary>
/// <remarks>The list reaches as far as the exchange has published. Beyond <see cref="FinalThrough"/> the ordinary week and any
/// tentative rows still answer, but <see cref="IsFinal"/> is false, so that a plan can warn and ask (issue 2, gates).</remarks>
public sealed class ExchangeCalendar
{
    /// <summary>A year with fewer closed days than this is not a whole list: an exchange that announces one extra holiday of
    /// next year has not published next year. Every exchange the product knows closes on at least eight weekdays a year.</summary>
    public const int FewestClosedDays = 5;

    // No exchange stays shut this long; a search that finds no session by then has a broken calendar before it.
    private const int LongestSearchDays = 400;

    /// <summary>Makes a calendar.</summary>
    /// <param name="venue">The exchange, for example NSE.</param>
    /// <param name="timeZone">The exchange's local clock, looked up by the caller.</param>
    /// <param name="regularHours">Local hours of an ordinary day.</param>
    /// <param name="weekend">Days of the week without trading; fewer than seven.</param>
    /// <param name="rows">The exceptions, at most one per date, in any order.</param>
    /// <exception cref="ArgumentException">Two rows have one date, or no day of the week trades.</exception>
    public ExchangeCalendar(
        string venue, TimeZoneInfo timeZone, SessionHours regularHours, ImmutableArray<DayOfWeek> weekend, ImmutableArray<CalendarRow> rows)
    {
        var closed = 0;
        foreach (var day in weekend)
        {
            closed |= 1 << (int)day;
        }

        if (closed == 0b111_1111)
        {
            throw new ArgumentException($"The calendar of {venue} has no trading day in the week.", nameof(weekend));
        }

        Venue = venue;
        TimeZone = timeZone;
        RegularHours = regularHours;
        Weekend = weekend;
        Rows = rows.Sort((left, right) => left.Date.CompareTo(right.Date));
        for (var i = 1; i < Rows.Length; i++)
        {
            if (Rows[i].Date == Rows[i - 1].Date)
            {
                throw new ArgumentException($"The calendar of {venue} has two rows of {Rows[i].Date:yyyy-MM-dd}.", nameof(rows));
            }
        }

        (FinalFrom, FinalThrough) = FinalYears(Rows);
    }

    /// <summary>The exchange.</summary>
    public string Venue { get; }

    /// <summary>The exchange's local clock.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>Local hours of an ordinary day.</summary>
    public SessionHours RegularHours { get; }

    /// <summary>Days of the week without trading.</summary>
    public ImmutableArray<DayOfWeek> Weekend { get; }

    /// <summary>The exceptions, by date.</summary>
    public ImmutableArray<CalendarRow> Rows { get; }

    /// <summary>The first day that the published list covers.</summary>
    public DateOnly FinalFrom { get; }

    /// <summary>The last day that the published list covers: the end of the last year, counted without a gap from the first,
    /// whose rows are all final. Before <see cref="FinalFrom"/> when there is no such year.</summary>
    public DateOnly FinalThrough { get; }

    /// <summary>Whether the exchange has published the year the day lies in.</summary>
    public bool IsFinal(DateOnly date) => FinalFrom <= date && date <= FinalThrough;

    /// <summary>The exchange's local date at a moment.</summary>
    public DateOnly LocalDate(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, TimeZone).DateTime);

    /// <summary>The session of a local date; null when the exchange does not trade, or its special hours are not known.</summary>
    public Session? SessionOn(DateOnly date) =>
        HoursOn(date) is { } hours ? new Session(Venue, date, Moment(date, hours.Open), Moment(date, hours.Close)) : null;

    /// <summary>Whether the exchange trades at a moment.</summary>
    public bool IsOpen(DateTimeOffset moment) => SessionOn(LocalDate(moment)) is { } session && session.Contains(moment);

    /// <summary>The session that is running at a moment, or else the next one.</summary>
    /// <exception cref="InvalidOperationException">The calendar has no session for more than a year.</exception>
    public Session NextSession(DateTimeOffset after)
    {
        var date = LocalDate(after);
        for (var days = 0; days <= LongestSearchDays; days++)
        {
            if (SessionOn(date.AddDays(days)) is { } session && after < session.Close)
            {
                return session;
            }
        }

        throw Broken(date);
    }

    /// <summary>Whether the exchange trades on a local date. A special session of unknown hours does not count.</summary>
    public bool IsBusinessDay(DateOnly date) => HoursOn(date) is not null;

    /// <summary>Whether trades settle on a local date: it trades and the clearing house is open.</summary>
    public bool IsSettlementDay(DateOnly date) =>
        IsBusinessDay(date) && RowOf(date) is not { Settles: false };

    /// <summary>The <paramref name="n"/>-th business day strictly after a date; for zero, the date itself if it is a business day,
    /// else the next one.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public DateOnly BusinessDaysAfter(DateOnly date, int n) => DaysAfter(date, n, IsBusinessDay);

    /// <summary>The day a trade settles: the <paramref name="n"/>-th settlement day strictly after the trade date (T+n); for zero,
    /// the trade date itself if it is a settlement day, else the next one.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public DateOnly SettlementDate(DateOnly tradeDate, int n) => DaysAfter(tradeDate, n, IsSettlementDay);

    /// <summary>How many business days lie after <paramref name="from"/>, up to and with <paramref name="to"/>; negative when
    /// <paramref name="to"/> is earlier, zero when they are the same day. The age of a price in business days.</summary>
    public int BusinessDaysBetween(DateOnly from, DateOnly to)
    {
        if (to < from)
        {
            return -BusinessDaysBetween(to, from);
        }

        var count = 0;
        for (var date = from.AddDays(1); date <= to; date = date.AddDays(1))
        {
            count += IsBusinessDay(date) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The last business day of a month.</summary>
    /// <exception cref="InvalidOperationException">The calendar has no business day in the month.</exception>
    public DateOnly LastBusinessDay(Slot slot)
    {
        for (var date = slot.LastDay; date >= slot.FirstDay; date = date.AddDays(-1))
        {
            if (IsBusinessDay(date))
            {
                return date;
            }
        }

        throw Broken(slot.FirstDay);
    }

    private CalendarRow? RowOf(DateOnly date)
    {
        var (low, high) = (0, Rows.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Rows[middle].Date < date ? (middle + 1, high) : (low, middle);
        }

        return low < Rows.Length && Rows[low].Date == date ? Rows[low] : null;
    }

    private SessionHours? HoursOn(DateOnly date)
    {
        if (RowOf(date) is not { } row)
        {
            return Weekend.Contains(date.DayOfWeek) ? null : RegularHours;
        }

        return row.Kind switch
        {
            DayKind.Closed => null,
            DayKind.Regular => RegularHours,
            DayKind.EarlyClose or DayKind.SpecialOpen => row.Hours,
            _ => throw new InvalidOperationException($"The calendar of {Venue} has an unknown kind of day on {date:yyyy-MM-dd}."),
        };
    }

    private DateTimeOffset Moment(DateOnly date, TimeOnly time)
    {
        var local = date.ToDateTime(time);
        return new DateTimeOffset(local, TimeZone.GetUtcOffset(local));
    }

    private DateOnly DaysAfter(DateOnly date, int n, Func<DateOnly, bool> counts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var day = n == 0 ? date.AddDays(-1) : date;
        var latest = date.AddDays(Math.Max(1, n) * LongestSearchDays);
        for (var left = Math.Max(1, n); left > 0;)
        {
            day = day < latest ? day.AddDays(1) : throw Broken(date);
            left -= counts(day) ? 1 : 0;
        }

        return day;
    }

    private InvalidOperationException Broken(DateOnly date) =>
        new($"The calendar of {Venue} has no session near {date:yyyy-MM-dd}; correct its rows.");

    private static (DateOnly From, DateOnly Through) FinalYears(ImmutableArray<CalendarRow> rows)
    {
        if (rows.IsEmpty)
        {
            return (DateOnly.MaxValue, DateOnly.MinValue);
        }

        var first = rows[0].Date.Year;
        var year = first;
        while (IsPublished(rows, year))
        {
            year++;
        }

        return (new DateOnly(first, 1, 1), new DateOnly(year - 1, 12, 31));
    }

    /// <summary>Whether the rows of a year are a whole list, all of them final.</summary>
    public static bool IsPublished(IEnumerable<CalendarRow> rows, int year)
    {
        var ofYear = rows.Where(row => row.Date.Year == year).ToArray();
        return ofYear.All(row => row.IsFinal) && ofYear.Count(row => row.Kind == DayKind.Closed) >= FewestClosedDays;
    }
}
