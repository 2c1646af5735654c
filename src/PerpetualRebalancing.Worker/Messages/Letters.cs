using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>The messages that a review and its batch send, as they go into the outbox: one for each member who is written to, or one
/// for nobody in particular where no member has an address.</summary>
internal static class Letters
{
    /// <summary>Asks for the approval of a plan. Each member gets links of their own.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="judged">The plan.</param>
    /// <param name="expires">When the request expires.</param>
    /// <param name="planned">The fact that planned its batch: the same plan after a rejection is asked about again.</param>
    public static IEnumerable<OutboxMessage> ApprovalRequest(Desk desk, JudgedPlan judged, DateTimeOffset expires, long planned)
    {
        var due = TaxDates.After(desk, judged.Plan);
        var before = desk.Store.PlanBefore(judged.Plan.Slot)?.Read();
        return ToEach(desk, RequestKind, judged.Code, FormattableString.Invariant($"{judged.Hash}/{planned}"), member => Messages.ApprovalRequest.Compose(
            judged.Plan, judged.Hash, desk.Policy, judged.Judgement, judged.Asks, expires, Ways(desk, judged, expires, member), before, due));
    }

    /// <summary>Reports a review that had nothing to trade.</summary>
    public static IEnumerable<OutboxMessage> NothingToDo(Desk desk, JudgedPlan judged, LogHead head) => ToEach(
        desk, ReportKind, null, judged.Hash, ReviewReport.NothingToTrade(judged.Plan, judged.Hash, desk.Policy, desk.NextDue(judged.Plan.Slot), head));

    /// <summary>Reports a batch that was worked.</summary>
    public static IEnumerable<OutboxMessage> Report(
        Desk desk, StoredPlan plan, Batch batch, HouseholdState state, Drift after, ProgramEnd end, LogHead head, TaxYearReport taxes) => ToEach(
        desk, ReportKind, batch.Id, batch.Id.Value,
        ReviewReport.Compose(plan.Read(), desk.Policy, batch, after, end, state.Program, Month(desk, state), taxes.Members, desk.NextDue(plan.Slot), head) with
        {
            Attachments = [.. PlannedAndDone.Files(plan, batch)],
        });

    /// <summary>Tells people what to order where no program may.</summary>
    public static IEnumerable<OutboxMessage> Instructions(Desk desk, Plan plan, BatchId batch, IReadOnlyList<Leg> legs) => ToEach(
        desk, "instructions", batch, $"{batch}/{string.Join('+', legs.Select(l => l.ClientKey))}",
        InstructionSheet.Compose(plan, batch, legs, desk.Policy, leg => Folios(desk, leg)));

    /// <summary>Tells people about an alert, once for each occasion of telling.</summary>
    public static IEnumerable<OutboxMessage> Alert(Desk desk, RaisedAlert alert, string occasion) =>
        ToEach(desk, AlertKind, null, occasion, AlertMessage.Compose(alert.Severity, alert.Text, desk.Policy, alert.At));

    /// <summary>Tells people that the service is alive.</summary>
    public static IEnumerable<OutboxMessage> Heartbeat(Desk desk, DateOnly day, Letter letter) => ToEach(desk, "heartbeat", null, FormattableString.Invariant($"{day:yyyy-MM-dd}"), letter);

    /// <summary>The kind of a message that reports a review.</summary>
    public const string ReportKind = "report";

    /// <summary>The kind of a message about an alert.</summary>
    public const string AlertKind = "alert";

    /// <summary>The kind of a message that asks for an approval.</summary>
    public const string RequestKind = "approval-request";

    /// <summary>A message to one member.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="batch">The batch it is about, if any.</param>
    /// <param name="member">Whom it goes to.</param>
    /// <param name="letter">What it says.</param>
    /// <param name="occasion">A second one of the same kind and occasion is not queued.</param>
    public static OutboxMessage To(Member member, string kind, BatchId? batch, string occasion, Letter letter) =>
        Message(kind, batch, letter, occasion) with { Recipient = member.Mail };

    private static IEnumerable<OutboxMessage> ToEach(Desk desk, string kind, BatchId? batch, string occasion, Letter letter) =>
        ToEach(desk, kind, batch, occasion, _ => letter);

    private static IEnumerable<OutboxMessage> ToEach(Desk desk, string kind, BatchId? batch, string occasion, Func<Member?, Letter> letter)
    {
        var members = desk.Policy.Members.Where(m => m.Mail is not null).ToArray();
        return members.Length == 0
            ? [Message(kind, batch, letter(null), occasion)]
            : members.Select(m => Message(kind, batch, letter(m), $"{occasion}/{m.Id}") with { Recipient = m.Mail });
    }

    private static OutboxMessage Message(string kind, BatchId? batch, Letter letter, string occasion) =>
        new(kind, batch, letter.Subject, letter.Body, $"{kind}/{occasion}") { Html = letter.Html, Attachments = letter.Attachments };

    private static AnswerWays Ways(Desk desk, JudgedPlan judged, DateTimeOffset expires, Member? member)
    {
        if (member is null)
        {
            return AnswerWays.None;
        }

        var byReply = desk.Services.Mail?.Imap is not null;
        if (desk.Services.Page.PublicBaseUrl is not { } page || desk.Settings.RuntimeKey is not { } key)
        {
            return new AnswerWays(null, null, byReply);
        }

        var link = new ApprovalLink(key);
        Uri Of(LinkAction action) => link.Write(page, new ApprovalToken(judged.Code, judged.Hash, action, member.Id, expires));
        return new AnswerWays(Of(LinkAction.Approve), Of(LinkAction.Reject), byReply);
    }

    private static IEnumerable<string> Folios(Desk desk, Leg leg) => desk.Store.State.Lots
        .GetValueOrDefault(new Position(leg.Plan.Account, leg.Plan.Instrument!), []).Select(LotNames.FolioOf).Where(f => f.Length > 0).Distinct();

    /// <summary>Tells a person about an alert.</summary>
    public static OutboxMessage Alert(Desk desk, RaisedAlert alert) => Message(
        "alert", null, AlertMessage.Compose(alert.Severity, alert.Text, desk.Policy, alert.At), FormattableString.Invariant($"{alert.Id}"));

    /// <summary>Each account's money since the review before the one that has just closed.</summary>
    private static ImmutableArray<AccountLedger> Month(Desk desk, HouseholdState now)
    {
        var facts = desk.Store.Facts().Select(f => f.Fact).ToArray();
        var reviews = facts.Select((fact, i) => (fact, i)).Where(f => f.fact is Fact.ReviewClosed).Select(f => f.i).ToArray();
        var since = reviews.Length > 1 ? reviews[^2] + 1 : 1;
        var before = HouseholdState.After(facts.Take(since));
        return [.. desk.Policy.Accounts.Select(a => LedgerView.Between(before.Accounts[a.Id], now.Accounts[a.Id]))];
    }
}
