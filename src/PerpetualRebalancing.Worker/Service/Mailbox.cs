using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Watches the mailbox while the service runs, and keeps what answers us until the <see cref="Caretaker"/> deals with it. What
/// answers nothing of ours is somebody's own mail: it is looked at and not kept.</summary>
/// <param name="desk">Whose mailbox.</param>
/// <param name="inbox">The mailbox; null when no answers are read.</param>
/// <param name="logger">Told when the mailbox comes and goes.</param>
internal sealed class Mailbox(Desk desk, ImapInbox? inbox, ILogger<Mailbox> logger) : BackgroundService
{
    // A request lives for a month at most.
    private const int DaysBack = 31;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (inbox is null)
        {
            return Task.CompletedTask;
        }

        var cursor = desk.Store.InboxCursor() is { } read ? new InboxCursor(read.UidValidity, read.LastUid) : null;
        return inbox.WatchAsync(cursor, DateOnly.FromDateTime(desk.Time.GetUtcNow().UtcDateTime.AddDays(-DaysBack)), Keep, Tell, stoppingToken);
    }

    private void Keep(ImmutableArray<InboundMail> mails, InboxCursor place)
    {
        var ours = mails.Where(IsAnswer).ToArray();
        desk.Store.Transact("mail", t =>
        {
            foreach (var mail in ours)
            {
                t.KeepMail(mail.Received, mail.Raw);
            }

            t.MoveInboxCursor(place.UidValidity, place.LastUid);
        });
    }

    private bool IsAnswer(InboundMail mail)
    {
        try
        {
            return MailAnswers.AnsweredIn(desk.Store, ReceivedMail.Parse(mail.Raw)) is not null;
        }
        catch (MailProtocolException)
        {
            // No person wrote it: what we sent is answered in a mail that can be read.
            return false;
        }
    }

    private void Tell(InboxState state)
    {
        switch (state)
        {
            case InboxState.Connected:
                ServiceLog.MailboxOpen(logger);
                break;
            case InboxState.Unreachable unreachable:
                ServiceLog.MailboxClosed(logger, unreachable.Why);
                break;
            case InboxState.LoginNeeded login:
                ServiceLog.MailboxClosed(logger, login.Why);
                desk.Store.Transact("mail", t => t.Raise(new Alert(
                    Severity.Critical, "login", $"inbox-login/{desk.LocalDate(t.Now):yyyy-MM-dd}",
                    $"The mailbox wants a login, so answers by mail are not read: {login.Why} Answer on the page or with a command until then.")));
                break;
        }
    }
}
