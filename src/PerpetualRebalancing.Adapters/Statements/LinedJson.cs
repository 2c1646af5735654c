using System.Text.Json;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>A JSON value that knows its line and its path, for faults. Read token by token from the bytes.</summary>
internal sealed class LinedJson
{
    private readonly Dictionary<string, LinedJson> _members = new(StringComparer.Ordinal);
    private readonly List<LinedJson> _items = [];

    private LinedJson(JsonTokenType kind, string? text, int line, string path) => (Kind, Text, Line, Path) = (kind, text, line, path);

    /// <summary>What it is: an object, a list, a text, a number, true, false or null.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>A text or a number as it is written; else null.</summary>
    public string? Text { get; }

    /// <summary>Where it stands.</summary>
    public int Line { get; }

    /// <summary>Its name from the root: <c>folios[0].schemes[1]</c>.</summary>
    public string Path { get; }

    /// <summary>Line and path, as a fault names them.</summary>
    public string Place => Path.Length == 0 ? $"line {Line}" : $"line {Line}, {Path}";

    /// <summary>The elements of a list; none for anything else.</summary>
    public IReadOnlyList<LinedJson> Items => _items;

    /// <summary>Whether it is an object.</summary>
    public bool IsObject => Kind == JsonTokenType.StartObject;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => Kind == JsonTokenType.StartArray;

    /// <summary>A member of an object; null when it is missing or <c>null</c>.</summary>
    public LinedJson? this[string name] => _members.TryGetValue(name, out var value) && value.Kind != JsonTokenType.Null ? value : null;

    /// <summary>Reads a whole document.</summary>
    public static LinedJson Read(ReadOnlySpan<byte> bytes, StatementFaults faults)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 16 });
        var lines = new Lines(bytes);
        try
        {
            reader.Read();
            var root = Value(ref reader, ref lines, "", faults);
            return reader.Read() ? throw new JsonException("there is something after the end") : root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // An escape that is half a character is an invalid operation to the reader.
            var line = e is JsonException { LineNumber: { } number } ? number + 1 : lines.At(reader.TokenStartIndex);
            throw faults.Fatal($"line {line}", "", $"is malformed JSON: {StatementFaults.Short(e.Message.Split(" LineNumber:", 2)[0])}", "JSON as casparser writes it; is the file complete?");
        }
    }

    private static LinedJson Value(ref Utf8JsonReader reader, ref Lines lines, string path, StatementFaults faults)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(reader.ValueSpan),
            _ => null,
        };
        var value = new LinedJson(reader.TokenType, text, lines.At(reader.TokenStartIndex), path);
        if (value.IsObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var line = lines.At(reader.TokenStartIndex);
                reader.Read();
                if (!value._members.TryAdd(name, Value(ref reader, ref lines, path.Length == 0 ? name : $"{path}.{name}", faults)))
                {
                    throw faults.Fatal($"line {line}", StatementFaults.Short(name), "is written twice", "each key once");
                }
            }
        }
        else if (value.IsList)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                value._items.Add(Value(ref reader, ref lines, $"{path}[{value._items.Count}]", faults));
            }
        }

        return value;
    }

    /// <summary>Counts line ends once, from the start to the end.</summary>
    private ref struct Lines(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _until;
        private int _line = 1;

        public int At(long position)
        {
            if (position > _until)
            {
                _line += _bytes[_until..(int)position].Count((byte)'\n');
                _until = (int)position;
            }

            return _line;
        }
    }
}
