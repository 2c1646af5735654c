using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>Tells a person about a login that lapsed or a service that does not answer: once a day for each.</summary>
internal static class Outages
{
    /// <summary>Raises the alert of an outage that holds something up.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="outage">An <see cref="AccountUnreadException"/> or <see cref="UpstreamException"/>.</param>
    public static void Tell(Desk desk, Exception outage)
    {
        var (kind, about) = outage switch
        {
            AccountUnreadException { Session: SessionState.AwaitingLogin } e => ("login", e.Account.Value),
            AccountUnreadException e => ("account", e.Account.Value),
            UpstreamException e => ("outage", e.Upstream),
            _ => throw new InvalidOperationException($"{outage.GetType().Name} is no outage."),
        };
        var day = desk.LocalDate(desk.Time.GetUtcNow());
        desk.Store.Transact("service", t => t.Raise(new Alert(Severity.Critical, kind, $"{kind}/{about}/{day:yyyy-MM-dd}", outage.Message)));
    }
}
