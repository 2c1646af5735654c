using System.Text.Json;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Does what people ask for by mail, one mail at a time. Every mail is dealt with once and answered once; a crash in between may
/// do again what is harmless twice: an approval given before is told as such.</summary>
internal sealed class MailAnswers(Desk desk, MonthlyReview review)
{
    /// <summary>The kind of a message that answers a mail.</summary>
    public const string AnswerKind = "answer";

    /// <summary>Deals with every mail that waits.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        if (desk.Services.Mail?.Imap is not { } inbox)
        {
            return;
        }

        foreach (var entry in desk.Store.PendingInbox())
        {
            try
            {
                await ActAsync(entry, Judge(entry, inbox), cancellationToken);
            }
            catch (Exception e) when (e is AccountUnreadException or UpstreamException)
            {
                // The gates could not look at fresh prices: the answer waits, and is refused when its request has expired by then.
                Outages.Tell(desk, e);
            }
        }
    }

    private ReplyVerdict Judge(InboxEntry entry, ImapSettings inbox)
    {
        try
        {
            var mail = ReceivedMail.Parse(entry.Raw);
            return new ReplyJudge(desk.Policy, inbox.AuthenticationResults).Judge(mail, AnsweredIn(desk.Store, mail));
        }
        catch (MailProtocolException e)
        {
            return new ReplyVerdict.Ignored($"It is no mail of a person: {e.Message}");
        }
    }

    /// <summary>The message of ours that a mail says it answers; null when it names none.</summary>
    public static OutboxEntry? AnsweredIn(HouseholdStore store, ReceivedMail mail) =>
        mail.InReplyTo.Concat(mail.References.Reverse()).Select(store.MessageOf).FirstOrDefault(m => m is not null);

    private async Task ActAsync(InboxEntry entry, ReplyVerdict verdict, CancellationToken cancellationToken)
    {
        switch (verdict)
        {
            case ReplyVerdict.Approve approve when Stale(entry, approve.Request) is { } why:
                Answer(entry, approve.Request, approve.Member, why);
                break;
            case ReplyVerdict.Approve approve:
                var answer = await new Approvals(desk, review).ApproveAsync(approve.Request.Batch!.Value, approve.Member.Id.Value, cancellationToken);
                Answer(entry, approve.Request, approve.Member, answer.Words);
                break;
            case ReplyVerdict.Reject reject when Stale(entry, reject.Request) is { } why:
                Answer(entry, reject.Request, reject.Member, why);
                break;
            case ReplyVerdict.Reject reject:
                Answer(entry, reject.Request, reject.Member, new Approvals(desk, review).Reject(reject.Request.Batch!.Value, reject.Reason, reject.Member.Id.Value).Words);
                break;
            case ReplyVerdict.Seen seen:
                Answer(entry, seen.Alert, seen.Member, "Noted: the alert is not sent again.", t => t.Acknowledge(AlertOf(seen.Alert)));
                break;
            case ReplyVerdict.Halt halt:
                Answer(
                    entry, halt.Message, halt.Member, "Halted: nothing is placed until somebody types 'resume resume' on the machine or on the page.",
                    t => t.AddIntent(StoreTransaction.HaltIntent, JsonSerializer.Serialize(new SwitchRequest($"by mail: {halt.Reason}"), ServiceJson.Default.SwitchRequest)));
                break;
            case ReplyVerdict.Unclear unclear:
                Answer(entry, unclear.Message, unclear.Member, $"Nothing was changed. {unclear.Words}");
                break;
            case ReplyVerdict.Refused refused:
                desk.Store.Transact("mail", t =>
                {
                    t.Raise(new Alert(Severity.Warning, "mail", FormattableString.Invariant($"mail/{entry.Id}"), $"{refused.Why} Nothing was changed."));
                    Finish(t, entry, refused.Why);
                });
                break;
            case ReplyVerdict.Ignored ignored:
                desk.Store.Transact("mail", t => t.FinishMail(entry.Id, ignored.Why));
                break;
            default:
                throw new InvalidOperationException($"Unknown verdict {verdict}.");
        }
    }

    /// <summary>Why an answer no longer counts, judged by when the mailbox took it in; its sender has no say in that.</summary>
    private string? Stale(InboxEntry entry, OutboxEntry request) =>
        desk.Store.LastRun("restore") is { } restored && entry.Received < restored.Finished
            ? "The database was restored from a backup after this answer was written; it may have been acted on before, so it does not count. Answer again if it should."
            : desk.Store.Messages(Letters.RequestKind).Last(m => m.Batch == request.Batch && m.Recipient == request.Recipient).Id != request.Id
            ? $"Batch {request.Batch} was asked about again since that message; answer the newest one."
            : desk.Store.State.Batch(request.Batch!) is { } batch && entry.Received >= batch.Expires
            ? $"The request for batch {batch.Id} had expired when the answer arrived; the next review asks again."
            : null;

    private void Answer(InboxEntry entry, OutboxEntry answered, Member member, string words, Action<StoreTransaction>? act = null)
    {
        desk.Store.Transact(member.Id.Value, t =>
        {
            act?.Invoke(t);
            var letter = new LetterWriter().Line(words).Line().Line($"This answers your mail of {entry.Received.UtcDateTime:yyyy-MM-dd HH:mm} UTC.").Under($"Re: {answered.Subject}");
            t.Enqueue(Letters.To(member, AnswerKind, answered.Batch, FormattableString.Invariant($"{entry.Id}"), letter));
            Finish(t, entry, words);
        });
    }

    private static void Finish(StoreTransaction transaction, InboxEntry entry, string outcome)
    {
        transaction.FinishMail(entry.Id, outcome);
        transaction.RecordRun("mail", transaction.Now, "answered", outcome);
    }

    // The occasion of a message about an alert begins with the alert's number: alert/17/asha.
    private static long AlertOf(OutboxEntry message) => long.Parse(message.DedupeKey.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
}
