using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Tests.Cli;
using Run = PerpetualRebalancing.Worker.Tests.Cli.Run;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The example household in a folder of its own, as a person has it who copied the configuration.</summary>
internal sealed class Installation : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Installation() => RepositoryFolder.CopyConfigTo(Config);

    public string Root => _folder.Root;

    public string Config => Path.Combine(Root, "config");

    public string Data => Path.Combine(Root, "data");

    public string Database => Path.Combine(Data, "household.db");

    public string PaperBook => Path.Combine(Data, "paper.db");

    /// <summary>Opens every exchange all day, so that what is approved is placed at whatever time the tests run.</summary>
    public Installation WithMarketsOpen()
    {
        var far = TimeProvider.System.GetUtcNow().DayOfWeek switch
        {
            DayOfWeek.Wednesday or DayOfWeek.Thursday => "Sunday Monday",
            DayOfWeek.Sunday or DayOfWeek.Monday or DayOfWeek.Tuesday => "Thursday Friday",
            _ => "Tuesday Wednesday",
        };
        foreach (var venue in new[] { "nse", "nyse", "lse" })
        {
            Rewrite($"calendars/{venue}.csv", text => string.Join('\n', text.Split('\n')
                .Select(l => l.StartsWith("hours:", StringComparison.Ordinal) ? "hours: 00:00-23:59" : l.StartsWith("weekend:", StringComparison.Ordinal) ? $"weekend: {far}" : l)
                .Where(l => !l.StartsWith("20", StringComparison.Ordinal))));
        }

        return this;
    }

    /// <summary>Leaves every exchange half an hour a day, half a day from now, so that what is approved waits.</summary>
    public Installation WithMarketsClosedNow()
    {
        foreach (var (venue, zone) in new[] { ("nse", "Asia/Kolkata"), ("nyse", "America/New_York"), ("lse", "Europe/London") })
        {
            var hour = (TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).Hour + 12) % 24;
            Rewrite($"calendars/{venue}.csv", text => string.Join('\n', text.Split('\n')
                .Select(l => l.StartsWith("hours:", StringComparison.Ordinal) ? $"hours: {hour:00}:00-{hour:00}:30" : l)));
        }

        return this;
    }

    public Task<Run> Start(params string[] arguments) => Executable.Start(Root, arguments);

    /// <summary>Changes the first place where a configuration file says something.</summary>
    public Installation Edit(string file, string from, string to) => Rewrite(file, text =>
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        return at >= 0 ? text[..at] + to + text[(at + from.Length)..] : throw new InvalidOperationException($"{file} does not say '{from}'.");
    });

    public Installation Rewrite(string file, Func<string, string> change)
    {
        var path = Path.Combine(Config, file);
        File.WriteAllText(path, change(File.ReadAllText(path).ReplaceLineEndings("\n")));
        return this;
    }

    public HouseholdStore Open() => HouseholdStore.OpenReadOnly(Database, new HouseholdId("example"), TimeProvider.System);

    public HouseholdStore OpenAt(TimeProvider time) => HouseholdStore.Open(Database, new HouseholdId("example"), time);

    /// <summary>Takes over from a process that died, as if a minute had passed, and gives the role back.</summary>
    public void AfterTheHeartbeat()
    {
        if (!File.Exists(Database))
        {
            return;
        }

        using var store = OpenAt(new LaterTime(PlacingLease.Patience + TimeSpan.FromSeconds(1)));
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
        using var lease = store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName);
        Assert.NotNull(lease);
    }

    /// <summary>Every file of the data folder with its bytes: two of them are equal when nothing was written between.</summary>
    public string[] Contents() => !Directory.Exists(Data) ? [] :
    [
        .. Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetRelativePath(Data, f)}: {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}"),
    ];

    public void Dispose() => _folder.Dispose();

    /// <summary>Bad usage or configuration: exit code 2, nothing on the output, and every line of the other one an error.</summary>
    public static void AssertRefused(Run run, params string[] faults)
    {
        Assert.Equal(("", ExitCode.BadUsage), (run.Output, run.Code));
        Assert.Equal(faults.Length, run.Errors.Length);
        Assert.All(faults.Zip(run.Errors), pair => Assert.StartsWith($"error: {pair.First}", pair.Second, StringComparison.Ordinal));
    }
}
