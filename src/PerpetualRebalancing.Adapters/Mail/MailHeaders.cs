using System.Collections.Immutable;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>The header of a mail or of a part of one (RFC 5322 §2.2).</summary>
internal sealed class MailHeaders
{
    /// <summary>The most bytes that a header may have.</summary>
    public const int Longest = 256 * 1024;

    /// <summary>The most fields that a header may have.</summary>
    public const int MostFields = 1000;

    private readonly List<(string Name, string Value)> _fields;

    private MailHeaders(List<(string Name, string Value)> fields) => _fields = fields;

    /// <summary>Reads the header at the beginning of a mail or part.</summary>
    /// <param name="raw">From the first byte.</param>
    /// <param name="bodyStart">Where the body begins.</param>
    /// <exception cref="MailProtocolException">It is longer than is taken.</exception>
    public static MailHeaders Read(ReadOnlySpan<byte> raw, out int bodyStart)
    {
        var fields = new List<(string Name, string Value)>();
        var value = new StringBuilder();
        string? name = null;
        var at = 0;
        while (at < raw.Length)
        {
            var end = raw[at..].IndexOf((byte)'\n');
            var next = end < 0 ? raw.Length : at + end + 1;
            var line = raw[at..next].TrimEnd("\r\n"u8);
            if (line.IsEmpty)
            {
                at = next;
                break;
            }

            if (next > Longest || fields.Count == MostFields)
            {
                throw new MailProtocolException($"A mail has a header of more than {Longest} bytes or {MostFields} fields, which is not read.");
            }

            at = next;
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                // Folded (§2.2.3): the line end goes, the white space stays.
                value.Append(Text(line));
                continue;
            }

            Keep();
            var colon = line.IndexOf((byte)':');
            name = colon > 0 && line[..colon].TrimEnd(" \t"u8) is var word && word.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 ? Encoding.ASCII.GetString(word) : null;
            value.Append(colon > 0 ? Text(line[(colon + 1)..]) : "");
        }

        Keep();
        bodyStart = at;
        return new MailHeaders(fields);

        void Keep()
        {
            if (name is not null)
            {
                fields.Add((name, value.ToString().Trim()));
            }

            value.Clear();
        }
    }

    /// <summary>The fields of a name, topmost first, unfolded and not decoded.</summary>
    public ImmutableArray<string> All(string name) => [.. _fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];

    /// <summary>The topmost field of a name; empty when there is none.</summary>
    public string First(string name) => _fields.Find(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>Whether there is a field of a name.</summary>
    public bool Has(string name) => _fields.Exists(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // Many a program writes letters unencoded; UTF-8 they are (RFC 6532), and what is not becomes a sign that stands for nothing.
    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line);
}
