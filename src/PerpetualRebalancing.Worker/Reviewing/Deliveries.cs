using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>Brings queued messages out of the database into the outbox folder.</summary>
internal static class Deliveries
{
    private const string From = "perpetual-rebalancing@localhost";
    private const string To = "household@localhost";

    /// <summary>Queues a message for every alert that has none, and delivers every message that waits.</summary>
    public static void Deliver(Desk desk)
    {
        var alerts = desk.Store.Alerts().Where(a => a.AcknowledgedAt is null).ToArray();
        if (alerts.Length > 0)
        {
            desk.Store.Transact("service", t => Array.ForEach(alerts, alert => t.Enqueue(Letters.Alert(desk, alert))));
        }

        var folder = new OutboxFolder(desk.OutboxFolder);
        foreach (var entry in desk.Store.PendingOutbox())
        {
            // With its moment: a restored database counts on from where it was, and its numbers were given out before.
            folder.Deliver(new MailMessage(
                FormattableString.Invariant($"{entry.Id}-{entry.Created:yyyyMMddHHmmss}.{desk.Policy.Id}@perpetual-rebalancing"), entry.Created, From, To, entry.Subject, entry.Body));
            desk.Store.MarkSent(entry.Id);
        }
    }
}
