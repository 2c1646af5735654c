using System.Collections;
using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Views;
using Spectre.Console;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>What a command may use of the world it runs in, and the options that every command has.</summary>
public sealed class CommandContext
{
    /// <summary>Where answers go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where faults go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What a person types.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>What relative paths start from.</summary>
    public required string Folder { get; init; }

    /// <summary>The process's variables; a <c>.env</c> file in the folder lies under them.</summary>
    public required ImmutableDictionary<string, string> Environment { get; init; }

    /// <summary>True when a person looks at <see cref="Out"/>, false when it is redirected.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON, for machines", Recursive = true };

    /// <summary><c>--no-color</c>.</summary>
    public Option<bool> NoColor { get; } = new("--no-color") { Description = "Tables without colour", Recursive = true };

    /// <summary><c>--household</c>.</summary>
    public Option<string?> Household { get; } = Path("--household", "FILE", $"The household's policy (else {Settings.HouseholdVariable}, else household.json in the configuration folder)");

    /// <summary><c>--data</c>.</summary>
    public Option<string?> Data { get; } = Path("--data", "DIR", $"The database and the outbox (else {Settings.DataVariable}, else ./data)");

    /// <summary><c>--config</c>.</summary>
    public Option<string?> Config { get; } = Path("--config", "DIR", $"Calendars, charges, taxes, paper prices (else {Settings.ConfigVariable}, else ./config)");

    /// <summary>The options that every command has.</summary>
    public IEnumerable<Option> Options => [Json, NoColor, Household, Data, Config];

    /// <summary>The context of this process.</summary>
    public static CommandContext OfThisProcess()
    {
        // Amounts have a rupee sign; a Windows console would print a question mark for it.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new CommandContext
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Clock = TimeProvider.System,
            Folder = Directory.GetCurrentDirectory(),
            Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToImmutableDictionary(e => (string)e.Key, e => (string?)e.Value ?? ""),
            IsTerminal = !Console.IsOutputRedirected,
        };
    }

    /// <summary>Where this installation keeps its things: options first, then the environment, then <c>.env</c>, then the defaults.</summary>
    /// <exception cref="ConfigurationException">The environment or <c>.env</c> has faults.</exception>
    public Settings SettingsOf(ParseResult parsed)
    {
        var variables = Variables();
        foreach (var (option, variable) in new[] { (Household, Settings.HouseholdVariable), (Data, Settings.DataVariable), (Config, Settings.ConfigVariable) })
        {
            variables = parsed.GetValue(option) is { } path ? variables.SetItem(variable, path) : variables;
        }

        return Settings.From(Folder, variables);
    }

    /// <summary>The environment, over the <c>.env</c> file in the folder, and what stands in the files that variables name.</summary>
    /// <exception cref="ConfigurationException"><c>.env</c> has faults, or a named file cannot be read.</exception>
    public ImmutableDictionary<string, string> Variables() => SecretFiles.In(Folder, DotEnv.Over(System.IO.Path.Combine(Folder, ".env"), Environment));

    /// <summary>Where and how the command answers.</summary>
    public Output OutputOf(ParseResult parsed)
    {
        if (parsed.GetValue(Json))
        {
            return Output.Json(Out);
        }

        return IsTerminal ? Output.Terminal(Terminal(parsed.GetValue(NoColor))) : Output.Plain(Out);
    }

    private static Option<string?> Path(string name, string hint, string description) =>
        new(name) { Description = description, HelpName = hint, Recursive = true };

    private IAnsiConsole Terminal(bool noColor) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Out),
        ColorSystem = noColor || Environment.ContainsKey("NO_COLOR") ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });
}
