using System.Text.Json;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>One JSON object of a configuration file. Reads its keys one by one, records a fault for whatever is wrong with each and
/// goes on with a harmless stand-in, so that one pass finds everything; <see cref="Close"/> refuses the keys nobody asked for.
/// A deserializer would stop at the first fault, and forget which keys were misspelt.</summary>
internal sealed partial class JsonNodeReader
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly FaultList _faults;
    private readonly bool _absent;

    /// <summary>Opens the root object of a file.</summary>
    public JsonNodeReader(JsonElement root, FaultList faults)
        : this(root, "", faults, absent: false)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            faults.Add("the whole file", $"is {Kind(root)}", "a JSON object { … }");
            _absent = true;
        }
    }

    private JsonNodeReader(JsonElement element, string path, FaultList faults, bool absent)
    {
        (Path, _faults, _absent) = (path, faults, absent);
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (IsSecret(property.Name))
            {
                faults.Add(PathOf(property.Name), "looks like a secret", "secrets only in the environment or .env, never in this file");
            }
            else if (!_values.TryAdd(property.Name, property.Value))
            {
                faults.Add(PathOf(property.Name), "is written twice", "each key once");
            }
        }
    }

    /// <summary>Where in the file, for example <c>classes[2]</c>; empty for the root.</summary>
    public string Path { get; }

    /// <summary>The keys that the file has here, for an object whose keys are data.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>Whether the file has this key; asking makes it a known one.</summary>
    public bool Has(string key)
    {
        Ask(key);
        return _values.ContainsKey(key);
    }

    /// <summary>Records a fault at a key of this object, or at the object itself.</summary>
    public void Fault(string key, string problem, string allowed)
    {
        if (!_absent)
        {
            _faults.Add(PathOf(key), problem, allowed);
        }
    }

    /// <summary>A part of the file; a missing one that must be there is one fault, and its keys are not complained of again.</summary>
    public JsonNodeReader Section(string key, bool required)
    {
        if (!TryGet(key, required, "an object { … }", out var value))
        {
            return new JsonNodeReader(default, PathOf(key), _faults, absent: required);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Fault(key, $"is {Kind(value)}", "an object { … }");
            return new JsonNodeReader(default, PathOf(key), _faults, absent: true);
        }

        return new JsonNodeReader(value, PathOf(key), _faults, absent: false);
    }

    /// <summary>The objects of a list; null when it is missing or no list, which has then been said.</summary>
    public IReadOnlyList<JsonNodeReader>? Items(string key, bool required)
    {
        if (!TryGet(key, required, "a list [ … ]", out var list))
        {
            return required ? null : [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            Fault(key, $"is {Kind(list)}", "a list [ … ]");
            return null;
        }

        var items = new List<JsonNodeReader>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            var index = items.Count;
            var isObject = item.ValueKind == JsonValueKind.Object;
            if (!isObject)
            {
                Fault($"{key}[{index}]", $"is {Kind(item)}", "an object { … }");
            }

            items.Add(new JsonNodeReader(item, $"{PathOf(key)}[{index}]", _faults, absent: !isObject));
        }

        return items;
    }

    /// <summary>A list of words; null when it is missing or no list, which has then been said.</summary>
    public IReadOnlyList<string>? Words(string key, string allowed)
    {
        if (!TryGet(key, required: true, allowed, out var list))
        {
            return null;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            Fault(key, $"is {Kind(list)}", allowed);
            return null;
        }

        var words = new List<string>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                Fault(key, "holds something that is no text", allowed);
                return null;
            }

            words.Add(item.GetString()!);
        }

        return words;
    }

    /// <summary>Ends the reading: every key that was never asked for is a fault.</summary>
    public void Close()
    {
        foreach (var key in _values.Keys.Where(k => !_asked.Contains(k)))
        {
            Fault(key, $"is not a known key{Suggestion.For(key, _asked)}", string.Join(", ", _asked));
        }
    }

    private bool TryGet(string key, bool required, string allowed, out JsonElement value)
    {
        Ask(key);
        if (_values.TryGetValue(key, out value))
        {
            return true;
        }

        if (required)
        {
            Fault(key, "is missing", allowed);
        }

        return false;
    }

    private void Ask(string key)
    {
        if (!_asked.Contains(key))
        {
            _asked.Add(key);
        }
    }

    private string PathOf(string key) => (Path, key) switch
    {
        ("", _) => key,
        (_, "") => Path,
        _ => $"{Path}.{key}",
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        JsonValueKind.String => $"'{Short(value.GetString()!)}'",
        _ => Short(value.GetRawText()),
    };

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static bool IsSecret(string key)
    {
        var plain = new char[key.Length];
        var length = 0;
        foreach (var letter in key)
        {
            if (char.IsAsciiLetter(letter))
            {
                plain[length++] = char.ToLowerInvariant(letter);
            }
        }

        foreach (var secret in Secrets)
        {
            if (plain.AsSpan(0, length).IndexOf(secret) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static readonly string[] Secrets =
        ["password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey", "privatekey", "credential"];
}
