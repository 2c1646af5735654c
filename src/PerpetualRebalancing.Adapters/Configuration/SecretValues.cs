using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>The values of all secret variables, to keep them out of whatever is written: logs, details of a defect, answers of a
/// service that repeats what it was sent. The last line of defence and not the first: nothing should try to write one.</summary>
public sealed class SecretValues
{
    private const int ShortestHidden = 6;

    private readonly ImmutableArray<string> _values;

    private SecretValues(ImmutableArray<string> values) => _values = values;

    /// <summary>No secrets at all.</summary>
    public static SecretValues None { get; } = new([]);

    /// <summary>The secrets among variables: every one of ours that is not known to be none.</summary>
    /// <param name="variables">The environment, over <c>.env</c>.</param>
    public static SecretValues Among(IEnumerable<KeyValuePair<string, string>> variables)
    {
        // A shorter one would cut ordinary words to pieces. One that begins like another is hidden whole.
        ImmutableArray<string> values =
        [
            .. variables.Where(v => (v.Key.StartsWith(Settings.Prefix, StringComparison.Ordinal) && !Settings.Variables.Contains(v.Key)) || v.Key == WatchSettings.OtlpHeadersVariable)
                .Select(v => v.Value).Where(v => v.Length >= ShortestHidden).OrderByDescending(v => v.Length),
        ];
        return values.IsEmpty ? None : new SecretValues(values);
    }

    /// <summary>The text with <c>[secret]</c> in the place of each.</summary>
    public string Hide(string text) => _values.Aggregate(text, (t, secret) => t.Replace(secret, "[secret]", StringComparison.OrdinalIgnoreCase));

    /// <summary>Never the values.</summary>
    public override string ToString() => "(secrets)";
}
