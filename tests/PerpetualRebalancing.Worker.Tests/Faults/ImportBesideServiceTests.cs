using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>Statements come while the service looks after the same database, each command as a process of its own.</summary>
public class ImportBesideServiceTests
{
    [Fact]
    public async Task Imports_and_a_running_service_do_not_break_each_other()
    {
        using var installation = new Installation().WithMarketsOpen();
        using var service = await RunningService.Start(installation);
        Write("june.csv", "date,action,instrument,units,price,acquired\n2026-06-01,lot,NIFTYBEES,5820,200,2022-01-03\n");
        Write("july.csv", "date,action,instrument,units,price,acquired\n2026-07-01,lot,NIFTYBEES,5820,210,2022-01-03\n");

        // The same file twice at once counts once.
        var twice = await Task.WhenAll(Import("june.csv"), Import("june.csv"), Import("july.csv"));
        Assert.All(twice, run => Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error)));
        using var store = installation.Open();
        Assert.Equal(["july.csv", "june.csv"], store.Imports().Select(i => i.File).Order(StringComparer.Ordinal));
        Assert.Equal(210m, Assert.Single(store.State.Lots[new(new("asha-demat"), new("NIFTYBEES"))]).CostPerUnit.Amount);

        // The service reviews on the lots of now, and what waits for an answer keeps its lots.
        var review = await installation.Start("review");
        Assert.Equal(("", ExitCode.AwaitingApproval), (review.Error, review.Code));
        var batch = Assert.Single(store.State.Batches).Id.Value;
        Installation.AssertRefused(await installation.Start("lots", "undo", "1"), $"--account: asha-demat has the open batch {batch}");

        Assert.Equal(ExitCode.Done, (await installation.Start("approve", batch)).Code);
        await RunningService.Until(() => store.Facts().Any(f => f is { By: "service", Fact: Fact.LegMoved { State: LegState.Acknowledged } }));
        Assert.Equal(service.Id, store.Placing()!.ProcessId);
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());

        void Write(string name, string text) => File.WriteAllText(Path.Combine(installation.Root, name), text);

        Task<Cli.Run> Import(string file) => installation.Start("lots", "import", file, "--account", "asha-demat");
    }
}
