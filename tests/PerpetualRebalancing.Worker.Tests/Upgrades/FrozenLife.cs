using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Demo;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Upgrades;

/// <summary>What the example household lived through before its databases were frozen: three months, the last with orders on their way.</summary>
internal static class FrozenLife
{
    private const string Statement = "date,action,instrument,units,price,charges\n2026-06-04,buy,NIFTYBEES,100,250.50,10\n2026-06-20,sell,NIFTYBEES,60,300,0\n";

    /// <summary>When the databases were frozen.</summary>
    public static readonly DateTimeOffset End = Life.India(9, 1, 9, 45);

    /// <summary>Lives it, and leaves both databases in a folder, whole and closed.</summary>
    public static async Task LiveAsync(string folder)
    {
        using var life = new Life(new HouseholdFiles());
        var settings = life.Desk.Settings;
        await File.WriteAllTextAsync(Path.Combine(folder, "statement.csv"), Statement, Life.Stop);
        await life.MonthAsync();
        await life.FinishAsync();
        await DoneAsync("lots", "import", "statement.csv", "--account", "asha-demat");
        await DoneAsync("lots", "undo", "1");
        await life.MonthAsync();
        life.Desk.Store.Transact("asha", t =>
        {
            t.Append(new Fact.Halted("on holiday"));
            t.Append(new Fact.Resumed("back again"));
        });
        await life.CareAsync();
        await life.EarnAsync(life.Slot);
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        await life.ApproveAsync(life.Batch!.Id);
        await life.GoToAsync(End);
        Assert.NotEmpty(life.State.Batches);
        foreach (var name in new[] { "household.db", "paper.db" })
        {
            FrozenDatabase.Execute(Path.Combine(settings.DataFolder, name), $"vacuum into '{Path.Combine(folder, name)}'");
        }

        async Task DoneAsync(params string[] command)
        {
            var (code, _, error) = await CommandAsync(settings, life.Now, folder, command);
            Assert.Equal((ExitCode.Done, ""), (code, error));
        }
    }

    /// <summary>Runs a command on the household's files at a moment.</summary>
    public static async Task<(int Code, string Output, string Error)> CommandAsync(Settings settings, DateTimeOffset now, string folder, params string[] command)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var context = new CommandContext
        {
            Out = output,
            Error = error,
            Clock = new SimulatedTime(now),
            Folder = folder,
            Environment = ImmutableDictionary<string, string>.Empty,
            IsTerminal = false,
        };
        var code = await CommandLine.Run(context, [.. command, "--config", settings.ConfigFolder, "--data", settings.DataFolder], AllCommands.Listed);
        return (code, output.ToString(), error.ToString());
    }
}
