using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>A header value with parameters: <c>text/plain; charset=utf-8; name*0*=…</c> (RFC 2045 §5.1).</summary>
/// <param name="Value">What stands before the parameters, in small letters.</param>
/// <param name="Parameters">By name in small letters; the first of a name counts.</param>
internal sealed record MailField(string Value, IReadOnlyDictionary<string, string> Parameters)
{
    private const int MostParameters = 50;

    /// <summary>Reads a value; what is not in order in it is passed over.</summary>
    public static MailField Parse(string text)
    {
        var parts = Split(text);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1).Take(MostParameters))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                parameters.TryAdd(part[..equals].Trim().ToLowerInvariant(), Unquoted(part[(equals + 1)..].Trim()));
            }
        }

        return new MailField(parts[0].Trim().ToLowerInvariant(), parameters);
    }

    /// <summary>A parameter; null when it is not there.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    // Semicolons in quotes do not part; comments go (RFC 2045 §5.1).
    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var (quoted, comment) = (false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '\\' && (quoted || comment > 0) && i + 1 < text.Length)
            {
                i++;
                if (comment == 0)
                {
                    part.Append(letter).Append(text[i]);
                }

                continue;
            }

            if (comment > 0)
            {
                comment += letter switch { '(' => 1, ')' => -1, _ => 0 };
                continue;
            }

            quoted ^= letter == '"';
            if (!quoted && letter == '(')
            {
                comment = 1;
            }
            else if (!quoted && letter == ';')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(letter);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }

    private static string Unquoted(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length - 1)
            {
                i++;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
