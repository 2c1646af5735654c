using System.Text;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>One line of comma-separated values. A field may stand in double quotes; a quote inside it is doubled (RFC 4180,
/// without line breaks inside a field, which no table of ours needs).</summary>
internal static class CsvLine
{
    /// <summary>The fields, trimmed; null when a quote is left open or followed by other text.</summary>
    public static IReadOnlyList<string>? Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var (inQuotes, wasQuoted) = (false, false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (inQuotes)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    inQuotes = false;
                }
            }
            else if (c == ',')
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
                wasQuoted = false;
            }
            else if (c == '"' && !wasQuoted && string.IsNullOrWhiteSpace(field.ToString()))
            {
                field.Clear();
                (inQuotes, wasQuoted) = (true, true);
            }
            else if (wasQuoted && !char.IsWhiteSpace(c))
            {
                return null;
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString().Trim());
        return inQuotes ? null : fields;
    }

    /// <summary>The line of some fields, quoted where needed.</summary>
    public static string Join(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted));

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(',', '"') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
