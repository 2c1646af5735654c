namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>Brings queued messages out of the database into the outbox folder.</summary>
internal static class Deliveries
{
    /// <summary>Delivers every message that waits.</summary>
    public static void Deliver(Desk desk)
    {
        foreach (var entry in desk.Store.PendingOutbox())
        {
            Directory.CreateDirectory(desk.OutboxFolder);
            File.WriteAllText(Path.Combine(desk.OutboxFolder, $"{entry.Id:000}.eml"), entry.Subject + "\n\n" + entry.Body);
            desk.Store.MarkSent(entry.Id);
        }
    }
}
