using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>What commands that work on a household's desk share.</summary>
internal static class DeskCommand
{
    /// <summary>Who gives the command, for the log of facts.</summary>
    public static string Person => string.IsNullOrWhiteSpace(Environment.UserName) ? "person" : Environment.UserName;

    /// <summary>Opens the desk, does the work, closes it.</summary>
    public static Task<int> RunAsync(CommandContext context, ParseResult parsed, Func<Desk, Task<int>> work) =>
        RunAsync(context, context.SettingsOf(parsed), work);

    /// <summary>As <see cref="RunAsync(CommandContext, ParseResult, Func{Desk, Task{int}})"/>, for a command that only looks: a household
    /// that is not recorded yet is laid out in a folder of its own, which is gone afterwards.</summary>
    public static async Task<int> LookAsync(CommandContext context, ParseResult parsed, Func<Desk, Task<int>> work)
    {
        var settings = context.SettingsOf(parsed);
        if (Desk.IsRecorded(settings))
        {
            return await RunAsync(context, settings, work);
        }

        var folder = Directory.CreateTempSubdirectory("perpetual-dry-run-").FullName;
        try
        {
            return await RunAsync(context, settings with { DataFolder = folder }, work);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(CommandContext context, Settings settings, Func<Desk, Task<int>> work)
    {
        using var desk = Desk.Open(settings, context.Clock);
        foreach (var warning in desk.Warnings)
        {
            context.Error.WriteLine($"warning: {warning}");
        }

        return await work(desk);
    }

    /// <summary>Opens the desk, records facts, and says what was recorded.</summary>
    public static Task<int> RecordAsync(CommandContext context, ParseResult parsed, Func<Desk, string> record) =>
        RecordAsync(context, parsed, desk => Task.FromResult(record(desk)));

    /// <summary>As <see cref="RecordAsync(CommandContext, ParseResult, Func{Desk, string})"/>, for what asks the world outside first.</summary>
    public static Task<int> RecordAsync(CommandContext context, ParseResult parsed, Func<Desk, Task<string>> record) => RunAsync(context, parsed, async desk =>
    {
        context.OutputOf(parsed).Say(await record(desk));
        return ExitCode.Done;
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
