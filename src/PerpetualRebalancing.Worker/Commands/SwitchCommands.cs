using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>halt</c> and <c>resume</c>: the kill switch. It needs the database and nothing else, so that it works when a
/// configuration file, a table or a price is what is wrong.</summary>
public static class SwitchCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Builds <c>halt</c>.</summary>
    public static Command BuildHalt(CommandContext context)
    {
        var reason = new Option<string>("--reason") { Description = "Why, for everybody who looks", HelpName = "TEXT", Required = true };
        var command = new ExampleCommand("halt", "Stop all placing at once; reading goes on", "halt --reason \"prices look wrong\"") { reason };
        command.SetAction((parsed, cancellationToken) => AskAsync(
            context, parsed, StoreTransaction.HaltIntent, parsed.GetRequiredValue(reason),
            "Halted: nothing is placed from now on. The service has not recorded it yet; it will.", ExitCode.Done, cancellationToken));
        return command;
    }

    /// <summary>Builds <c>resume</c>.</summary>
    public static Command BuildResume(CommandContext context)
    {
        var word = new Argument<string>("WORD") { Description = "The word 'resume', typed again: nothing resumes by accident" };
        var command = new ExampleCommand("resume", "Allow placing again after a halt", "resume resume") { word };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(word) == "resume"
            ? AskAsync(
                context, parsed, Switches.ResumeIntent, "typed by a person",
                "The service was asked and has not answered; 'status' shows when it has.", ExitCode.Failed, cancellationToken)
            : throw new ConfigurationException($"resume: is '{parsed.GetValue(word)}'; allowed: the word 'resume', typed again"));
        return command;
    }

    /// <summary>Writes what is wanted into the database; whoever holds the placing role records it: this command when nobody does.</summary>
    private static async Task<int> AskAsync(
        CommandContext context, ParseResult parsed, string kind, string why, string unanswered, int unansweredCode, CancellationToken cancellationToken)
    {
        var (output, code) = (context.OutputOf(parsed), ExitCode.Done);
        var file = context.SettingsOf(parsed).Database;
        var households = HouseholdStore.HouseholdsIn(file);
        foreach (var household in households)
        {
            using var store = HouseholdStore.Open(file, household, context.Clock);
            var id = Switches.Ask(store, DeskCommand.Person, kind, why);
            var answer = await AnswerAsync(store, id, cancellationToken);
            output.Say(
                $"{(households.Length > 1 ? $"{household}: " : "")}{answer ?? unanswered}", answer is null ? Tone.Warning : Tone.Plain);
            code = answer is null ? unansweredCode : code;
        }

        if (households.IsEmpty)
        {
            output.Say("No household is recorded, so nothing can be placed.", Tone.Warning);
        }

        return code;
    }

    private static async Task<string?> AnswerAsync(HouseholdStore store, long id, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += TimeSpan.FromMilliseconds(250))
        {
            using (var lease = store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName))
            {
                if (lease is not null)
                {
                    Switches.Answer(store);
                }
            }

            if (store.AnswerTo(id) is { } answer)
            {
                return answer;
            }

            await Task.Delay(250, cancellationToken);
        }

        return null;
    }
}
