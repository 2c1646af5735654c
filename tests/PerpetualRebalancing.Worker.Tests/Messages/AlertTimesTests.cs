using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;

namespace PerpetualRebalancing.Worker.Tests.Messages;

public sealed class AlertTimesTests
{
    private static readonly TimeZoneInfo India = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly AlertPolicy Policy = AlertPolicy.Usual;

    [Theory]
    [InlineData("2026-06-10T09:00:00+05:30", "2026-06-10T09:00:00+05:30")]
    [InlineData("2026-06-10T21:59:59+05:30", "2026-06-10T21:59:59+05:30")]
    [InlineData("2026-06-10T22:00:00+05:30", "2026-06-11T07:00:00+05:30")]
    [InlineData("2026-06-11T00:00:00+05:30", "2026-06-11T07:00:00+05:30")]
    [InlineData("2026-06-11T06:59:59+05:30", "2026-06-11T07:00:00+05:30")]
    [InlineData("2026-06-11T07:00:00+05:30", "2026-06-11T07:00:00+05:30")]
    public void A_warning_waits_for_the_end_of_the_quiet_hours(string raised, string told) =>
        Assert.Equal(At(told), AlertTimes.Due(Alert(Severity.Warning, raised), Policy, India));

    [Theory]
    [InlineData("2026-03-07T23:00:00-05:00", "2026-03-08T07:00:00-04:00")]
    [InlineData("2026-10-31T23:00:00-04:00", "2026-11-01T07:00:00-05:00")]
    public void The_quiet_hours_end_by_the_clock_on_the_wall_when_it_changes(string raised, string told) =>
        Assert.Equal(At(told), AlertTimes.Due(Alert(Severity.Warning, raised), Policy, NewYork));

    [Fact]
    public void Quiet_hours_that_end_in_the_hour_that_the_clock_leaps_over_end_after_it()
    {
        var policy = Policy with { QuietUntil = new TimeOnly(2, 30) };
        Assert.Equal(At("2026-03-08T03:30:00-04:00"), AlertTimes.Due(Alert(Severity.Warning, "2026-03-08T01:00:00-05:00"), policy, NewYork));
    }

    [Fact]
    public void What_is_critical_is_told_at_night_and_again_until_somebody_has_seen_it()
    {
        var alert = Alert(Severity.Critical, "2026-06-11T02:00:00+05:30");
        Assert.Equal(alert.At, AlertTimes.Due(alert, Policy, India));
        var told = alert with { ToldAt = alert.At };
        Assert.Equal(alert.At.AddHours(12), AlertTimes.Due(told, Policy, India));
        Assert.Null(AlertTimes.Due(told with { AcknowledgedAt = alert.At.AddHours(1) }, Policy, India));
    }

    [Theory]
    [InlineData(12, 24)]
    [InlineData(24, 48)]
    [InlineData(48, 96)]
    [InlineData(24 * 30, 24 * 37)]
    public void What_nobody_answers_is_told_again_after_longer_and_longer_pauses(int toldAfter, int dueAfter)
    {
        var alert = Alert(Severity.Critical, "2026-06-11T02:00:00+05:30");
        Assert.Equal(alert.At.AddHours(dueAfter), AlertTimes.Due(alert with { ToldAt = alert.At.AddHours(toldAfter) }, Policy, India));
    }

    [Fact]
    public void A_warning_is_told_once() =>
        Assert.Null(AlertTimes.Due(Alert(Severity.Warning, "2026-06-11T09:00:00+05:30") with { ToldAt = At("2026-06-11T09:00:03+05:30") }, Policy, India));

    [Fact]
    public void Quiet_hours_of_no_length_are_none()
    {
        var policy = Policy with { QuietFrom = default, QuietUntil = default };
        var alert = Alert(Severity.Information, "2026-06-11T00:00:00+05:30");
        Assert.Equal(alert.At, AlertTimes.Due(alert, policy, India));
    }

    private static RaisedAlert Alert(Severity severity, string raised) => new(1, At(raised), severity, "income", "income/1", "Salary was not seen.", null, null, null);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
