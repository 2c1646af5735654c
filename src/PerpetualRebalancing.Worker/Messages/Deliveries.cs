using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Brings queued messages out of the database into the outbox folder.</summary>
internal static class Deliveries
{
    private const string From = "perpetual-rebalancing@localhost";
    private const string To = "household@localhost";

    /// <summary>Queues a message for every alert that is due to be told, and delivers every message that waits.</summary>
    public static void Deliver(Desk desk)
    {
        TellAlerts(desk);
        var folder = new OutboxFolder(desk.OutboxFolder);
        foreach (var entry in desk.Store.PendingOutbox())
        {
            folder.Deliver(Message(desk, entry));
            desk.Store.MarkSent(entry.Id);
        }
    }

    private static void TellAlerts(Desk desk)
    {
        var now = desk.Time.GetUtcNow();
        var due = desk.Store.Alerts().Where(a => AlertTimes.Due(a, desk.Policy.Alerts, desk.Zone) <= now).ToArray();
        if (due.Length == 0)
        {
            return;
        }

        desk.Store.Transact("service", t =>
        {
            foreach (var alert in due)
            {
                t.EnqueueAll(Letters.Alert(desk, alert, alert.ToldAt is null ? FormattableString.Invariant($"{alert.Id}") : FormattableString.Invariant($"{alert.Id}/{now:yyyyMMddHHmm}")));
                t.MarkTold(alert.Id);
            }
        });
    }

    private static MailMessage Message(Desk desk, OutboxEntry entry) => new(

        // With its moment: a restored database counts on from where it was, and its numbers were given out before.
        entry.MessageId ?? FormattableString.Invariant($"{entry.Id}-{entry.Created:yyyyMMddHHmmss}.{desk.Policy.Id}@perpetual-rebalancing"),
        entry.Created, From, entry.Recipient ?? To, entry.Subject, entry.Body);
}
