using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>The messages that a review and its batch send, as they go into the outbox.</summary>
internal static class Letters
{
    /// <summary>Asks a person to approve a plan.</summary>
    public static OutboxMessage ApprovalRequest(Desk desk, JudgedPlan judged, DateTimeOffset expires) =>
        new("approval-request", judged.Code, $"Approve {judged.Plan.Slot}: {judged.Code}", RunSummary.Of(new ReviewOutcome.AwaitingApproval(judged, expires)), $"approval-request/{judged.Code}");

    /// <summary>Reports a review that had nothing to trade.</summary>
    public static OutboxMessage NothingToDo(Desk desk, JudgedPlan judged) =>
        new("report", null, $"Review of {judged.Plan.Slot}: nothing to trade", RunSummary.Of(new ReviewOutcome.NothingToDo(judged)), $"report/{judged.Hash}");

    /// <summary>Reports a batch that was worked.</summary>
    public static OutboxMessage Report(Desk desk, Plan plan, Batch batch, HouseholdState state, Drift after, ProgramEnd end) =>
        new("report", batch.Id, $"Review of {plan.Slot}: done", $"{batch.Id} {after} {end} {state.Program}", $"report/{batch.Id}");
}
