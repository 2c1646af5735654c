using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Reads the addresses of a From field (RFC 5322 §3.4): names for people, quoted or not, comments, groups. A name may look like an address,
/// which is how people are deceived: only what stands where an address stands counts. A field that is not of the grammar has none.</summary>
internal static class MailAddresses
{
    /// <summary>The addresses, in the order of the field.</summary>
    /// <param name="field">Unfolded and not decoded: an encoded word is never part of an address.</param>
    public static ImmutableArray<string> Read(string field)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var words = new List<string>();
        string? angle = null;
        var isGroup = false;
        for (var i = 0; i < field.Length;)
        {
            switch (field[i])
            {
                case ' ' or '\t':
                    i++;
                    break;
                case '(':
                    if (Comment(field, i) is not { } afterComment)
                    {
                        return [];
                    }

                    i = afterComment;
                    break;
                case '"':
                    if (Quoted(field, i) is not { } afterQuote || angle is not null)
                    {
                        return [];
                    }

                    words.Add("\"");
                    i = afterQuote;
                    break;
                case '<':
                    var end = field.IndexOf('>', i);
                    if (angle is not null || end < 0 || !MailAddress.IsOne(field[(i + 1)..end]))
                    {
                        return [];
                    }

                    (angle, i) = (field[(i + 1)..end], end + 1);
                    break;
                case ':' when !isGroup && angle is null && words.Count > 0:
                    (isGroup, i) = (true, i + 1);
                    words.Clear();
                    break;
                case ',' or ';':
                    if (field[i] == ';' && !isGroup)
                    {
                        return [];
                    }

                    if (!End())
                    {
                        return [];
                    }

                    isGroup &= field[i] == ',';
                    i++;
                    break;
                case '>' or ')' or ':' or '[' or ']' or '\\':
                    return [];
                default:
                    var start = i;
                    while (i < field.Length && field[i] is not (' ' or '\t' or '(' or ')' or '"' or '<' or '>' or ',' or ';' or ':' or '[' or ']' or '\\'))
                    {
                        i++;
                    }

                    if (angle is not null || char.IsControl(field[start]))
                    {
                        return [];
                    }

                    words.Add(field[start..i]);
                    break;
            }
        }

        return !isGroup && End() ? found.ToImmutable() : [];

        // Ends one mailbox of the list; an empty place in it is none.
        bool End()
        {
            if (angle is not null)
            {
                found.Add(angle);
            }
            else if (words is [var only] && MailAddress.IsOne(only))
            {
                found.Add(only);
            }
            else if (words.Count > 0)
            {
                return false;
            }

            angle = null;
            words.Clear();
            return true;
        }
    }

    /// <summary>Where the text goes on after a comment, which may hold others; null when it never ends.</summary>
    internal static int? Comment(string text, int start)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '(')
            {
                depth++;
            }
            else if (text[i] == ')' && --depth == 0)
            {
                return i + 1;
            }
        }

        return null;
    }

    /// <summary>Where the text goes on after a quoted string; null when it never ends.</summary>
    internal static int? Quoted(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return null;
    }
}
