using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>The messages that a review and its batch send, as they go into the outbox.</summary>
internal static class Letters
{
    /// <summary>Asks a person to approve a plan.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="judged">The plan.</param>
    /// <param name="expires">When the request expires.</param>
    /// <param name="planned">The fact that planned its batch: the same plan after a rejection is asked about again.</param>
    public static OutboxMessage ApprovalRequest(Desk desk, JudgedPlan judged, DateTimeOffset expires, long planned) => Message(
        "approval-request", judged.Code, Messages.ApprovalRequest.Compose(judged.Plan, judged.Hash, desk.Policy, judged.Judgement, judged.Asks, expires),
        FormattableString.Invariant($"{judged.Hash}/{planned}"));

    /// <summary>Reports a review that had nothing to trade.</summary>
    public static OutboxMessage NothingToDo(Desk desk, JudgedPlan judged, LogHead head) => Message(
        "report", null, ReviewReport.NothingToTrade(judged.Plan, judged.Hash, desk.Policy, desk.NextDue(judged.Plan.Slot), head), judged.Hash);

    /// <summary>Reports a batch that was worked.</summary>
    public static OutboxMessage Report(Desk desk, Plan plan, Batch batch, HouseholdState state, Drift after, ProgramEnd end, LogHead head) => Message(
        "report", batch.Id,
        ReviewReport.Compose(plan, desk.Policy, batch, after, end, state.Program, Month(desk, state), desk.NextDue(plan.Slot), head), batch.Id.Value);

    /// <summary>Tells a person what to order where no program may.</summary>
    public static OutboxMessage Instructions(Desk desk, Plan plan, BatchId batch, IReadOnlyList<Leg> legs) => Message(
        "instructions", batch, InstructionSheet.Compose(plan, batch, legs, desk.Policy, leg => Folios(desk, leg)), $"{batch}/{string.Join('+', legs.Select(l => l.ClientKey))}");

    private static IEnumerable<string> Folios(Desk desk, Leg leg) => desk.Store.State.Lots
        .GetValueOrDefault(new Position(leg.Plan.Account, leg.Plan.Instrument!), []).Select(LotNames.FolioOf).Where(f => f.Length > 0).Distinct();

    /// <summary>Tells a person about an alert.</summary>
    public static OutboxMessage Alert(Desk desk, RaisedAlert alert) => Message(
        "alert", null, AlertMessage.Compose(alert.Severity, alert.Text, desk.Policy, alert.At), FormattableString.Invariant($"{alert.Id}"));

    private static OutboxMessage Message(string kind, BatchId? batch, Letter letter, string occasion) =>
        new(kind, batch, letter.Subject, letter.Body, $"{kind}/{occasion}");

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
