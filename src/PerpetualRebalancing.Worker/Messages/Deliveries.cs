using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Sends what is queued: at least once, again after a failure, and given up loudly.</summary>
/// <param name="desk">Whose messages.</param>
/// <param name="sender">Takes them on their way.</param>
internal sealed class Deliveries(Desk desk, IMailSender sender)
{
    /// <summary>Whom messages are from where no mail is configured.</summary>
    public const string OwnAddress = "perpetual-rebalancing@localhost";

    private const string NobodysAddress = "household@localhost";

    // RFC 5321 §4.5.4.1 asks a sender to keep trying for four to five days; a request for approval lives for three.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private DateTimeOffset _resume = DateTimeOffset.MinValue;

    /// <summary>Queues a message for every alert that is due to be told, and sends every message whose time has come. After a server that
    /// could not be reached nothing is tried for a minute.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        TellAlerts(desk);
        foreach (var entry in desk.Store.PendingOutbox())
        {
            var now = desk.Time.GetUtcNow();
            if (now < _resume)
            {
                return;
            }

            if (entry.NextAttempt is { } next && now < next)
            {
                continue;
            }

            switch (await sender.SendAsync(Message(entry), cancellationToken))
            {
                case SendOutcome.Sent:
                    desk.Store.MarkSent(entry.Id);
                    break;
                case SendOutcome.Later later:
                    Again(entry, later.Why, now);
                    break;
                case SendOutcome.LoginNeeded login:
                    Again(entry, login.Why, now);
                    desk.Store.Transact("service", t => t.Raise(new Alert(
                        Severity.Critical, "login", $"mail-login/{desk.LocalDate(now):yyyy-MM-dd}", $"The mail server wants a login: {login.Why} Messages wait until then.")));
                    break;
                case SendOutcome.Refused refused:
                    GiveUp(entry, refused.Why, now);
                    break;
                default:
                    throw new InvalidOperationException("A message is sent, waits, or is refused.");
            }
        }
    }

    private void Again(OutboxEntry entry, string why, DateTimeOffset now)
    {
        if (now - entry.Created >= Patience)
        {
            GiveUp(entry, why, now);
            return;
        }

        _resume = now + FirstPause;
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << (int)Math.Min(entry.Attempts, 10)));
        desk.Store.Transact("service", t => t.MarkFailed(entry.Id, why, now + pause));
    }

    private void GiveUp(OutboxEntry entry, string why, DateTimeOffset now) => desk.Store.Transact("service", t =>
    {
        t.GiveUp(entry.Id, why);
        t.Raise(new Alert(
            Severity.Critical, "mail", $"mail-lost/{entry.Recipient}/{desk.LocalDate(now):yyyy-MM-dd}",
            $"The message \"{entry.Subject}\" to {entry.Recipient ?? NobodysAddress} was given up: {why} 'mail test' tries the way there."));
    });

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

    private MailMessage Message(OutboxEntry entry)
    {
        // With its moment: a restored database counts on from where it was, and its numbers were given out before.
        var id = entry.MessageId ?? FormattableString.Invariant($"{entry.Id}-{entry.Created:yyyyMMddHHmmss}.{desk.Policy.Id}@perpetual-rebalancing");
        var thread = entry.Batch is { } batch ? desk.Store.ThreadOf(batch, entry.Recipient) : null;
        var mail = desk.Services.Mail;
        return new MailMessage(id, entry.Created, mail?.From ?? OwnAddress, entry.Recipient ?? mail?.From ?? NobodysAddress, entry.Subject, entry.Body)
        {
            FromName = mail?.FromName,
            Html = entry.Html,
            Attachments = [.. desk.Store.AttachmentsOf(entry.Id).Select(a => new MailAttachment(a.Name, a.MediaType, a.Bytes))],
            InReplyTo = thread == id ? null : thread,
            ListId = $"{desk.Policy.Id}.perpetual-rebalancing",
            IsAutomatic = true,
        };
    }
}
