using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>What a review did, in one sentence: for the run log and <c>status</c>.</summary>
internal static class RunSummary
{
    /// <summary>The sentence.</summary>
    public static string Of(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.AlreadyDone o => $"The review of {o.Slot} is already done.",
        ReviewOutcome.Unread o => $"The review of {o.Slot} waits: {o.Why}",
        ReviewOutcome.DryRun o => $"A dry run of {o.Judged.Plan.Slot}: {Legs(o.Judged.Plan)}; nothing was recorded.",
        ReviewOutcome.NothingToDo o => $"The review of {o.Judged.Plan.Slot} found nothing to trade; portfolio drift is {Points(o.Judged.Plan)} points.",
        ReviewOutcome.Blocked o => $"The plan of {o.Judged.Plan.Slot} ({Legs(o.Judged.Plan)}) is blocked: {string.Join("; ", o.Judged.Judgement.Blocked)}.",
        ReviewOutcome.AwaitingApproval o => $"The plan {o.Judged.Code} of {o.Judged.Plan.Slot} ({Legs(o.Judged.Plan)}) waits for approval until {o.Expires:yyyy-MM-dd HH:mm} UTC.",
        ReviewOutcome.Approved o => $"The plan {o.Judged.Code} of {o.Judged.Plan.Slot} ({Legs(o.Judged.Plan)}) is on its way by policy.",
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };

    private static string Legs(Plan plan)
    {
        var (sales, purchases) = (plan.Legs.Count(l => l.IsSale), plan.Legs.Count(l => l.IsPurchase));
        var moves = plan.Legs.Length - sales - purchases;
        return $"{sales} sales, {purchases} purchases, {moves} money moves";
    }

    private static string Points(Plan plan) => Canonical.Text(Math.Round(plan.Proof.After.Portfolio.Points, 2));
}
