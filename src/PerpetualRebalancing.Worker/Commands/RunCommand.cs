using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>run</c>: the service.</summary>
public static class RunCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var command = new ExampleCommand("run", "Look after the household until stopped: reviews when due, batches, messages", "run", "run --data /var/lib/perpetual");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await ServiceHost.RunAsync(context.SettingsOf(parsed), context.Environment, context.Clock, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Told to stop before it had quite started: it did what it was told, and a supervisor must not take that for a failure.
                return ExitCode.Done;
            }
            catch (PlacingTakenException taken)
            {
                throw new ConfigurationException($"run: {taken.Message}");
            }
        });
        return command;
    }
}
