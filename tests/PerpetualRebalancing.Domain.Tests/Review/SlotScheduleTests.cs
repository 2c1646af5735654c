using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>When reviews are due, where clocks change and where they do not.</summary>
public class SlotScheduleTests
{
    private static readonly TimeZoneInfo Kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private static readonly SessionHours Hours = new(new TimeOnly(9, 30), new TimeOnly(16, 0));

    [Theory]
    [InlineData(2026, 2, "2026-02-27T15:00:00Z", "2026-02-27T04:30:00Z")]
    [InlineData(2026, 3, "2026-03-31T14:00:00Z", "2026-03-31T04:30:00Z")]
    [InlineData(2026, 10, "2026-10-30T14:00:00Z", "2026-10-30T04:30:00Z")]
    [InlineData(2026, 11, "2026-11-30T15:00:00Z", "2026-11-30T04:30:00Z")]
    public void A_review_at_ten_moves_in_utc_with_new_yorks_clock_and_stays_with_kolkatas(int year, int month, string newYork, string kolkata)
    {
        Assert.Equal(Moment(newYork), SlotSchedule.DueAt(AtTen("XNYS", NewYork), Exchange("XNYS", NewYork), NewYork, new Slot(year, month)));
        Assert.Equal(Moment(kolkata), SlotSchedule.DueAt(AtTen("XNSE", Kolkata), Exchange("XNSE", Kolkata), Kolkata, new Slot(year, month)));
    }

    [Theory]
    [InlineData("2026-03-06T21:00:00Z", "2026-03-09T13:30:00Z")]
    [InlineData("2026-10-30T20:00:00Z", "2026-11-02T14:30:00Z")]
    public void The_session_after_a_clock_change_is_found_by_the_new_clock(string close, string next)
    {
        var session = Exchange("XNYS", NewYork).NextSession(Moment(close));

        Assert.Equal(Moment(next), session.Open);
        Assert.Equal(TimeSpan.FromHours(6.5), session.Close - session.Open);
    }

    [Fact]
    public void A_last_business_day_on_which_the_clock_itself_changes_is_due_by_the_new_clock()
    {
        // London went to summer time in the night to Sunday, 31 March 2024; here it trades on that day.
        var calendar = Exchange("XLON", London, Row(2024, 3, 31, DayKind.SpecialOpen, Hours));

        Assert.Equal(Moment("2024-03-31T09:00:00Z"), SlotSchedule.DueAt(AtTen("XLON", London), calendar, London, new Slot(2024, 3)));
    }

    [Fact]
    public void A_month_that_ends_on_holidays_is_reviewed_before_them_and_grace_counts_no_holiday()
    {
        // Thursday and Friday are closed before the weekend that ends the month; Monday too. Three days of grace after Wednesday end on Friday.
        var calendar = Exchange("XNSE", Kolkata, Closed(2026, 1, 29), Closed(2026, 1, 30), Closed(2026, 2, 2));
        var january = new Slot(2026, 1);
        var due = Moment("2026-01-28T04:30:00Z");

        Assert.Equal(due, SlotSchedule.DueAt(AtTen("XNSE", Kolkata), calendar, Kolkata, january));
        Assert.Equal([new SlotDue.Later(january, due)], Due(calendar, Kolkata, january, due.AddTicks(-1)));
        Assert.Equal(new SlotDue.Run(january, due), Due(calendar, Kolkata, january, due)[0]);
        Assert.Equal(new SlotDue.Run(january, due), Due(calendar, Kolkata, january, Moment("2026-02-05T18:29:59Z"))[0]);
        Assert.Equal(new SlotDue.Missed(january, due, 4), Due(calendar, Kolkata, january, Moment("2026-02-06T00:00:00Z"))[0]);
    }

    [Fact]
    public void Grace_ends_with_a_day_of_the_exchange_and_not_of_utc_on_both_sides_of_a_clock_change()
    {
        // Friday, 30 October; the clock goes back on Sunday. Wednesday is the third business day after it, until midnight in New York: 05:00 in UTC.
        var (calendar, october) = (Exchange("XNYS", NewYork), new Slot(2026, 10));

        Assert.IsType<SlotDue.Run>(Due(calendar, NewYork, october, Moment("2026-11-05T04:59:59Z"))[0]);
        Assert.IsType<SlotDue.Missed>(Due(calendar, NewYork, october, Moment("2026-11-05T05:00:00Z"))[0]);
    }

    private static ImmutableArray<SlotDue> Due(ExchangeCalendar calendar, TimeZoneInfo zone, Slot first, DateTimeOffset now) =>
        [.. SlotSchedule.Due(AtTen(calendar.Venue, zone), calendar, zone, first, _ => false, now)];

    private static SchedulePolicy AtTen(string venue, TimeZoneInfo zone) => new(venue, new TimeOnly(10, 0), zone.Id, GraceDays: 3);

    private static ExchangeCalendar Exchange(string venue, TimeZoneInfo zone, params CalendarRow[] rows) =>
        new(venue, zone, Hours, [DayOfWeek.Saturday, DayOfWeek.Sunday], [.. rows]);

    private static CalendarRow Closed(int year, int month, int day) => Row(year, month, day, DayKind.Closed, null);

    private static CalendarRow Row(int year, int month, int day, DayKind kind, SessionHours? hours) =>
        new(new DateOnly(year, month, day), kind, hours, Settles: true, IsFinal: true, "a day", "a test");

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
