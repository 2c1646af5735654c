using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>The names of one kind (accounts, classes, …) that a file has given so far.</summary>
/// <param name="kind">What they are names of, for messages.</param>
internal sealed partial class Names(string kind)
{
    private readonly List<string> _given = [];
    private bool _unknown;

    /// <summary>What a reference may say; null when the list could not be read, so that one fault does not raise a hundred.</summary>
    public IReadOnlyCollection<string>? Known => _unknown || _given.Count == 0 ? null : _given;

    /// <summary>What they are names of.</summary>
    public string Kind => kind;

    /// <summary>Records that the list could not be read in full, so nothing can be called unknown.</summary>
    public void Unreadable() => _unknown = true;

    /// <summary>Reads the <c>id</c> of an item: well-formed and not given before.</summary>
    public string Give(JsonNodeReader item)
    {
        const string allowed = "1 to 40 letters, digits, dots, underscores and hyphens";
        var id = item.Text("id", allowed);
        if (id is null)
        {
            _unknown = true;
            return "-";
        }

        if (!WellFormed().IsMatch(id))
        {
            item.Fault("id", $"is '{id}'", allowed);
        }

        // Names that differ only in case are one name to a reader, and to some file systems and brokers.
        if (_given.Contains(id, StringComparer.OrdinalIgnoreCase))
        {
            item.Fault("id", $"'{id}' names a second {kind}", $"each {kind} its own id");
        }

        _given.Add(id);
        return id;
    }

    /// <summary>Reads a reference to one of the names.</summary>
    /// <returns>The name, or a stand-in after a fault.</returns>
    public string Refer(JsonNodeReader item, string key) => item.Word(key, Known, kind) ?? "-";

    /// <summary>Whether an id is well-formed.</summary>
    public static bool IsWellFormed(string id) => WellFormed().IsMatch(id);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,40}\z")]
    private static partial Regex WellFormed();
}
