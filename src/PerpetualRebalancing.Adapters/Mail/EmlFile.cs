using System.Globalization;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Writes a message as RFC 5322 text with a MIME body (RFC 2045), so that any mail program can open it. Header values in
/// other letters than ASCII are encoded words (RFC 2047).</summary>
public static class EmlFile
{
    // RFC 2047 §2: an encoded word is at most 75 characters long; 45 bytes become 60 letters of base64, 72 with its frame.
    private const int BytesPerWord = 45;

    // RFC 2045 §6.8: base64 in lines of at most 76 letters.
    private const int LettersPerLine = 76;

    // RFC 5322 §2.1.1: lines should be at most 78 characters long.
    private const int LongestLine = 78;

    /// <summary>The bytes of the message; every line ends in CRLF.</summary>
    /// <exception cref="ArgumentException">A header value holds a control character (a line end there would start a header of
    /// somebody else's choice), or an address or identity is not of its form.</exception>
    public static byte[] Write(MailMessage message)
    {
        var text = new StringBuilder();
        Header(text, "Date", message.Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
            + message.Date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal));
        Header(text, "From", Address("From", message.From));
        Header(text, "To", Address("To", message.To));
        Header(text, "Subject", Words("Subject", message.Subject));
        Header(text, "Message-ID", $"<{Address("Message-ID", message.Id)}>");
        Header(text, "MIME-Version", "1.0");
        Header(text, "Content-Type", "text/plain; charset=utf-8");
        Header(text, "Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Body.ReplaceLineEndings("\r\n")));
        for (var i = 0; i < body.Length; i += LettersPerLine)
        {
            text.Append(body, i, Math.Min(LettersPerLine, body.Length - i)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Header(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");

    private static string Address(string name, string value) => MailAddress.IsOne(value)
        ? value
        : throw new ArgumentException($"{name} is not of the form left@right in plain letters without spaces.");

    /// <summary>Plain when it is ASCII and short; otherwise encoded words on folded lines.</summary>
    private static string Words(string name, string value)
    {
        if (value.Any(char.IsControl))
        {
            throw new ArgumentException($"{name} holds a control character; a header is one line.");
        }

        // What looks like an encoded word is encoded too, or a reader would decode it.
        if (value.All(char.IsAscii) && name.Length + 2 + value.Length <= LongestLine && !value.Contains("=?", StringComparison.Ordinal)
            && value.Trim() == value)
        {
            return value;
        }

        var words = new List<string>();
        var bytes = new List<byte>(BytesPerWord);
        Span<byte> letter = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            // RFC 2047 §5: a character never spans two encoded words.
            if (bytes.Count + rune.Utf8SequenceLength > BytesPerWord)
            {
                words.Add(Word(bytes));
                bytes.Clear();
            }

            bytes.AddRange(letter[..rune.EncodeToUtf8(letter)]);
        }

        words.Add(Word(bytes));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
