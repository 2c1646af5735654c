using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>explain</c> and <c>replay</c>: looks back at a stored plan. They read the database alone, as nothing that was decided
/// depends on what the files say today.</summary>
public static class PlanCommands
{
    /// <summary>Builds <c>explain</c>.</summary>
    public static Command BuildExplain(CommandContext context)
    {
        var code = Code();
        var command = new ExampleCommand("explain", "Say why each leg of a stored plan is what it is, and what became of it", "explain 8f6a67c519") { code };
        command.SetAction((parsed, _) => On(context, parsed, code, (store, plan) =>
        {
            var explanation = PlanExplanation.Of(plan, new Replay(store).PolicyOf(plan), store.Facts());
            context.OutputOf(parsed).Show(() => ExplainView.Render(explanation), () => ExplainView.Json(explanation));
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>Builds <c>replay</c>.</summary>
    public static Command BuildReplay(CommandContext context)
    {
        var code = Code();
        var command = new ExampleCommand("replay", "Decide a stored plan again from what was stored, and compare", "replay 8f6a67c519") { code };
        command.SetAction((parsed, _) => On(context, parsed, code, (store, plan) =>
        {
            var answer = ReplayAnswer.Of(plan, new Replay(store).Of(plan));
            context.OutputOf(parsed).Show(() => ReplayView.Render(answer), () => ReplayView.Json(answer));

            // A decision that was improved since decides differently, which is no fault of what is stored.
            return answer.IsSame || (answer.IsAsStored && answer.Version is { } version && version != Decision.Version) ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static Argument<string> Code() => new("ID") { Description = "The plan's short code or hash, as messages and 'status' show it" };

    private static Task<int> On(CommandContext context, ParseResult parsed, Argument<string> code, Func<HouseholdStore, StoredPlan, int> work)
    {
        var (file, id) = (context.SettingsOf(parsed).Database, parsed.GetRequiredValue(code));
        foreach (var household in HouseholdStore.HouseholdsIn(file))
        {
            using var store = HouseholdStore.OpenReadOnly(file, household, context.Clock);
            if (store.Plan(id) is { } plan)
            {
                return Task.FromResult(work(store, plan));
            }
        }

        throw new ConfigurationException($"ID: no stored plan has the code '{id}'; allowed: a plan's hash, or at least its first 4 characters");
    }
}
