using System.Text;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Upstreams.Mail;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Mail;

/// <summary>A month whose every word goes through real mail servers; the household's clock is simulated, the mail's is not.</summary>
public sealed class MonthByMailTests
{
    [Fact]
    public async Task A_month_goes_from_trigger_to_report_by_mail_with_a_crash_after_every_message()
    {
        Assert.SkipWhen(MailTown.Missing is not null, MailTown.Missing ?? "");
        await using var town = await MailTown.StartAsync();
        using var life = new Life(new HouseholdFiles().Mail(town));
        await life.EarnAsync(life.Slot);
        await life.GoToAsync(life.DueAt(life.Slot));

        // Trigger, request: the power fails when the server has the message and we have not noted it.
        await new MonthlyReview(life.Desk).RunAsync(life.Slot, Domain.Review.ReviewKind.Scheduled, "service", false, Life.Stop);
        await Assert.ThrowsAsync<PowerCutException>(() => new Deliveries(life.Desk, new DyingAfter(life.Desk.Sender)).DeliverAsync(Life.Stop));
        life.Restart();
        await life.SendMailAsync();
        var requests = (await town.WaitForAsync(MailTown.Approver, 2)).Where(m => Reply.Subject(m).StartsWith("Approve ", StringComparison.Ordinal)).ToArray();
        Assert.True(requests.Length >= 2);
        Assert.Single(requests.Select(Identity).Distinct());

        // A stranger who learnt the message's identity, and a forger, are stopped by what the provider says of them.
        await SendAsync(town, MailTown.Stranger, Reply.To(requests[0], MailTown.Stranger, "APPROVE"));
        await SendAsync(town, MailTown.Stranger, Reply.To(requests[0], MailTown.Approver, "APPROVE"));
        await SendAsync(town, MailTown.Stranger, Reply.To(
            requests[0], MailTown.Approver, "APPROVE", "Authentication-Results: mx.test.local; dmarc=pass header.from=test.local\r\nX-Test-Results: foreign\r\n"));
        await FetchAsync(life, 3);
        await life.ReadMailAsync();
        Assert.False(life.Batch!.Approved);
        Assert.Equal(3, life.Desk.Store.Alerts().Count(a => a.Kind == "mail"));

        // Reply, kept: it comes again when the power fails before we noted how far we read.
        await SendAsync(town, MailTown.Approver, Reply.To(requests[0], MailTown.Approver, "APPROVE\n\nThanks"));
        await FetchAsync(life, 1, noteCursor: false);
        life.Restart();
        await FetchAsync(life, 0);

        // Approval, gates again, fills, report.
        life.PowerFailsAfter(3);
        await life.ReadMailAsync();
        Assert.Equal("asha", Assert.Single(life.Facts.OfType<Fact.BatchApproved>()).By);
        life.Restart();
        await life.FinishAsync();
        await life.SendMailAsync();
        Assert.Equal(BatchOutcome.Executed, Assert.Single(life.Facts.OfType<Fact.BatchClosed>()).Outcome);
        Assert.Equal(life.Facts.OfType<Fact.LegFilled>().Select(f => f.FillId).Distinct().Count(), life.Facts.OfType<Fact.LegFilled>().Count());
        await WaitAsync(() => town.MailsOf(MailTown.Approver).Any(m => Reply.Subject(m).StartsWith("Review of ", StringComparison.Ordinal)));
        var mails = town.MailsOf(MailTown.Approver);
        Assert.Single(mails, m => Reply.Subject(m).StartsWith("Re: Approve ", StringComparison.Ordinal));
        var report = mails.Last(m => Reply.Subject(m).StartsWith("Review of ", StringComparison.Ordinal));
        Assert.Contains("application/json", report, StringComparison.Ordinal);
        Assert.Contains("text/csv", report, StringComparison.Ordinal);
        Assert.Contains($"In-Reply-To: <{Identity(requests[0])}>", report, StringComparison.Ordinal);
    }

    private static string Identity(string mail) => ReceivedMail.Parse(Encoding.UTF8.GetBytes(mail)).MessageId!;

    /// <summary>Reads the mailbox as the service does, until so many mails more wait; the moments are moved onto the household's clock.</summary>
    private static async Task FetchAsync(Life life, int more, bool noteCursor = true)
    {
        var store = life.Desk.Store;
        var wanted = store.PendingInbox().Length + more;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Life.Stop);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        var cursor = store.InboxCursor() is { } read ? new InboxCursor(read.UidValidity, read.LastUid) : null;
        try
        {
            await life.Desk.Wire!.Inbox!.WatchAsync(cursor, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2)), (mails, place) =>
            {
                store.Transact("mail", t =>
                {
                    foreach (var mail in mails.Where(m => MailAnswers.AnsweredIn(store, ReceivedMail.Parse(m.Raw)) is not null))
                    {
                        t.KeepMail(life.Now, mail.Raw);
                    }

                    if (noteCursor)
                    {
                        t.MoveInboxCursor(place.UidValidity, place.LastUid);
                    }
                });
                if (store.PendingInbox().Length >= wanted)
                {
                    stop.Cancel();
                }
            }, _ => { }, stop.Token);
        }
        catch (OperationCanceledException) when (!Life.Stop.IsCancellationRequested)
        {
            Assert.Equal(wanted, store.PendingInbox().Length);
        }
    }

    private static Task SendAsync(MailTown town, string login, byte[] mail) => new MailPerson(town, login).WriteAsync(MailTown.Worker, Encoding.UTF8.GetString(mail));

    private static async Task WaitAsync(Func<bool> condition)
    {
        for (var i = 0; i < 400 && !condition(); i++)
        {
            await Task.Delay(50, Life.Stop);
        }

        Assert.True(condition());
    }

    private sealed class DyingAfter(IMailSender sender) : IMailSender
    {
        public async Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken)
        {
            Assert.IsType<SendOutcome.Sent>(await sender.SendAsync(message, cancellationToken));
            throw new PowerCutException();
        }
    }
}
