using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>When an alert is told.</summary>
internal static class AlertTimes
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(7);

    /// <summary>When a message about an alert is due next: what is critical at once and again until somebody has seen it, the rest once,
    /// after the quiet hours. The pauses grow with the alert's age to a week: what nobody answers for long is not answered sooner by more
    /// messages, and must not bury the others.</summary>
    /// <returns>Null when it need not be told any more.</returns>
    public static DateTimeOffset? Due(RaisedAlert alert, AlertPolicy policy, TimeZoneInfo zone) => (alert.AcknowledgedAt, alert.ToldAt, alert.Severity) switch
    {
        (not null, _, _) => null,
        (null, null, Severity.Critical) => alert.At,
        (null, null, _) => policy.NotBefore(alert.At, zone),
        (null, { } told, Severity.Critical) => told + TimeSpan.FromTicks(Math.Max(TimeSpan.FromHours(policy.RepeatHours).Ticks, Math.Min((told - alert.At).Ticks, LongestPause.Ticks))),
        _ => null,
    };
}
