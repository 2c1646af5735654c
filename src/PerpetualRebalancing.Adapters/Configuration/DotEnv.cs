using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Reads a <c>.env</c> file: lines of <c>KEY=VALUE</c>, comments from <c>#</c>, values bare, in single quotes (as they stand)
/// or in double quotes (with <c>\n</c>, <c>\"</c> and <c>\\</c>). It is read into settings and never into the process, whose own
/// environment always wins.</summary>
public static partial class DotEnv
{
    /// <summary>The file's settings, overridden by the process's environment.</summary>
    /// <param name="path">The file; when there is none, only the environment counts.</param>
    /// <param name="environment">The process's variables, as read by the caller.</param>
    /// <exception cref="ConfigurationException">A line is not of the form; its value is never repeated in the message, since it may
    /// be a secret.</exception>
    public static ImmutableDictionary<string, string> Over(string path, IEnumerable<KeyValuePair<string, string>> environment) =>
        (File.Exists(path) ? Read(path) : ImmutableDictionary<string, string>.Empty).SetItems(environment);

    /// <summary>The file's settings alone.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static ImmutableDictionary<string, string> Read(string path)
    {
        var faults = new FaultList(path);
        var settings = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (index, raw) in TextFile.Read(path).Split('\n').Index())
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var match = Assignment().Match(line);
            if (!match.Success)
            {
                faults.Add($"line {index + 1}", "is not KEY=VALUE", "KEY=VALUE, KEY=\"VALUE\", KEY='VALUE' or a # comment");
            }
            else if (!settings.TryAdd(match.Groups["key"].Value, ValueOf(match)))
            {
                faults.Add($"line {index + 1}", $"sets {match.Groups["key"].Value} a second time", "each key once");
            }
        }

        faults.ThrowIfAny();
        return settings.ToImmutable();
    }

    private static string ValueOf(Match match) => match.Groups["double"] is { Success: true } quoted
        ? Escape().Replace(quoted.Value, e => e.Groups[1].Value == "n" ? "\n" : e.Groups[1].Value)
        : match.Groups["single"] is { Success: true } single
            ? single.Value
            : match.Groups["bare"].Value;

    // A bare value ends at white space and a hash, so that a comment may follow; a hash inside a word belongs to the word.
    [GeneratedRegex(
        """
        \A(export\s+)?(?<key>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?<double>(\\[n"\\]|[^"\\])*)"|'(?<single>[^']*)'|(?<bare>[^"'\s#]([^"'\s]|\s+[^"'\s#])*|))(\s+\#.*)?\z
        """)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
