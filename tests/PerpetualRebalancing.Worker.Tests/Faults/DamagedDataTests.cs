using System.Diagnostics;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>A data folder that cannot be used stops the program with one line, and is left as it was.</summary>
public class DamagedDataTests
{
    // Beside the test process, not in a shell of its own, because a mount needs a namespace to live in.
    private const string SmallDisk = "mount -t tmpfs -o size=64k tmpfs \"$1\" && exec \"$2\" --data \"$1\" review";

    /// <summary>Caught: a folder that cannot be made was exit code 1 and did not say how to name another.</summary>
    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_told()
    {
        using var installation = new Installation();
        await File.WriteAllTextAsync(installation.Data, "in the way", TestContext.Current.CancellationToken);
        var run = await installation.Start("review");
        Installation.AssertRefused(run, $"{installation.Data}: the data folder cannot be made (");
        Assert.Contains("Name a folder that may be written with --data or PERPETUAL_DATA.", run.Errors[0]);

        var below = Path.Combine(installation.Data, "deeper");
        Installation.AssertRefused(await installation.Start("review", "--data", below), $"{below}: the data folder cannot be made (");
        Assert.Equal("in the way", await File.ReadAllTextAsync(installation.Data, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_data_folder_that_may_not_be_written_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs a folder that even root may not write to, such as /proc.");
        using var installation = new Installation();
        Installation.AssertRefused(await installation.Start("review", "--data", "/proc/rebalancing"), "/proc/rebalancing: the data folder cannot be made (");
        Installation.AssertRefused(await installation.Start("review", "--data", "/proc"), "/proc/household.db: the database cannot be created (");
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && await Shell("unshare -rm mount -t tmpfs tmpfs /mnt") == 0, "It needs a small disk, and this machine lets nobody mount one.");
        using var installation = new Installation();
        Directory.CreateDirectory(installation.Data);
        var start = new ProcessStartInfo("unshare", ["-rm", "sh", "-c", SmallDisk, "sh", installation.Data, Executable.File])
        {
            WorkingDirectory = installation.Root,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Installation.AssertRefused(
            new Run(process.ExitCode, await output, await error), $"{installation.Database}: the disk is full; nothing was written. Free some space, then try again.");
    }

    /// <summary>Caught: with a damaged paper book, a new household database was made beside it.</summary>
    [Theory]
    [InlineData("household.db")]
    [InlineData("paper.db")]
    public async Task A_file_that_is_no_database_is_told_and_left_alone(string name)
    {
        using var installation = new Installation();
        Directory.CreateDirectory(installation.Data);
        var file = Path.Combine(installation.Data, name);
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("no database ", 1000)), TestContext.Current.CancellationToken);
        var before = installation.Contents();

        // Without a household's database, status has nothing to open.
        foreach (var command in name == "paper.db" ? ["review", "run"] : new[] { "review", "status", "run" })
        {
            Installation.AssertRefused(await installation.Start(command), $"{file}: the database is damaged (it is not a whole SQLite database); nothing was changed. Put it aside and restore");
            Assert.Equal(before, installation.Contents());
        }
    }

    [Theory]
    [InlineData("household.db")]
    [InlineData("paper.db")]
    public async Task A_page_that_rotted_on_the_disk_is_told(string name)
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        var file = Path.Combine(installation.Data, name);
        Assert.False(File.Exists(file + "-wal"));
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Array.Fill(bytes, (byte)0xFF, 4096, bytes.Length - 4096);
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var before = installation.Contents();
        Installation.AssertRefused(await installation.Start("review"), $"{file}: the database is damaged (");
        Assert.Equal(before, installation.Contents());
    }

    [Theory]
    [InlineData("household.db", "the database has schema 999, but this program knows only up to ")]
    [InlineData("paper.db", "")]
    public async Task A_database_of_a_newer_program_is_told_and_left_alone(string name, string fault)
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        var file = Path.Combine(installation.Data, name);
        Execute(installation, file, "pragma user_version = 999");
        var before = installation.Contents();
        Installation.AssertRefused(await installation.Start("review"), $"{file}: {fault}");
        Assert.Equal(before, installation.Contents());
    }

    [Fact]
    public async Task A_fact_changed_behind_the_programs_back_stops_everything()
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        Execute(installation, installation.Database, "drop trigger facts_are_never_changed");
        Execute(installation, installation.Database, "update facts set json = replace(json, '126500', '926500') where seq = 1");
        var run = await installation.Start("review");
        Installation.AssertRefused(run, $"{installation.Database}: the database is damaged (");
    }

    private static void Execute(Installation installation, string file, string sql)
    {
        // It loads the SQLite library too.
        installation.Open().Dispose();
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<int> Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command + " 2>/dev/null"]))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
