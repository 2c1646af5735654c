using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>status</c>: how the household stands, what is on its way, what comes next.</summary>
public static class StatusCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var command = new ExampleCommand("status", "Show phase, reserves, drift, sell program, open batches, last and next run", "status", "status --json");
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = context.SettingsOf(parsed);
            if (!Desk.IsRecorded(settings))
            {
                var policy = HouseholdFile.Load(settings.HouseholdFile).Household;
                var answer = new NotRecorded(policy.Id, IsRecorded: false, $"'review --dry-run' shows what a first review would do; 'review' records {policy.Name} in {settings.DataFolder} and runs it, 'run' starts the service.");
                context.OutputOf(parsed).Show(() => StatusView.Render(answer, policy), () => StatusView.Json(answer));
                return Task.FromResult(ExitCode.Done);
            }

            return DeskCommand.RunAsync(context, parsed, async desk =>
            {
                var inputs = await StatusReading.ValuedAsync(desk, warning => context.Error.WriteLine($"warning: {warning}"), cancellationToken);
                var status = StatusReading.Of(desk, inputs);
                context.OutputOf(parsed).Show(() => StatusView.Render(status, desk.Policy), () => StatusView.Json(status));
                return ExitCode.Done;
            });
        });
        return command;
    }
}
