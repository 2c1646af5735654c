using System.Diagnostics;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Tests.Cli;
using Run = PerpetualRebalancing.Worker.Tests.Cli.Run;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>A volume of its own that fills up, or that may not be written any more, under the program as a process.</summary>
public class DiskTests
{
    private const string NoMount = "It needs a volume of its own, and this machine lets nobody mount one.";

    // What is left when the volume is gone is a copy of it.
    private const string Fill = """
        mount -t tmpfs -o size=$4k tmpfs "$1" || exit 99
        "$2" --data "$1" review >"$3/said" 2>"$3/errors"; echo $? >"$3/code"
        mkdir "$3/kept"; cp -r "$1/." "$3/kept/"
        """;

    private const string Freeze = """
        mount -t tmpfs tmpfs "$1" && cp -r "$3/." "$1/" && mount -o remount,ro "$1" || exit 99
        for command in review run "halt --reason full" "backup now" "doctor --only database"; do
          "$2" --data "$1" $command >"$3/said" 2>>"$3/errors"; echo "$command: $?" >>"$3/codes"
        done
        """;

    private const string Look = """
        mount -t tmpfs tmpfs "$1" && cp -r "$3/." "$1/" && mount -o remount,ro "$1" || exit 99
        for command in "audit verify" "replay $4" "explain $4"; do
          "$2" --data "$1" $command >>"$3/said" 2>>"$3/errors"; echo "$command: $?" >>"$3/codes"
        done
        """;

    private static int Sizes => Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 160 : 10;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_is_full_at_any_write_of_a_review_is_one_line_and_with_room_again_the_review_is_made_once()
    {
        Assert.SkipUnless(await CanMount(), NoMount);
        int Kilobytes(int i) => 24 + (1400 * i / Sizes);
        var codes = new List<int>();
        for (var i = 0; i < Sizes; i++)
        {
            using var installation = new Installation();
            using var beside = new TemporaryFolder();
            Directory.CreateDirectory(installation.Data);
            await Shell(Fill, installation.Root, installation.Data, Executable.File, beside.Root, $"{Kilobytes(i)}");
            var run = await Read(beside.Root);
            codes.Add(run.Code);
            if (run.Code != ExitCode.AwaitingApproval)
            {
                Assert.True(run.Code is ExitCode.BadUsage or ExitCode.Failed, $"{Kilobytes(i)} kB: {run.Code} {run.Error}");
                var error = Assert.Single(run.Errors);
                Assert.DoesNotContain("defect", error, StringComparison.Ordinal);
                Assert.Matches("the disk is full|No space left|cannot be created|failed to read or write", error);
            }

            // Room again, the program that could not even give its role back long dead.
            Directory.Delete(installation.Data);
            Directory.Move(Path.Combine(beside.Root, "kept"), installation.Data);
            installation.AfterTheHeartbeat();
            var again = await installation.Start("review");
            Assert.True(again is { Code: ExitCode.AwaitingApproval or ExitCode.Done, Error: "" }, $"{Kilobytes(i)} kB, then room: {again.Code} {again.Error}");
            using var store = installation.Open();
            Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
            Assert.Single(store.Plans());
            Assert.Single(store.SlotClaims());
            Assert.Empty(store.PendingOutbox());
            Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "outbox"), "*-approve-*.eml"));
        }

        // From a disk on which nothing fits to one on which everything does.
        Assert.NotEqual(ExitCode.AwaitingApproval, codes[0]);
        Assert.Equal(ExitCode.AwaitingApproval, codes[^1]);
    }

    [Fact]
    public async Task On_a_volume_that_may_only_be_read_nothing_is_recorded_and_the_doctor_still_looks()
    {
        Assert.SkipUnless(await CanMount(), NoMount);
        using var installation = new Installation();
        using var beside = new TemporaryFolder();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        Directory.Move(installation.Data, Path.Combine(beside.Root, "kept"));
        Directory.CreateDirectory(installation.Data);
        await Shell(Freeze, installation.Root, installation.Data, Executable.File, Path.Combine(beside.Root, "kept"));
        var codes = await File.ReadAllLinesAsync(Path.Combine(beside.Root, "kept", "codes"), Stop);
        var errors = await File.ReadAllLinesAsync(Path.Combine(beside.Root, "kept", "errors"), Stop);
        Assert.Equal(["review: 2", "run: 2", "halt --reason full: 2", "backup now: 2"], codes[..4]);
        Assert.Equal("doctor --only database: 0", codes[4]);
        Assert.All(errors, e => Assert.StartsWith("error: ", e, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.DoesNotContain("defect", e, StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("read-only", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Caught an audit that was refused where nothing may be written.</summary>
    [Theory]
    [InlineData("closed")]
    [InlineData("in use")]
    [InlineData("in use, without its index")]
    public async Task On_a_volume_that_may_only_be_read_who_looks_back_sees_all_that_was_recorded_or_is_told_that_it_is_not_all(string left)
    {
        Assert.SkipUnless(await CanMount(), NoMount);
        using var installation = new Installation();
        using var beside = new TemporaryFolder();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        var (kept, plan, head) = (Path.Combine(beside.Root, "kept"), "", "");
        using (var store = installation.OpenAt(TimeProvider.System))
        {
            store.Transact("asha", transaction => transaction.Append(new Fact.Halted("the last fact")));
            (plan, head) = (Assert.Single(store.Plans()).Hash[..10], Assert.IsType<AuditVerification.Intact>(store.VerifyChain()).Head);
            if (left != "closed")
            {
                Copy(installation.Data, kept);
            }
        }

        if (left == "closed")
        {
            Copy(installation.Data, kept);
        }
        else
        {
            // A copy of a database in use is the file, a log that has what was recorded last, and the log's index.
            Assert.NotEqual(0, new FileInfo(Path.Combine(kept, "household.db-wal")).Length);
        }

        if (left == "in use, without its index")
        {
            File.Delete(Path.Combine(kept, "household.db-shm"));
        }

        Directory.Delete(installation.Data, recursive: true);
        Directory.CreateDirectory(installation.Data);
        await Shell(Look, installation.Root, installation.Data, Executable.File, kept, plan);
        var codes = await File.ReadAllLinesAsync(Path.Combine(kept, "codes"), Stop);
        if (left == "in use, without its index")
        {
            Assert.Equal(["audit verify: 2", $"replay {plan}: 2", $"explain {plan}: 2"], codes);
            var errors = await File.ReadAllLinesAsync(Path.Combine(kept, "errors"), Stop);
            Assert.All(errors, e => Assert.StartsWith($"error: {installation.Database}: what was recorded last stands in 'household.db-wal' beside it", e, StringComparison.Ordinal));
            Assert.Equal(3, errors.Length);
            return;
        }

        Assert.Equal(["audit verify: 0", $"replay {plan}: 0", $"explain {plan}: 0"], codes);
        Assert.Contains(head, await File.ReadAllTextAsync(Path.Combine(kept, "said"), Stop), StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, "household.db*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static async Task<Run> Read(string folder) => new(
        int.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "code"), Stop), System.Globalization.CultureInfo.InvariantCulture),
        await File.ReadAllTextAsync(Path.Combine(folder, "said"), Stop), await File.ReadAllTextAsync(Path.Combine(folder, "errors"), Stop));

    private static async Task Shell(string script, string folder, params string[] arguments)
    {
        var start = Executable.Info(folder, []);
        start.FileName = "unshare";
        Array.ForEach([.. new[] { "-rm", "sh", "-c", script, "sh" }, .. arguments], start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, $"{await output}{await error}");
    }

    private static async Task<bool> CanMount()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "unshare -rm mount -t tmpfs tmpfs /mnt 2>/dev/null"]))!;
        await process.WaitForExitAsync(Stop);
        return process.ExitCode == 0;
    }
}
