using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Live;
using PerpetualRebalancing.Worker.Tests.Mail;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>A canary is planted in every secret that .env.example names, and looked for in everything that the program writes.</summary>
public sealed partial class CanaryTests : IDisposable
{
    private const string Mark = "q7w8e9";

    private static readonly string Key = string.Concat(Enumerable.Repeat("cafe0bad", 8));

    private readonly Installation _installation = new();

    private static ImmutableDictionary<string, string> Canaries { get; } = Plant();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _installation.Dispose();

    [Fact]
    public async Task No_command_says_a_secret_nor_writes_one_anywhere()
    {
        Assert.True(Canaries.Count >= 10, string.Join(", ", Canaries.Keys));
        var (said, count) = (new StringBuilder(), 0);
        await SayAsync(said, "review");
        var code = _installation.Open().State.Batches.Single().Id.Value;
        foreach (var example in AllCommands.Listed.Where(c => c.Name is not "run").SelectMany(c => Examples(c.Build(Context(TextWriter.Null)))).Where(e => !e.Contains("--months 16", StringComparison.Ordinal)))
        {
            // As help shows it, of the batch that there is; whatever comes of it.
            var words = Words().Matches(example.Split("  #")[0].Split(" >")[0].Replace("8f6a67c519", code, StringComparison.Ordinal)).Select(m => m.Value.Trim('"')).ToArray();
            await SayAsync(said, words);
            await SayAsync(said, [.. words, "--json"]);
            count++;
        }

        Assert.True(count > 40, $"Only {count} examples were found in the help.");
        AssertClean(said.ToString(), "what commands said");
        AssertClean(_installation.Root);

        // Inside the encrypted backup too: whoever has the passphrase must not find the keys of the accounts.
        var backups = Directory.GetFiles(Path.Combine(_installation.Data, "backups"), "*.aes");
        Assert.NotEmpty(backups);
        var content = Path.Combine(_installation.Root, "content");
        BackupFile.Unpack(backups[0], Canaries[Settings.BackupPassphraseVariable], content, TimeProvider.System);
        AssertClean(content);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task No_log_line_of_the_service_shows_one(string form)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var service = await RunningService.Start(
            _installation, [.. Canaries.Select(c => (c.Key, c.Value)), ("PERPETUAL_LOG", form), (WatchSettings.OtlpVariable, $"http://127.0.0.1:9/{Mark}")]);

        // A file that breaks under the service is a failure that is logged with all it knows.
        _installation.Rewrite("calendars/nse.csv", _ => "broken");
        using var store = _installation.OpenAt(TimeProvider.System);
        store.Transact("asha", t => t.AddIntent(Caretaker.ReviewIntent, JsonSerializer.Serialize(new ReviewRequest(false), ServiceJson.Default.ReviewRequest)));
        await RunningService.Until(() => store.Alerts().Any(a => a.Kind == "failed"));
        Assert.Equal(ExitCode.Done, await service.Terminate());
        AssertClean(await service.Said(), "the log");
        AssertClean(_installation.Root);
    }

    [Fact]
    public void The_details_of_a_defect_do_not_keep_one()
    {
        var error = new StringWriter();
        var context = Context(error);
        Assert.Equal(ExitCode.Failed, Failure.Report(new InvalidOperationException($"it said {Canaries["PERPETUAL_SECRET_US_TAXABLE_API_SECRET"]} and {Key}"), context));
        var path = Details().Match(error.ToString()).Value;
        var details = File.ReadAllText(path);
        File.Delete(path);
        Assert.Contains("it said [secret] and [secret]", details, StringComparison.Ordinal);
        AssertClean(details, path);
    }

    [Fact]
    public async Task The_keys_of_a_real_account_go_to_its_broker_and_nowhere_else()
    {
        await using var home = new IndianHome();
        await home.OpenAsync();
        var said = new StringBuilder();
        foreach (var command in new[] { "review", "status", "accounts", "orders", "reconcile", "doctor", "backup now", "lots list", "audit verify" })
        {
            said.Append(await home.SayAsync(command.Split(' '))).Append(await home.SayAsync([.. command.Split(' '), "--json"]));
        }

        var written = Directory.EnumerateFiles(home.Settings.DataFolder, "*", SearchOption.AllDirectories).Select(f => (f, Text: Readable(f))).Append(("what was said", said.ToString()));
        foreach (var (where, text) in written)
        {
            Assert.False(text.Contains(Upstreams.Kite.FakeKite.ApiSecret, StringComparison.OrdinalIgnoreCase), $"The secret of the account is in {where}.");
            Assert.False(text.Contains(new string('7', 64), StringComparison.Ordinal), $"The runtime key is in {where}.");
        }
    }

    private static void AssertClean(string folder) => Assert.All(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), file => AssertClean(Readable(file), file));

    private static void AssertClean(string text, string where)
    {
        foreach (var (variable, canary) in Canaries)
        {
            Assert.False(text.Contains(canary, StringComparison.OrdinalIgnoreCase), $"{variable} is in {where}.");
        }

        Assert.False(text.Contains(Mark, StringComparison.OrdinalIgnoreCase), $"A part of a secret is in {where}: …{Around(text)}…");
    }

    private static string Around(string text) => text.IndexOf(Mark, StringComparison.OrdinalIgnoreCase) is var at and >= 0 ? text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 20)] : "";

    // Bytes as letters; of a message also what its reader sees.
    private static string Readable(string file)
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
        return !file.EndsWith(".eml", StringComparison.Ordinal) ? text
            : text + Delivered.AllOf(file);
    }

    private async Task SayAsync(StringBuilder said, params string[] arguments)
    {
        var both = new StringWriter();
        await CommandLine.Run(Context(both), arguments, AllCommands.Listed);
        foreach (Match details in Details().Matches(both.ToString()))
        {
            said.Append(await File.ReadAllTextAsync(details.Value, Stop));
            File.Delete(details.Value);
        }

        said.Append(both).Append('\n');
    }

    private CommandContext Context(TextWriter both) => new()
    {
        Out = both,
        Error = both,
        Clock = TimeProvider.System,
        Folder = _installation.Root,
        Environment = Canaries,
        IsTerminal = false,
    };

    private static IEnumerable<string> Examples(Command command) =>
        (command as ExampleCommand)?.Examples.AsEnumerable() is { } own ? own.Concat(command.Subcommands.SelectMany(Examples)) : command.Subcommands.SelectMany(Examples);

    private static ImmutableDictionary<string, string> Plant() => Variable().Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Root, ".env.example")))
        .Select(m => m.Groups[1].Value).Except(Settings.Variables).Select((name, i) => (name, Value: name switch
        {
            Settings.RuntimeKeyVariable => Key,
            WatchSettings.DeadManVariable => $"http://127.0.0.1:9/canary-{i}-{Mark}",
            WatchSettings.OtlpHeadersVariable => $"key=canary-{i}-{Mark}",
            _ => $"canary-{i}-{Mark}",
        })).ToImmutableDictionary(v => v.name, v => v.Value);

    [GeneratedRegex(@"^#?\s*([A-Z][A-Z0-9_]*)=", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex("\"[^\"]*\"|[^ ]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"/\S+perpetual-rebalancing-error-\S+\.txt", RegexOptions.CultureInvariant)]
    private static partial Regex Details();
}
