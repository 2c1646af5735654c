using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Writes a message as RFC 5322 text with a MIME body (RFC 2045, RFC 2046), so that any mail program can open it and any server
/// can carry it: every byte is ASCII, and no line is long.</summary>
public static class EmlFile
{
    // RFC 2045 §6.8: base64 in lines of at most 76 letters.
    private const int LettersPerLine = 76;

    // RFC 2046 §5.1.1: what parts parts must not occur in them. Every body is base64, whose alphabet has no underscore.
    private const string Alternatives = "=_alternatives";
    private const string Files = "=_files";

    /// <summary>The bytes of the message; every line ends in CRLF.</summary>
    /// <exception cref="ArgumentException">A header value holds a control character (a line end there would start a header of
    /// somebody else's choice), or an address, identity, list, file name or media type is not of its form.</exception>
    public static byte[] Write(MailMessage message)
    {
        var text = new StringBuilder();
        var header = new EmlHeader(text)
            .Date("Date", message.Date)
            .Mailbox("From", message.FromName, message.From)
            .Mailbox("To", null, message.To)
            .Text("Subject", message.Subject)
            .Identity("Message-ID", message.Id);
        if (message.InReplyTo is { } parent)
        {
            header.Identity("In-Reply-To", parent).Identity("References", parent);
        }

        if (message.ListId is { } list)
        {
            header.List("List-Id", list);
        }

        if (message.IsAutomatic)
        {
            header.Plain("Auto-Submitted", "auto-generated");
        }

        header.Plain("MIME-Version", "1.0");
        if (message.Attachments.IsEmpty)
        {
            Said(text, message);
        }
        else
        {
            Parts(text, "mixed", Files, [t => Said(t, message), .. message.Attachments.Select<MailAttachment, Action<StringBuilder>>(file => t => Attached(t, file))]);
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Said(StringBuilder text, MailMessage message)
    {
        if (message.Html is not { } html)
        {
            Words(text, "plain", message.Text);
            return;
        }

        // RFC 2046 §5.1.4: the plainest comes first, the one to prefer last.
        Parts(text, "alternative", Alternatives, [t => Words(t, "plain", message.Text), t => Words(t, "html", html)]);
    }

    private static void Parts(StringBuilder text, string kind, string boundary, IEnumerable<Action<StringBuilder>> parts)
    {
        new EmlHeader(text).Plain("Content-Type", $"multipart/{kind}; boundary=\"{boundary}\"");
        text.Append("\r\n");
        foreach (var part in parts)
        {
            text.Append("--").Append(boundary).Append("\r\n");
            part(text);
        }

        text.Append("--").Append(boundary).Append("--\r\n");
    }

    private static void Words(StringBuilder text, string kind, string words)
    {
        new EmlHeader(text).Plain("Content-Type", $"text/{kind}; charset=utf-8");
        Body(text, Encoding.UTF8.GetBytes(words.ReplaceLineEndings("\r\n")));
    }

    private static void Attached(StringBuilder text, MailAttachment file)
    {
        new EmlHeader(text).File(file);
        Body(text, file.Bytes.Span);
    }

    private static void Body(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        new EmlHeader(text).Plain("Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        var body = Convert.ToBase64String(bytes);
        for (var i = 0; i < body.Length; i += LettersPerLine)
        {
            text.Append(body, i, Math.Min(LettersPerLine, body.Length - i)).Append("\r\n");
        }
    }
}
