using System.Diagnostics;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>A review that is killed at any moment leaves a whole log, and a slot that the next review takes up: never two plans, two
/// claims or two messages.</summary>
public class KilledReviewTests
{
    private static int Kills => Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 200 : 20;

    [Fact]
    public async Task A_review_killed_at_any_moment_can_be_run_again()
    {
        using var whole = new Installation();
        var watch = Stopwatch.StartNew();
        Assert.Equal(ExitCode.AwaitingApproval, (await whole.Start("review")).Code);
        var length = watch.Elapsed;

        for (var kill = 0; kill < Kills; kill++)
        {
            using var installation = new Installation();
            var delay = length * (0.25 + (0.75 * Random.Shared.NextDouble()));
            await KillAfter(installation, delay);
            installation.AfterTheHeartbeat();
            var again = await installation.Start("review");
            Assert.True(again is { Code: ExitCode.AwaitingApproval or ExitCode.Done, Error: "" }, $"Killed after {delay}: {again.Code} {again.Error}");

            using var store = installation.Open();
            Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
            Assert.Single(store.Plans());
            Assert.Single(store.SlotClaims());
            Assert.Single(store.Facts(), f => f.Fact is Fact.Opened);
            Assert.Single(store.Facts(), f => f.Fact is Fact.BatchPlanned);
            Assert.Empty(store.PendingOutbox());
            Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "outbox"), "*-approve-*.eml"));
            Assert.Null(store.Placing());
        }
    }

    private static async Task KillAfter(Installation installation, TimeSpan delay)
    {
        using var process = Process.Start(Executable.Info(installation.Root, [], "review"))!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Task.Delay(delay);
        process.Kill();
        await process.WaitForExitAsync();
    }
}
