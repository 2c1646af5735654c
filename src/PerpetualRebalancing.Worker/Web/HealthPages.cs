using System.Net;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Watching;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>For whoever watches the process: whether it lives, and whether it can do its work. No more is told than which check holds.</summary>
internal static class HealthPages
{
    /// <summary>The process answers and its scheduler ticks.</summary>
    public static Reply Live(Visit visit) => Told([("pulse", visit.Site.Pulse.IsAlive)]);

    /// <summary>The database can be read, the scheduler ticks, and no review is overdue.</summary>
    public static Reply Ready(Visit visit) => Told(
        [("database", Holds(() => visit.Site.Desk.Store.Current.State.IsOpened)), ("scheduler", visit.Site.Pulse.IsAlive), ("reviews", Holds(() => SlotTable.IsOnTime(visit.Site.Desk)))]);

    /// <summary>What the service measures of itself, for a collector on this machine: amounts are among it, so nobody else is answered.</summary>
    public static Reply Metrics(Visit visit) => visit.Site.Watch is { } watch && visit.Http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && Site.IsThisMachine(visit.Http.Request.Host) && !visit.Http.Request.Headers.ContainsKey("X-Forwarded-For")
        ? new Reply.Plain(watch.Prometheus(), MediaType: PrometheusText.MediaType)
        : new Reply.Plain("Metrics are told on this machine alone.\n", StatusCodes.Status404NotFound);

    private static Reply.Plain Told((string Check, bool Holds)[] checks) => new(
        string.Concat(checks.Select(c => $"{c.Check} {(c.Holds ? "ok" : "not ok")}\n")),
        checks.All(c => c.Holds) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static bool Holds(Func<bool> check)
    {
        try
        {
            return check();
        }
        catch (Exception e) when (e is StoreException or ConfigurationException)
        {
            return false;
        }
    }
}
