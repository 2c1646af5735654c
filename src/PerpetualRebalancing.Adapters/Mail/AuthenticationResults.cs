using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>What a mail server found out about who sent a mail (RFC 8601).</summary>
/// <param name="AuthServId">The name of the server that says so, in small letters.</param>
/// <param name="Results">What it found, in its order; none when it looked at nothing.</param>
public sealed record AuthenticationResults(string AuthServId, ImmutableArray<AuthenticationResult> Results)
{
    private const int MostResults = 100;
    private const int Longest = 32 * 1024;

    /// <summary>Reads a field.</summary>
    /// <param name="field">Its value, unfolded.</param>
    /// <returns>Null when it is not of the standard: then it proves nothing.</returns>
    public static AuthenticationResults? Parse(string field)
    {
        if (field.Length > Longest || Tokens(field) is not { } tokens)
        {
            return null;
        }

        var parts = Split(tokens);
        if (parts is not [[{ IsWord: true } server, .. var version], _, ..] || version is not ([] or [{ IsWord: true, Text: "1" }]) || parts.Count > MostResults)
        {
            return null;
        }

        var results = ImmutableArray.CreateBuilder<AuthenticationResult>();
        foreach (var part in parts.Skip(1))
        {
            if (part is [{ IsWord: true, Text: var none }] && none.Equals("none", StringComparison.OrdinalIgnoreCase) && parts.Count == 2)
            {
                break;
            }

            // A semicolon at the very end is common.
            if (part.Count == 0 && part == parts[^1] && results.Count > 0)
            {
                break;
            }

            if (Result(part) is not { } result)
            {
                return null;
            }

            results.Add(result);
        }

        return new AuthenticationResults(server.Text.ToLowerInvariant(), results.ToImmutable());
    }

    // method [ "/" version ] "=" result *( property "=" value ), white space and comments anywhere between.
    private static AuthenticationResult? Result(List<Token> part)
    {
        var pairs = new List<(string Name, string Value)>();
        for (var i = 0; i < part.Count; i += 3)
        {
            if (i + 2 >= part.Count || !part[i].IsWord || !part[i + 1].IsEquals || part[i + 2].IsEquals)
            {
                return null;
            }

            pairs.Add((part[i].Text.ToLowerInvariant(), part[i + 2].Text));
        }

        if (pairs.Count == 0)
        {
            return null;
        }

        var method = pairs[0].Name.Split('/')[0];
        return new AuthenticationResult(method, pairs[0].Value.ToLowerInvariant(), [.. pairs.Skip(1).Select(p => new AuthenticationProperty(p.Name, p.Value))]);
    }

    private static List<List<Token>> Split(List<Token> tokens)
    {
        var parts = new List<List<Token>> { new() };
        foreach (var token in tokens)
        {
            if (token.IsEnd)
            {
                parts.Add([]);
            }
            else
            {
                parts[^1].Add(token);
            }
        }

        return parts;
    }

    private static List<Token>? Tokens(string field)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < field.Length;)
        {
            switch (field[i])
            {
                case ' ' or '\t':
                    i++;
                    break;
                case ';':
                    tokens.Add(Token.End);
                    i++;
                    break;
                case '(':
                    if (MailAddresses.Comment(field, i) is not { } after)
                    {
                        return null;
                    }

                    i = after;
                    break;
                case '"':
                    if (MailAddresses.Quoted(field, i) is not { } end)
                    {
                        return null;
                    }

                    tokens.Add(Token.Quoted(field[(i + 1)..(end - 1)]));
                    i = end;
                    break;
                case '=' when tokens is [.., { IsWord: true }]:
                    tokens.Add(Token.Equal);
                    i++;
                    break;
                case < ' ' or '\u007f' or ')' or '=':
                    return null;
                default:
                    // A value may have '=' inside (a signature's beginning); a name ends there.
                    var isValue = tokens is [.., { IsEquals: true }];
                    var start = i;
                    while (i < field.Length && field[i] is > ' ' and not ('\u007f' or ';' or '(' or ')' or '"') && (isValue || field[i] != '='))
                    {
                        i++;
                    }

                    tokens.Add(Token.Word(field[start..i]));
                    break;
            }
        }

        return tokens;
    }

    private readonly record struct Token(char Kind, string Text)
    {
        public static readonly Token End = new(';', "");
        public static readonly Token Equal = new('=', "");

        public bool IsWord => Kind == 'w';

        public bool IsEquals => Kind == '=';

        public bool IsEnd => Kind == ';';

        public static Token Word(string text) => new('w', text);

        public static Token Quoted(string text) => new('q', text);
    }
}

/// <summary>What one method found.</summary>
/// <param name="Method">In small letters: <c>dmarc</c>, <c>dkim</c>, <c>spf</c>.</param>
/// <param name="Result">In small letters: <c>pass</c>, <c>fail</c>, <c>none</c>.</param>
/// <param name="Properties">What it looked at, in its order.</param>
public sealed record AuthenticationResult(string Method, string Result, ImmutableArray<AuthenticationProperty> Properties)
{
    /// <summary>What it looked at under a name; null when it does not say, or says it twice.</summary>
    /// <param name="name">In small letters, such as <c>header.d</c>.</param>
    public string? this[string name] => Properties.Where(p => p.Name == name).Take(2).ToArray() is [var only] ? only.Value : null;
}

/// <summary>What a method looked at.</summary>
/// <param name="Name">In small letters: <c>header.from</c>, <c>header.d</c>, <c>smtp.mailfrom</c>.</param>
/// <param name="Value">As written.</param>
public sealed record AuthenticationProperty(string Name, string Value);
