using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The kill switch, as a person pulls it: a process of its own, alone or beside the service.</summary>
public class HaltTests
{
    /// <summary>Caught: halt read the household, every table and every price first, and failed with the file that was the reason for it.</summary>
    [Theory]
    [InlineData("household.json")]
    [InlineData("paper/prices.csv")]
    [InlineData("calendars/nse.csv")]
    public async Task Halt_and_resume_need_nothing_but_the_database(string file)
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        installation.Rewrite(file, _ => "{ broken");
        Assert.Equal(ExitCode.BadUsage, (await installation.Start("review")).Code);

        var halt = await installation.Start("halt", "--reason", "a file is broken");
        Assert.Equal((ExitCode.Done, "Halted: nothing is placed until 'resume resume'.", ""), (halt.Code, halt.Lines[0], halt.Error));
        using var store = installation.Open();
        Assert.Equal("a file is broken", store.State.Halt);

        File.Delete(Path.Combine(installation.Config, file));
        var resume = await installation.Start("resume", "resume");
        Assert.Equal((ExitCode.Done, ""), (resume.Code, resume.Error));
        Assert.Null(store.State.Halt);
        Assert.Equal(("Nothing was halted.", ExitCode.Done), ((await installation.Start("resume", "resume")).Lines[0], ExitCode.Done));
        Assert.All(store.Facts().Where(f => f.Fact is Fact.Halted or Fact.Resumed), f => Assert.NotEqual("service", f.By));
        Assert.Null(store.Placing());
    }

    [Fact]
    public async Task A_halt_where_nothing_is_recorded_is_told_and_writes_nothing()
    {
        using var installation = new Installation();
        Installation.AssertRefused(await installation.Start("halt", "--reason", "just so"), $"{installation.Database}: there is no database yet.");
        Assert.False(Directory.Exists(installation.Data));
    }

    [Fact]
    public async Task An_approved_order_that_waits_for_its_market_is_held_by_a_halt_beside_the_service_until_resume()
    {
        using var installation = new Installation().WithMarketsOpen().WithMarketsClosedNow();
        using var service = await RunningService.Start(installation);
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        using var store = installation.Open();
        var batch = Assert.Single(store.State.Batches);
        var approved = await installation.Start("approve", batch.Id.Value);
        Assert.Equal((ExitCode.Done, ""), (approved.Code, approved.Error));
        Assert.Contains(store.State.Batches[0].Legs, l => l.Plan.Instrument is not null && l.State == LegState.Scheduled);

        // The service records what was asked for, in the name of who asked, even with a file that it could not start on.
        installation.Edit("household.json", "{", "{ broken");
        var halt = await installation.Start("halt", "--reason", "the bank called");
        Assert.Equal((ExitCode.Done, "Halted: nothing is placed until 'resume resume'.", ""), (halt.Code, halt.Lines[0], halt.Error));
        Assert.Equal(service.Id, store.Placing()!.ProcessId);
        installation.Edit("household.json", "{ broken", "{");

        // Every market opens, and nothing more is placed however often the service looks.
        installation.WithMarketsOpen();
        var before = store.Facts()[^1].Sequence;
        var heartbeat = store.Placing()!.Heartbeat;
        await RunningService.Until(() => store.Placing()!.Heartbeat > heartbeat + TimeSpan.FromSeconds(9));
        Assert.DoesNotContain(store.Facts(before), f => f.Fact is Fact.LegMoved { State: LegState.Submitting or LegState.Acknowledged or LegState.InTransit } or Fact.LegFilled or Fact.MoneySent or Fact.Withdrawn);

        Assert.Equal(ExitCode.Done, (await installation.Start("resume", "resume")).Code);
        await RunningService.Until(() => store.Facts(before).Any(f => f is { By: "service", Fact: Fact.LegMoved { State: LegState.Submitting, ClientKey: not null } }));
        Assert.True(store.Facts(before).First(f => f.Fact is Fact.Resumed).Sequence < store.Facts(before).First(f => f.Fact is Fact.LegMoved { State: LegState.Submitting }).Sequence);
    }
}
