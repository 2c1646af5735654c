using System.Diagnostics;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>A service that is told to stop in the middle of a step, or whose database is taken away from it for a while.</summary>
public class StoppedServiceTests
{
    private static int Stops => Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 60 : 6;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A step that is under way gets eight seconds, then it is undone: whichever it was, the next start goes on from there.</summary>
    [Fact]
    public async Task Told_to_stop_at_any_moment_of_a_review_it_ends_in_order_and_the_review_is_made_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var longest = TimeSpan.Zero;
        for (var i = 0; i < Stops; i++)
        {
            using var installation = new Installation().WithMarketsOpen();
            using (var service = await RunningService.Start(installation))
            {
                // The review is asked for beside the service, and the service told to stop a little later each time.
                using var asking = Process.Start(Executable.Info(installation.Root, [], "review"))!;
                _ = asking.StandardOutput.ReadToEndAsync(Stop);
                _ = asking.StandardError.ReadToEndAsync(Stop);
                await Task.Delay(TimeSpan.FromMilliseconds(4000.0 * i / Stops), Stop);
                var watch = Stopwatch.StartNew();
                Assert.Equal(ExitCode.Done, await service.Terminate());
                longest = watch.Elapsed > longest ? watch.Elapsed : longest;
                asking.Kill();
                await asking.WaitForExitAsync(Stop);
            }

            // The command that asked may have taken the role when it was killed.
            installation.AfterTheHeartbeat();
            var again = await installation.Start("review");
            Assert.True(again is { Code: ExitCode.AwaitingApproval or ExitCode.Done, Error: "" }, $"{again.Code} {again.Error}");
            using var store = installation.Open();
            Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
            Assert.Single(store.Facts(), f => f.Fact is Fact.BatchPlanned);
            Assert.Single(store.SlotClaims());
            Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "outbox"), "*-approve-*.eml"));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"The longest of {Stops} ends took {longest.TotalSeconds:0.0} s.");
    }

    [Fact]
    public async Task A_database_that_another_process_holds_is_told_in_one_line_and_afterwards_all_goes_on()
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        using (var other = Hold(installation.Database))
        {
            Installation.AssertRefused(await installation.Start("income", "add", "--account", "asha-demat", "--amount", "5", "--kind", "salary", "--note", "a test"), $"{installation.Database}: another process has held the database too long; nothing was written.");

            // Looking needs no writing.
            Assert.Equal(ExitCode.Done, (await installation.Start("audit", "verify")).Code);
        }

        Assert.Equal(ExitCode.Done, (await installation.Start("status")).Code);
        using var store = installation.Open();
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
        Assert.DoesNotContain(store.Facts(), f => f.Fact is Fact.CashReceived);
    }

    [Fact]
    public async Task A_page_that_rotted_is_refused_with_the_way_back_and_the_way_back_leads_back()
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        Assert.Equal(ExitCode.Done, (await installation.Start("backup", "now")).Code);
        var bytes = await File.ReadAllBytesAsync(installation.Database, Stop);
        Array.Fill(bytes, (byte)0xA5, 3 * 4096, 4096);
        await File.WriteAllBytesAsync(installation.Database, bytes, Stop);
        var refused = await installation.Start("run");
        Installation.AssertRefused(refused, $"{installation.Database}: the database is damaged (");
        Assert.Contains("restore the last good copy of it ('backup list')", refused.Errors[0], StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, (await installation.Start("backup", "now")).Code);

        var backup = Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "backups")));
        var restored = await installation.Start("backup", "restore", Path.GetFileName(backup), "--force");
        Assert.Equal((ExitCode.Done, ""), (restored.Code, restored.Error));
        Assert.Equal(ExitCode.Done, (await installation.Start("status")).Code);
        Assert.Equal(ExitCode.Done, (await installation.Start("audit", "verify")).Code);
        using var store = installation.Open();
        Assert.NotNull(store.State.Halt);
    }

    private static SqliteConnection Hold(string file)
    {
        _ = SqliteLibrary.Version;
        var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "begin exclusive";
        command.ExecuteNonQuery();
        return connection;
    }
}
