using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class MarketHoursGateTests
{
    private static readonly MarketHoursGate Gate = new();

    [Fact]
    public void Mumbai_at_ten_is_open() =>
        VerdictAssert.Cleared(new GateCase().Judge(Gate), "B1, B2", "on NSE: open now, until 2026-06-30 15:30 (UTC+05:30)");

    [Fact]
    public void New_york_at_ten_in_mumbai_is_scheduled_and_does_not_hold_up_mumbai() => VerdictAssert.Cleared(
        new GateCase().Instrument("c0", i => i with { Venue = "NYSE" }).Judge(Gate),
        "B1 on NYSE: closed now, scheduled for 2026-06-30 09:30 (UTC-04:00), last day 2026-07-10", "on NSE: open now");

    [Theory]
    [InlineData("2026-10-30T14:00:00Z", "open now, until 2026-10-30 16:00 (UTC-04:00)")]
    [InlineData("2026-11-02T14:00:00Z", "closed now, scheduled for 2026-11-02 09:30 (UTC-05:00)")]
    [InlineData("2026-11-02T14:30:00Z", "open now, until 2026-11-02 16:00 (UTC-05:00)")]
    public void New_york_opens_an_hour_later_in_utc_once_summer_time_is_over(string now, string words) =>
        VerdictAssert.Cleared(At(now, "2026-11-05").Instrument("c0", i => i with { Venue = "NYSE" }).Judge(Gate), words);

    [Fact]
    public void A_holiday_is_stepped_over() =>
        VerdictAssert.Cleared(At("2026-11-10T04:30:00Z", "2026-11-11").Judge(Gate), "scheduled for 2026-11-11 09:15 (UTC+05:30), last day 2026-11-11");

    [Fact]
    public void A_session_on_the_last_day_is_allowed_and_one_after_it_blocks()
    {
        // Monday's session is over at 15:30; Tuesday 2026-11-10 is a holiday.
        VerdictAssert.Cleared(At("2026-11-09T09:59:00Z", "2026-11-09").Judge(Gate), "open now");
        VerdictAssert.Blocked(
            At("2026-11-09T10:00:00Z", "2026-11-10").Judge(Gate), "the next session is on 2026-11-11, after the batch's last day 2026-11-10", "approval.batchDays");
    }

    [Fact]
    public void A_session_beyond_the_published_holidays_needs_approval() => VerdictAssert.NeedsApproval(
        At("2027-01-04T05:00:00Z", "2027-01-10").Judge(Gate), "session on 2027-01-04", "published from 2026-01-01 through 2026-12-31", "'calendar import'");

    [Fact]
    public void A_settlement_beyond_the_published_holidays_needs_approval()
    {
        VerdictAssert.Cleared(At("2026-12-30T05:00:00Z", "2027-01-10").Judge(Gate));
        VerdictAssert.NeedsApproval(At("2026-12-31T05:00:00Z", "2027-01-10").Judge(Gate), "settlement on 2027-01-01");
    }

    [Fact]
    public void A_calendar_without_a_published_year_needs_approval() => VerdictAssert.NeedsApproval(
        new GateCase().Calendars(new ExchangeCalendar("NSE", TimeZoneInfo.Utc, new SessionHours(new TimeOnly(9, 15), new TimeOnly(15, 30)), [], [])).Judge(Gate),
        "no year of its holidays is published in full");

    [Fact]
    public void A_venue_without_a_calendar_blocks() => VerdictAssert.Blocked(
        new GateCase().Instrument("c1", i => i with { Venue = "LSE" }).Judge(Gate), "B2 on LSE", "only of [NSE, NYSE]", "'calendar import'");

    [Fact]
    public void What_blocks_and_what_is_asked_are_both_said() => VerdictAssert.Blocked(
        At("2027-01-04T05:00:00Z", "2027-01-10").Instrument("c1", i => i with { Venue = "LSE" }).Judge(Gate), "B2 on LSE", "through 2026-12-31");

    [Fact]
    public void Money_that_is_moved_needs_no_session() => VerdictAssert.Cleared(
        (new GateCase() with { Legs = _ => [GateCase.Leg("W1", Domain.Review.LegPurpose.Withdraw, 5)] }).Judge(Gate), "0 orders");

    private static GateCase At(string now, string lastDay) =>
        new() { Now = GateCase.Moment(now), LastDay = DateOnly.Parse(lastDay, System.Globalization.CultureInfo.InvariantCulture) };
}
