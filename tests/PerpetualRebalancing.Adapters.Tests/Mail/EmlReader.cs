using System.Text;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Reads a message back as a mail program does: unfolds headers, decodes encoded words, decodes the body.</summary>
internal sealed partial class EmlReader
{
    private readonly List<(string Name, string Value)> _headers = [];

    public EmlReader(byte[] bytes)
        : this(Encoding.ASCII.GetString(bytes))
    {
    }

    /// <summary>Reads a message, or a part that begins with a line end.</summary>
    public EmlReader(string text)
    {
        Text = text.TrimStart();
        var split = Text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        foreach (var line in Text[..split].Split("\r\n"))
        {
            if (line[0] == ' ')
            {
                _headers[^1] = (_headers[^1].Name, _headers[^1].Value + line);
            }
            else
            {
                var colon = line.IndexOf(": ", StringComparison.Ordinal);
                _headers.Add((line[..colon], line[(colon + 2)..]));
            }
        }

        Bytes = Convert.FromBase64String(Text[(split + 4)..].Replace("\r\n", "", StringComparison.Ordinal));
    }

    public byte[] Bytes { get; }

    public string Text { get; }

    public string Body => Encoding.UTF8.GetString(Bytes);

    public IEnumerable<string> Names => _headers.Select(h => h.Name);

    public string this[string name] => Decode(_headers.Single(h => h.Name == name).Value);

    // White space between two encoded words is not part of the text (RFC 2047 §6.2).
    private static string Decode(string value) => Word().Replace(Between().Replace(value, "?==?"), m => Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups[1].Value)));

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex Between();

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex Word();
}
