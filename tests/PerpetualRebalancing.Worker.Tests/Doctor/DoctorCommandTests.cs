using System.Text.Json;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Doctor;
using PerpetualRebalancing.Worker.Tests.Faults;

namespace PerpetualRebalancing.Worker.Tests.Doctor;

/// <summary><c>doctor</c> as a person or a health check runs it.</summary>
public class DoctorCommandTests
{
    [Fact]
    public async Task A_fresh_folder_lacks_only_a_service_and_nothing_is_made_in_it()
    {
        using var installation = new Installation();
        var (code, findings) = await Ask(installation);
        Assert.Equal(ExitCode.NeedsPerson, code);
        Assert.Equal(["service"], findings.Where(f => f.Health == "Wrong").Select(f => f.Check));
        Assert.DoesNotContain(findings, f => f.Health == "Unknown");
        Assert.False(Directory.Exists(installation.Data));
    }

    [Fact]
    public async Task Beside_a_service_all_is_right_and_a_machine_and_a_pipe_are_told()
    {
        using var installation = new Installation();
        using (var service = await RunningService.Start(installation))
        {
            var (code, findings) = await Ask(installation);
            Assert.DoesNotContain(findings, f => f.Health is "Wrong" or "Unknown");
            Assert.Equal(ExitCode.Done, code);
            Assert.Contains(findings, f => f.Check == "service" && f.Says.Contains($"{service.Id}", StringComparison.Ordinal));

            var lines = await installation.Start("doctor");
            Assert.Equal((ExitCode.Done, ""), (lines.Code, lines.Error));
            Assert.Contains(lines.Lines, l => l.StartsWith("  right  sqlite ", StringComparison.Ordinal));
            Assert.Equal(ExitCode.Done, (await installation.Start("doctor", "--only", "service")).Code);
            await service.Kill();
        }

        // Killed: found out when its sign of life is a minute old.
        var settings = new Settings(installation.Data, Path.Combine(installation.Config, "household.json"), installation.Config);
        using var patient = new Patient(() => [], () => settings, new LaterTime(PlacingLease.Patience + TimeSpan.FromSeconds(1)));
        var dead = Assert.Single(Checkup.Of(Checkup.All.Where(c => c.Name == "service"), patient).Findings);
        Assert.Equal((Health.Wrong, true), (dead.Health, dead.Says.Contains("died at", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_recorded_is_looked_at_without_leaving_a_trace()
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        var before = installation.Contents();
        var (code, findings) = await Ask(installation);
        Assert.Equal(before, installation.Contents());
        Assert.Equal(ExitCode.NeedsPerson, code);
        Assert.Contains(findings, f => f.Check == "database" && f.Says.Contains("as they were recorded", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Check == "orders" && f.Do!.Contains("approve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_database_is_told_and_not_migrated()
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        Execute(installation.Database, "pragma user_version = 1");
        var before = installation.Contents();
        var (_, findings) = await Ask(installation);
        Assert.Contains(findings, f => f.Check == "database" && f.Says.Contains("with schema 1; this program has schema", StringComparison.Ordinal));
        Assert.Equal(before, installation.Contents());
    }

    [Fact]
    public async Task Every_fault_of_the_configuration_is_shown_and_the_rest_is_looked_at()
    {
        using var installation = new Installation().Edit("household.json", "\"target\": 40", "\"target\": -40").Edit("calendars/nse.csv", "venue: NSE", "venue: n");
        var (code, findings) = await Ask(installation);
        Assert.Equal(ExitCode.NeedsPerson, code);
        string[] faults = [.. findings.Where(f => f.Check == "configuration").Select(f => f.Says)];
        Assert.Contains(faults, f => f.StartsWith("household.json: ", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("nse.csv: ", StringComparison.Ordinal));
        Assert.Contains(findings, f => f is { Check: "sqlite", Health: "Right" });
        Assert.Contains(findings, f => f is { Check: "zones", Health: "Right" });
        Assert.Contains(findings, f => f is { Check: "accounts", Health: "Unknown" });
    }

    [Fact]
    public async Task A_damaged_database_is_told_and_left_alone()
    {
        using var installation = new Installation();
        Directory.CreateDirectory(installation.Data);
        await File.WriteAllTextAsync(installation.Database, "no database, however you look at it", TestContext.Current.CancellationToken);
        var before = installation.Contents();
        var (code, findings) = await Ask(installation);
        Assert.Equal(ExitCode.NeedsPerson, code);
        Assert.Contains(findings, f => f is { Check: "database", Health: "Wrong" } && f.Says.Contains("is damaged", StringComparison.Ordinal));
        Assert.Equal(before, installation.Contents());
    }

    [Fact]
    public async Task A_check_that_does_not_exist_is_bad_usage()
    {
        using var installation = new Installation();
        var run = await installation.Start("doctor", "--only", "weather");
        Assert.Equal((ExitCode.BadUsage, ""), (run.Code, run.Output));
        Assert.Contains("weather", run.Error);
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<(int Code, Told[] Findings)> Ask(Installation installation)
    {
        var run = await installation.Start("doctor", "--json");
        Assert.Equal("", run.Error);
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(run.Code == ExitCode.NeedsPerson, report.GetProperty("needsPerson").GetBoolean());
        return (run.Code, [.. report.GetProperty("findings").EnumerateArray().Select(f => new Told(
            f.GetProperty("check").GetString()!, f.GetProperty("health").GetString()!, f.GetProperty("says").GetString()!,
            f.TryGetProperty("do", out var what) ? what.GetString() : null))]);
    }

    private sealed record Told(string Check, string Health, string Says, string? Do);
}
