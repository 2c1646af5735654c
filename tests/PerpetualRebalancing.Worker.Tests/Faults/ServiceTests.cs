using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The service and the commands beside it, each as a process of its own on one database.</summary>
public class ServiceTests
{
    [Fact]
    public async Task Only_one_service_looks_after_a_household_and_it_stops_when_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var installation = new Installation();
        using var service = await RunningService.Start(installation);
        Assert.Equal($"process {service.Id} on {Environment.MachineName}", (await Status(installation)).GetProperty("service").GetString());
        Installation.AssertRefused(
            await installation.Start("run"), $"run: Process {service.Id} on {Environment.MachineName} looks after this household (alive at ");

        Assert.Equal(ExitCode.Done, await service.Terminate());
        using var store = installation.Open();
        Assert.Null(store.Placing());
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
    }

    [Fact]
    public async Task Commands_beside_a_service_are_answered_halted_and_carried_out_by_it()
    {
        using var installation = new Installation().WithMarketsOpen();
        using var service = await RunningService.Start(installation);

        var review = await installation.Start("review");
        Assert.Equal((ExitCode.AwaitingApproval, ""), (review.Code, review.Error));
        Assert.Contains("waits for approval", review.Output);
        using var store = installation.Open();
        Assert.Equal("example", store.Household.Value);
        var code = Assert.Single(store.State.Batches).Id.Value;

        // Halted: the approval counts, and nothing is placed however often the service looks.
        Assert.Equal(ExitCode.Done, (await installation.Start("halt", "--reason", "prices look wrong")).Code);
        var approved = await installation.Start("approve", code);
        Assert.Equal((ExitCode.Blocked, true), (approved.Code, approved.Output.Contains("prices look wrong", StringComparison.Ordinal)));
        var heartbeat = store.Placing()!.Heartbeat;
        await RunningService.Until(() => store.Placing()!.Heartbeat > heartbeat + TimeSpan.FromSeconds(3));
        Assert.All(store.State.Batches[0].Legs, leg => Assert.True(leg.Filled.IsZero));

        Assert.Equal(ExitCode.Done, (await installation.Start("resume", "resume")).Code);
        Assert.Equal(ExitCode.Done, (await installation.Start("approve", code)).Code);
        await RunningService.Until(() => store.Facts().Any(f => f is { By: "service", Fact: Fact.LegMoved { State: LegState.Acknowledged } }));
        Assert.Equal(service.Id, store.Placing()!.ProcessId);
    }

    [Fact]
    public async Task A_review_that_the_service_ran_ends_as_its_outcome_says()
    {
        // Caught: a review that a gate had blocked ended with 0 beside a service, and with 3 without one.
        using var installation = new Installation();
        using var service = await RunningService.Start(installation);
        Assert.Equal(ExitCode.Done, (await installation.Start("halt", "--reason", "prices look wrong")).Code);
        var blocked = await installation.Start("review");
        Assert.Equal((ExitCode.Blocked, ""), (blocked.Code, blocked.Error));
        Assert.Contains("prices look wrong", blocked.Output);

        Assert.Equal(ExitCode.Done, (await installation.Start("resume", "resume")).Code);
        var asked = await installation.Start("review");
        Assert.Equal((ExitCode.AwaitingApproval, true), (asked.Code, asked.Output.Contains("waits for approval", StringComparison.Ordinal)));
        var again = await installation.Start("review");
        Assert.Equal((ExitCode.AwaitingApproval, true), (again.Code, again.Output.Contains("already done", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_service_that_was_killed_is_named_until_its_role_is_free_and_nothing_is_lost_or_doubled()
    {
        using var installation = new Installation();
        int killed;
        using (var service = await RunningService.Start(installation))
        {
            Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
            await service.Kill();
            killed = service.Id;
        }

        Installation.AssertRefused(await installation.Start("run"), $"run: Process {killed} on {Environment.MachineName} looks after this household (alive at ");

        // Caught: it asked the dead service and waited half a minute for an answer.
        Installation.AssertRefused(
            await installation.Start("review"), $"review: process {killed} on {Environment.MachineName} has the placing role and died; nothing was planned. Its role is free at ");

        using (var early = installation.OpenAt(new LaterTime(TimeSpan.FromSeconds(20))))
        {
            Assert.Null(early.TryAcquirePlacing(1, "elsewhere"));
        }

        installation.AfterTheHeartbeat();
        using (var next = await RunningService.Start(installation))
        {
            Assert.Equal(ExitCode.Done, (await installation.Start("status")).Code);
        }

        using var store = installation.Open();
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
        Assert.Single(store.Plans());
        Assert.Single(store.SlotClaims());
        Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "outbox"), "*-approve-*.eml"));
    }

    [Fact]
    public async Task Reviews_started_at_once_make_one_plan()
    {
        using var installation = new Installation();
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => installation.Start("review")));
        Assert.All(runs, run => Assert.Equal("", run.Error));
        Assert.All(runs, run => Assert.True(run.Code is ExitCode.AwaitingApproval or ExitCode.Done, run.Output));
        Assert.Contains(runs, run => run.Code == ExitCode.AwaitingApproval);
        using var store = installation.Open();
        Assert.Single(store.Plans());
        Assert.Single(store.SlotClaims());
        Assert.Single(store.Facts(), f => f.Fact is Fact.BatchPlanned);
        Assert.Single(store.Facts(), f => f.Fact is Fact.Opened);
        Assert.Empty(store.PendingIntents());
        Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "outbox"), "*-approve-*.eml"));
    }

    private static async Task<JsonElement> Status(Installation installation)
    {
        var run = await installation.Start("status", "--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
