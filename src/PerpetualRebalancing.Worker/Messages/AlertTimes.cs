using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>When an alert is told.</summary>
internal static class AlertTimes
{
    /// <summary>When a message about an alert is due next: what is critical at once and again until somebody has seen it, the rest once,
    /// after the quiet hours.</summary>
    /// <returns>Null when it need not be told any more.</returns>
    public static DateTimeOffset? Due(RaisedAlert alert, AlertPolicy policy, TimeZoneInfo zone) => (alert.AcknowledgedAt, alert.ToldAt, alert.Severity) switch
    {
        (not null, _, _) => null,
        (null, null, Severity.Critical) => alert.At,
        (null, null, _) => policy.NotBefore(alert.At, zone),
        (null, { } told, Severity.Critical) => told.AddHours(policy.RepeatHours),
        _ => null,
    };
}
