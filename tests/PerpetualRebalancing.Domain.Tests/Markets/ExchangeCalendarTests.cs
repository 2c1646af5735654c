using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Domain.Tests.Markets;

public class ExchangeCalendarTests
{
    private static readonly ImmutableArray<DayOfWeek> Weekend = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    // Weekdays of 2026 that are closed, enough of them for a published year.
    private static readonly ImmutableArray<CalendarRow> Closed2026 =
    [
        Closed("2026-01-01"), Closed("2026-04-03"), Closed("2026-05-25"), Closed("2026-09-07"), Closed("2026-12-25"),
    ];

    [Theory]
    [InlineData("2026-03-06", "2026-03-06T14:30:00Z", "2026-03-06T21:00:00Z")]
    [InlineData("2026-03-09", "2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z")]
    [InlineData("2026-10-30", "2026-10-30T13:30:00Z", "2026-10-30T20:00:00Z")]
    [InlineData("2026-11-02", "2026-11-02T14:30:00Z", "2026-11-02T21:00:00Z")]
    public void New_york_opens_an_hour_earlier_in_utc_while_summer_time_lasts(string date, string open, string close)
    {
        var session = NewYork().SessionOn(Day(date))!;
        Assert.Equal(Moment(open), session.Open);
        Assert.Equal(Moment(close), session.Close);
    }

    [Fact]
    public void A_session_contains_its_opening_and_not_its_close()
    {
        var calendar = Mumbai();
        Assert.False(calendar.IsOpen(Moment("2026-11-20T03:44:59Z")));
        Assert.True(calendar.IsOpen(Moment("2026-11-20T03:45:00Z")));
        Assert.True(calendar.IsOpen(Moment("2026-11-20T09:59:59Z")));
        Assert.False(calendar.IsOpen(Moment("2026-11-20T10:00:00Z")));
    }

    [Fact]
    public void The_local_date_and_not_the_utc_date_decides()
    {
        // 20:00 UTC on Thursday is Friday in Mumbai, and still Thursday in New York.
        var moment = Moment("2026-11-19T20:00:00Z");
        Assert.Equal(Day("2026-11-20"), Mumbai().LocalDate(moment));
        Assert.Equal(Day("2026-11-19"), NewYork().LocalDate(moment));
    }

    [Fact]
    public void The_next_session_is_the_running_one_until_it_closes()
    {
        var calendar = Mumbai();
        Assert.Equal(Day("2026-11-20"), calendar.NextSession(Moment("2026-11-20T09:59:00Z")).Date);
        Assert.Equal(Day("2026-11-23"), calendar.NextSession(Moment("2026-11-20T10:00:00Z")).Date);
        Assert.Equal(Day("2026-11-20"), calendar.NextSession(Moment("2026-11-19T22:00:00Z")).Date);
    }

    [Fact]
    public void An_early_close_ends_the_session_early()
    {
        var calendar = NewYork([Row("2026-11-27", DayKind.EarlyClose, new SessionHours(new TimeOnly(9, 30), new TimeOnly(13, 0)))]);
        Assert.Equal(Moment("2026-11-27T18:00:00Z"), calendar.SessionOn(Day("2026-11-27"))!.Close);
    }

    [Fact]
    public void A_sunday_session_trades_but_does_not_settle()
    {
        // NSE, 1-Feb-2026: a full session on a settlement holiday.
        var calendar = Mumbai([Row("2026-02-01", DayKind.SpecialOpen, Mumbai().RegularHours) with { Settles = false }]);
        Assert.True(calendar.IsOpen(Moment("2026-02-01T05:00:00Z")));
        Assert.True(calendar.IsBusinessDay(Day("2026-02-01")));
        Assert.False(calendar.IsSettlementDay(Day("2026-02-01")));
        Assert.Equal(Day("2026-02-02"), calendar.SettlementDate(Day("2026-01-30"), 1));
        Assert.Equal(Day("2026-02-02"), calendar.SettlementDate(Day("2026-02-01"), 1));
        Assert.Equal(Day("2026-02-01"), calendar.BusinessDaysAfter(Day("2026-01-30"), 1));
    }

    [Fact]
    public void A_special_session_of_unknown_hours_is_neither_tradable_nor_a_business_day()
    {
        var calendar = Mumbai([Row("2026-11-08", DayKind.SpecialOpen, null), Row("2026-10-21", DayKind.SpecialOpen, null)]);
        Assert.Null(calendar.SessionOn(Day("2026-11-08")));
        Assert.False(calendar.IsBusinessDay(Day("2026-11-08")));
        Assert.Null(calendar.SessionOn(Day("2026-10-21")));
    }

    [Fact]
    public void A_regular_day_that_does_not_settle_trades_its_ordinary_hours()
    {
        var calendar = Mumbai([Row("2026-04-01", DayKind.Regular, null) with { Settles = false }]);
        Assert.True(calendar.IsOpen(Moment("2026-04-01T05:00:00Z")));
        Assert.Equal(Day("2026-04-02"), calendar.SettlementDate(Day("2026-03-31"), 1));
    }

    [Fact]
    public void Settlement_over_a_weekend_and_a_holiday_counts_settlement_days_only()
    {
        var calendar = Mumbai([Closed("2026-11-24")]);
        Assert.Equal(Day("2026-11-23"), calendar.SettlementDate(Day("2026-11-20"), 1));
        Assert.Equal(Day("2026-11-25"), calendar.SettlementDate(Day("2026-11-20"), 2));
        Assert.Equal(Day("2026-11-23"), calendar.SettlementDate(Day("2026-11-21"), 0));
        Assert.Equal(Day("2026-11-20"), calendar.SettlementDate(Day("2026-11-20"), 0));
    }

    [Fact]
    public void The_last_business_day_of_a_month_steps_over_weekend_and_holiday()
    {
        Assert.Equal(Day("2026-10-30"), Mumbai().LastBusinessDay(new Slot(2026, 10)));
        Assert.Equal(Day("2026-10-29"), Mumbai([Closed("2026-10-30")]).LastBusinessDay(new Slot(2026, 10)));
    }

    [Fact]
    public void The_list_is_final_up_to_the_year_before_the_first_tentative_row()
    {
        var calendar = Mumbai([.. Closed2026, Closed("2027-01-26") with { IsFinal = false }]);
        Assert.Equal(Day("2026-12-31"), calendar.FinalThrough);
        Assert.True(calendar.IsFinal(Day("2026-12-31")));
        Assert.False(calendar.IsFinal(Day("2027-01-01")));
        Assert.False(calendar.IsFinal(Day("2025-12-31")));
        Assert.False(calendar.IsBusinessDay(Day("2027-01-26")));
        Assert.True(calendar.IsBusinessDay(Day("2027-01-27")));
    }

    [Fact]
    public void One_holiday_announced_for_next_year_does_not_make_next_year_final() =>
        Assert.Equal(Day("2026-12-31"), Mumbai([.. Closed2026, Closed("2027-01-15")]).FinalThrough);

    [Fact]
    public void A_gap_between_published_years_ends_what_is_final()
    {
        var in2028 = Closed2026.Select(row => row with { Date = row.Date.AddYears(2) });
        Assert.Equal(Day("2026-12-31"), Mumbai([.. Closed2026, .. in2028]).FinalThrough);
    }

    [Fact]
    public void A_calendar_without_rows_is_never_final() => Assert.False(Mumbai().IsFinal(Day("2026-06-01")));

    [Fact]
    public void Two_rows_of_one_date_are_refused() =>
        Assert.Throws<ArgumentException>(() => Mumbai([Closed("2026-01-26"), Closed("2026-01-26")]));

    [Fact]
    public void A_month_in_which_everything_is_closed_says_so_instead_of_guessing()
    {
        var closed = Enumerable.Range(0, 450).Select(i => Closed("2026-01-01") with { Date = Day("2026-01-01").AddDays(i) });
        var calendar = Mumbai([.. closed]);
        Assert.Throws<InvalidOperationException>(() => calendar.LastBusinessDay(new Slot(2026, 1)));
        Assert.Throws<InvalidOperationException>(() => calendar.NextSession(Moment("2026-01-01T00:00:00Z")));
        Assert.Throws<InvalidOperationException>(() => calendar.BusinessDaysAfter(Day("2026-01-01"), 1));
    }

    [Fact]
    public void An_unknown_venue_is_named_with_the_known_ones()
    {
        var book = new CalendarBook([NewYork(), Mumbai()]);
        Assert.Equal("NSE", book["NSE"].Venue);
        var message = Assert.Throws<KeyNotFoundException>(() => book["LSE"]).Message;
        Assert.Equal("There is no calendar of venue 'LSE'; there are NSE, NYSE.", message);
    }

    [Fact]
    public void Counting_forward_and_measuring_the_distance_agree() =>
        Property((date, days) =>
        {
            var calendar = Mumbai(Closed2026);
            var later = calendar.BusinessDaysAfter(date, days);
            return calendar.IsBusinessDay(later)
                && (days == 0 || calendar.BusinessDaysBetween(date, later) == days)
                && calendar.BusinessDaysBetween(later, date) == -calendar.BusinessDaysBetween(date, later);
        });

    [Fact]
    public void The_next_session_is_the_earliest_that_has_not_closed() =>
        Property((date, minutes) =>
        {
            var calendar = NewYork(Closed2026);
            var moment = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(minutes * 37);
            var next = calendar.NextSession(moment);
            var between = Enumerable.Range(-1, next.Date.DayNumber - calendar.LocalDate(moment).DayNumber + 1)
                .Select(i => calendar.SessionOn(calendar.LocalDate(moment).AddDays(i)));
            return moment < next.Close && calendar.IsOpen(moment) == next.Contains(moment)
                && between.All(session => session is null || session.Close <= moment);
        });

    private static void Property(Func<DateOnly, int, bool> holds) =>
        Prop.ForAll(
            Gen.Choose(0, 500).Select(i => Day("2025-10-01").AddDays(i)).ToArbitrary(), Gen.Choose(0, 40).ToArbitrary(), holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 20_000 : 300));

    private static ExchangeCalendar Mumbai(ImmutableArray<CalendarRow> rows = default) => new(
        "NSE", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), new SessionHours(new TimeOnly(9, 15), new TimeOnly(15, 30)),
        Weekend, rows.IsDefault ? [] : rows);

    private static ExchangeCalendar NewYork(ImmutableArray<CalendarRow> rows = default) => new(
        "NYSE", TimeZoneInfo.FindSystemTimeZoneById("America/New_York"), new SessionHours(new TimeOnly(9, 30), new TimeOnly(16, 0)),
        Weekend, rows.IsDefault ? [] : rows);

    private static CalendarRow Closed(string date) => Row(date, DayKind.Closed, null);

    private static CalendarRow Row(string date, DayKind kind, SessionHours? hours) =>
        new(Day(date), kind, hours, Settles: true, IsFinal: true, "a day", "a test");

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
