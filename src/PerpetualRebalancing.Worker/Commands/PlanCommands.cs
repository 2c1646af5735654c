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
        command.SetAction((parsed, _) => On(context, parsed, code, (store, plan) => PlanExplanation.Of(plan, new Replay(store).PolicyOf(plan), store.Facts()), explanation =>
        {
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
        command.SetAction((parsed, _) => On(context, parsed, code, (store, plan) => ReplayAnswer.Of(plan, new Replay(store).Of(plan)), answer =>
        {
            context.OutputOf(parsed).Show(() => ReplayView.Render(answer), () => ReplayView.Json(answer));

            // A decision that was improved since decides differently, which is no fault of what is stored.
            return answer.IsSame || (answer.IsAsStored && answer.Version is { } version && version != Decision.Version) ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static Argument<string> Code() => new("ID") { Description = "The plan's short code or hash, as messages and 'status' show it" };

    private static Task<int> On<T>(CommandContext context, ParseResult parsed, Argument<string> code, Func<HouseholdStore, StoredPlan, T> look, Func<T, int> show)
        where T : class
    {
        var id = parsed.GetRequiredValue(code);
        var found = HouseholdStore.Look(context.SettingsOf(parsed).Database, context.Clock, store => store.Plan(id) is { } plan ? look(store, plan) : null);
        return found.FirstOrDefault(f => f is not null) is { } first
            ? Task.FromResult(show(first))
            : throw new ConfigurationException($"ID: no stored plan has the code '{id}'; allowed: a plan's hash, or at least its first 4 characters");
    }
}
