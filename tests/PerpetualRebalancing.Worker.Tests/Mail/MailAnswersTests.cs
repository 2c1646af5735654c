using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Upstreams.Mail;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Mail;

/// <summary>Answers by mail as they change the household; no server is needed for what is kept already.</summary>
public sealed class MailAnswersTests
{
    [Fact]
    public async Task A_yes_by_mail_is_dealt_with_once_wherever_the_power_fails()
    {
        // Every reading of the clock is a place to die at; beyond the last one nothing dies.
        for (var readings = 0; ; readings++)
        {
            using var life = await AskedAsync();
            var code = life.Batch!.Id;
            Keep(life, Reply.To(Request(life), MailTown.Approver, "APPROVE"));
            life.PowerFailsAfter(readings);
            await life.ReadMailAsync();
            Assert.Equal("asha", Assert.Single(life.Facts.OfType<Fact.BatchApproved>()).By);
            Assert.Empty(life.Desk.Store.PendingInbox());
            Assert.Single(life.Desk.Store.Messages(MailAnswers.AnswerKind));
            Assert.All(life.State.Batch(code)!.Legs, l => Assert.Equal(LegState.Scheduled, l.State));
            if (life.PowerCuts == 0)
            {
                Assert.True(readings > 3, "The power never failed.");
                return;
            }
        }
    }

    [Fact]
    public async Task The_same_mail_again_or_a_second_yes_approves_nothing_twice()
    {
        using var life = await AskedAsync();
        var mail = Reply.To(Request(life), MailTown.Approver, "APPROVE");
        Keep(life, mail);
        await life.ReadMailAsync();
        Keep(life, mail);
        Keep(life, Reply.To(Request(life), MailTown.Approver, "APPROVE"));
        await life.ReadMailAsync();
        Assert.Single(life.Facts.OfType<Fact.BatchApproved>());
        Assert.Contains("already approved", life.Desk.Store.Messages(MailAnswers.AnswerKind)[^1].Body, StringComparison.Ordinal);
        Assert.Equal(2, life.Desk.Store.Messages(MailAnswers.AnswerKind).Length);
    }

    [Fact]
    public async Task An_answer_that_the_mailbox_took_in_too_late_is_told_so_and_changes_nothing()
    {
        using var life = await AskedAsync();
        var request = Request(life);
        Keep(life, Reply.To(request, MailTown.Approver, "APPROVE"), life.Batch!.Expires);
        await life.ReadMailAsync();
        Assert.False(life.Batch!.Approved);
        Assert.Contains("had expired when the answer arrived", Assert.Single(life.Desk.Store.Messages(MailAnswers.AnswerKind)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_a_plan_that_was_replaced_changes_nothing()
    {
        using var life = await AskedAsync();
        var old = Request(life);
        Assert.IsType<ApprovalAnswer.Rejected>(new Approvals(life.Desk, new MonthlyReview(life.Desk)).Reject(life.Batch!.Id.Value, "again", "ravi"));
        Incomes.Record(life.Desk, life.Desk.Policy.Accounts[0].Id, new(50_000m, life.Desk.Policy.Base), Domain.Policy.IncomeKind.Other, "found", "found/1", "story");
        await life.ReviewAsync(life.Slot);
        Assert.NotEqual(old.Batch, life.Batch!.Id);
        Keep(life, Reply.To(old, MailTown.Approver, "APPROVE"));
        await life.ReadMailAsync();
        Assert.Empty(life.Facts.OfType<Fact.BatchApproved>());
        Assert.Contains("No open request", life.Desk.Store.Messages(MailAnswers.AnswerKind)[^1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_an_earlier_request_for_the_same_plan_does_not_answer_the_later_one()
    {
        using var life = await AskedAsync();
        var first = Request(life);
        Assert.IsType<ApprovalAnswer.Rejected>(new Approvals(life.Desk, new MonthlyReview(life.Desk)).Reject(life.Batch!.Id.Value, "again", "ravi"));
        await life.ReviewAsync(life.Slot);
        Assert.Equal(first.Batch, life.Batch!.Id);
        Keep(life, Reply.To(first, MailTown.Approver, "APPROVE"));
        await life.ReadMailAsync();
        Assert.Empty(life.Facts.OfType<Fact.BatchApproved>());
        Keep(life, Reply.To(Request(life), MailTown.Approver, "APPROVE"));
        await life.ReadMailAsync();
        Assert.Single(life.Facts.OfType<Fact.BatchApproved>());
    }

    [Fact]
    public async Task A_forged_answer_is_refused_and_the_household_is_told()
    {
        using var life = await AskedAsync();
        Keep(life, Reply.To(Request(life), MailTown.Approver, "APPROVE", "mx.test.local; dmarc=fail header.from=test.local"));
        Keep(life, Reply.To(Request(life), MailTown.Stranger, "APPROVE"));
        await life.ReadMailAsync();
        Assert.Empty(life.Facts.OfType<Fact.BatchApproved>());
        Assert.Equal(2, life.Desk.Store.Alerts().Count(a => a.Kind == "mail" && a.Text.EndsWith("Nothing was changed.", StringComparison.Ordinal)));
        Assert.Empty(life.Desk.Store.Messages(MailAnswers.AnswerKind));
    }

    [Fact]
    public async Task A_no_a_halt_and_a_seen_do_what_they_say()
    {
        using var life = await AskedAsync();
        Keep(life, Reply.To(Request(life), MailTown.Approver, "REJECT waiting for\nthe bonus"));
        await life.ReadMailAsync();
        Assert.Contains("waiting for the bonus", Assert.Single(life.Facts.OfType<Fact.BatchClosed>()).Why, StringComparison.Ordinal);

        await life.SendMailAsync(new Nowhere());
        var alert = life.Desk.Store.Messages(Letters.AlertKind)[^1];
        Keep(life, Reply.To(alert, MailTown.Approver, "SEEN"));
        Keep(life, Reply.To(alert, MailTown.Approver, "HALT somebody is at the door"));
        await life.ReadMailAsync();
        Assert.Equal("asha", life.Desk.Store.Alerts().Single(a => alert.DedupeKey.StartsWith($"alert/{a.Id}/", StringComparison.Ordinal)).AcknowledgedBy);
        Worker.Service.Switches.Answer(life.Desk.Store);
        Assert.Equal("by mail: somebody is at the door", life.State.Halt);
    }

    [Fact]
    public async Task A_message_that_cannot_be_sent_is_tried_again_with_pauses_and_given_up_loudly()
    {
        using var life = await AskedAsync();
        var busy = new Busy();
        for (var hours = 0; hours < 80; hours++)
        {
            await life.SendMailAsync(busy);
            life.Sleep(TimeSpan.FromHours(1));
        }

        Assert.InRange(busy.Ids.Count(i => i == busy.Ids[0]), 40, 80);
        Assert.Contains(life.Desk.Store.Alerts(), a => a is { Kind: "mail", Severity: Severity.Critical } && a.Text.Contains("was given up", StringComparison.Ordinal));
    }

    private static OutboxEntry Request(Life life) => life.Desk.Store.Messages(Letters.RequestKind)[^1];

    private static void Keep(Life life, byte[] mail, DateTimeOffset? received = null) =>
        life.Desk.Store.Transact("mail", t => t.KeepMail(received ?? life.Now, mail));

    private static async Task<Life> AskedAsync()
    {
        var life = new Life(new HouseholdFiles().MailNobodyCarries());
        await life.GoToAsync(life.DueAt(life.Slot));
        Assert.IsType<ReviewOutcome.AwaitingApproval>(await new MonthlyReview(life.Desk).RunAsync(life.Slot, ReviewKind.Scheduled, "service", false, Life.Stop));
        return life;
    }

    private sealed class Nowhere : IMailSender
    {
        public Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken) => Task.FromResult<SendOutcome>(new SendOutcome.Sent());
    }

    private sealed class Busy : IMailSender
    {
        public List<string> Ids { get; } = [];

        public Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken)
        {
            Ids.Add(message.Id);
            return Task.FromResult<SendOutcome>(new SendOutcome.Later("451 come again"));
        }
    }
}
