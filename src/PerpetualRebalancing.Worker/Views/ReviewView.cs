using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>How a review ended, and its plan.</summary>
internal static class ReviewView
{
    /// <summary>Shows the plan, then the outcome; a machine gets the plan alone.</summary>
    public static void Show(Output output, ReviewOutcome outcome, Household policy)
    {
        if (outcome.Judged is { } judged)
        {
            output.Show(() => PlanView.Render(judged.Plan, policy, judged.Judgement), () => PlanView.Json(judged.Plan));
        }

        output.Say(MoneyFormat.Sentence(RunSummary.Of(outcome)), outcome is ReviewOutcome.Blocked ? Tone.Bad : Tone.Strong);
        if (outcome is ReviewOutcome.AwaitingApproval waiting)
        {
            output.Say($"Answer with 'approve {waiting.Plan.Code}' or 'reject {waiting.Plan.Code} --reason \"…\"'.");
        }
    }
}
