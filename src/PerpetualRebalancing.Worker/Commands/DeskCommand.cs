using System.CommandLine;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>What commands that work on a household's desk share.</summary>
internal static class DeskCommand
{
    /// <summary>Who gives the command, for the log of facts.</summary>
    public static string Person => string.IsNullOrWhiteSpace(Environment.UserName) ? "person" : Environment.UserName;

    /// <summary>Opens the desk, does the work, closes it.</summary>
    public static async Task<int> RunAsync(CommandContext context, ParseResult parsed, Func<Desk, Task<int>> work)
    {
        using var desk = Desk.Open(context.SettingsOf(parsed), context.Clock);
        foreach (var warning in desk.Warnings)
        {
            context.Error.WriteLine($"warning: {warning}");
        }

        return await work(desk);
    }

    /// <summary>Opens the desk, records facts, and says what was recorded.</summary>
    public static Task<int> RecordAsync(CommandContext context, ParseResult parsed, Func<Desk, string> record) => RunAsync(context, parsed, desk =>
    {
        context.OutputOf(parsed).Say(record(desk));
        return Task.FromResult(ExitCode.Done);
    });

    /// <summary>Works open batches one step on, unless a running service does: then it picks the change up within seconds.</summary>
    public static async Task AdvanceAsync(Desk desk, CancellationToken cancellationToken)
    {
        using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName);
        if (lease is not null)
        {
            using var caretaker = new Caretaker(desk, lease);
            await caretaker.TickAsync(cancellationToken);
        }
    }
}
