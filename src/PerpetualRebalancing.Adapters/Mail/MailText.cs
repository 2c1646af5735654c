namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Finds what a person wrote in a mail: its first part that is plain text and no file (RFC 2046). Depth and number of parts have limits,
/// and mails inside a mail are not looked into.</summary>
internal static class MailText
{
    /// <summary>How deep parts may lie in parts.</summary>
    public const int Deepest = 10;

    /// <summary>How many parts a mail may have.</summary>
    public const int MostParts = 200;

    // RFC 2046 §5.1.1.
    private const int LongestBoundary = 70;

    /// <summary>The text.</summary>
    /// <returns>Null when there is none, for instance in a mail of HTML alone.</returns>
    /// <exception cref="MailProtocolException">The mail has more parts than are read.</exception>
    public static string? Find(MailHeaders headers, ReadOnlyMemory<byte> body)
    {
        var left = new Stack<(MailHeaders Headers, ReadOnlyMemory<byte> Body, int Depth)>();
        left.Push((headers, body, 0));
        var seen = 0;
        while (left.TryPop(out var part))
        {
            if (++seen > MostParts || part.Depth > Deepest)
            {
                throw new MailProtocolException($"A mail has more than {MostParts} parts, or parts more than {Deepest} deep, which is not read.");
            }

            var type = MailField.Parse(part.Headers.First("Content-Type"));
            if (type.Value.StartsWith("multipart/", StringComparison.Ordinal))
            {
                foreach (var inner in Parts(part.Body, type["boundary"]).AsEnumerable().Reverse())
                {
                    var innerHeaders = MailHeaders.Read(inner.Span, out var start);
                    left.Push((innerHeaders, inner[start..], part.Depth + 1));
                }
            }
            else if (type.Value is "text/plain" or "" && !IsFile(part.Headers))
            {
                var encoding = MailField.Parse(part.Headers.First("Content-Transfer-Encoding")).Value;
                return MailDecoding.Text(MailDecoding.Bytes(part.Body.Span, encoding), type["charset"]).ReplaceLineEndings("\n");
            }
        }

        return null;
    }

    private static bool IsFile(MailHeaders headers) =>
        MailField.Parse(headers.First("Content-Disposition")) is var disposition && (disposition.Value == "attachment" || disposition["filename"] is not null);

    private static List<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> body, string? boundary)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        if (boundary is not { Length: > 0 and <= LongestBoundary } || !System.Text.Ascii.IsValid(boundary))
        {
            return parts;
        }

        var mark = System.Text.Encoding.ASCII.GetBytes("--" + boundary);
        int? start = null;
        for (var at = 0; at < body.Length && parts.Count <= MostParts;)
        {
            var rest = body.Span[at..];
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..(end + 1)];
            var isMark = line.StartsWith(mark);
            var after = isMark ? line[mark.Length..].TrimEnd(" \t\r\n"u8) : default;
            if (isMark && (after.IsEmpty || after.SequenceEqual("--"u8)))
            {
                if (start is { } from)
                {
                    // The line end before the mark belongs to the mark.
                    parts.Add(WithoutLineEnd(body[from..at]));
                }

                if (!after.IsEmpty)
                {
                    return parts;
                }

                start = at + line.Length;
            }

            at += line.Length;
        }

        if (start is { } open && parts.Count <= MostParts)
        {
            // Cut off, as a mail that is longer than is read.
            parts.Add(body[open..]);
        }

        return parts;
    }

    private static ReadOnlyMemory<byte> WithoutLineEnd(ReadOnlyMemory<byte> part) =>
        part.Span.EndsWith("\r\n"u8) ? part[..^2] : part.Span.EndsWith("\n"u8) ? part[..^1] : part;
}
