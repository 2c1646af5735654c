using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>The header of a message or of a part of one. Values in other letters than ASCII are encoded (RFC 2047, RFC 2231); one with
/// a control character is refused, since a line end there would start a header of somebody else's choice.</summary>
/// <param name="text">Where the lines go; every one ends in CRLF.</param>
internal sealed partial class EmlHeader(StringBuilder text)
{
    // RFC 2047 §2: an encoded word is at most 75 characters long; 45 bytes become 60 letters of base64, 72 with its frame.
    private const int BytesPerWord = 45;

    // RFC 5322 §2.1.1: lines should be at most 78 characters long.
    private const int LongestLine = 78;

    // RFC 2231 §3: a long value goes on in numbered pieces.
    private const int LettersPerPiece = 55;

    /// <summary>A value of our own making.</summary>
    public EmlHeader Plain(string name, string value)
    {
        text.Append(name).Append(": ").Append(value).Append("\r\n");
        return this;
    }

    /// <summary>A moment with its offset (RFC 5322 §3.3).</summary>
    public EmlHeader Date(string name, DateTimeOffset value) => Plain(
        name, value.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + value.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal));

    /// <summary>Text for people.</summary>
    /// <exception cref="ArgumentException">It holds a control character.</exception>
    public EmlHeader Text(string name, string value) => Plain(name, Words(name, value, LongestLine - name.Length - 2));

    /// <summary>An address, after its name for people when there is one.</summary>
    /// <exception cref="ArgumentException">The address is not of its form, or the name holds a control character.</exception>
    public EmlHeader Mailbox(string name, string? called, string address)
    {
        if (string.IsNullOrEmpty(called))
        {
            return Plain(name, Address(name, address));
        }

        // Always encoded: quoting rules of a phrase need then no code, and every program decodes it.
        return Plain(name, $"{Words(name, called, 0)}\r\n <{Address(name, address)}>");
    }

    /// <summary>An identity in angle brackets (RFC 5322 §3.6.4).</summary>
    /// <exception cref="ArgumentException">It is not of its form.</exception>
    public EmlHeader Identity(string name, string value) => Plain(name, $"<{Address(name, value)}>");

    /// <summary>A list (RFC 2919 §3).</summary>
    /// <exception cref="ArgumentException">It is not of its form.</exception>
    public EmlHeader List(string name, string value) => Plain(name, ListShape().IsMatch(value)
        ? $"<{value}>"
        : throw new ArgumentException($"{name} is not made of letters, digits, hyphens and dots between them."));

    /// <summary>A file's kind and name (RFC 2183, RFC 2231).</summary>
    /// <exception cref="ArgumentException">Either is not of its form.</exception>
    public EmlHeader File(MailAttachment file)
    {
        if (!MediaShape().IsMatch(file.MediaType))
        {
            throw new ArgumentException($"The media type of an attachment is '{OneLine(file.MediaType)}', which is not of the form type/subtype.");
        }

        if (file.Name.Length == 0 || file.Name.Any(c => char.IsControl(c) || c is '/' or '\\'))
        {
            throw new ArgumentException("The name of an attachment is empty, or holds a control character or the name of a folder.");
        }

        Plain("Content-Type", file.MediaType);
        return Plain("Content-Disposition", "attachment" + FileName(file.Name));
    }

    /// <summary>The address itself, when it is of its form.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Address(string name, string value) => MailAddress.IsOne(value)
        ? value
        : throw new ArgumentException($"{name} is not of the form left@right in plain letters without spaces.");

    /// <summary>Plain when it is ASCII and fits into the room; otherwise encoded words on folded lines.</summary>
    private static string Words(string name, string value, int room)
    {
        if (value.Any(char.IsControl))
        {
            throw new ArgumentException($"{name} holds a control character; a header is one line.");
        }

        // What looks like an encoded word is encoded too, or a reader would decode it.
        if (value.All(char.IsAscii) && value.Length <= room && !value.Contains("=?", StringComparison.Ordinal) && value.Trim() == value)
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

    private static string FileName(string name)
    {
        if (PlainName().IsMatch(name))
        {
            return $"; filename=\"{name}\"";
        }

        var pieces = new List<string>();
        var piece = new StringBuilder();
        Span<byte> letter = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            var encoded = string.Concat(letter[..rune.EncodeToUtf8(letter)].ToArray().Select(b => FormattableString.Invariant($"%{b:X2}")));
            if (rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value))
            {
                encoded = rune.ToString();
            }

            if (piece.Length + encoded.Length > LettersPerPiece)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }

            piece.Append(encoded);
        }

        pieces.Add(piece.ToString());
        return pieces is [var only]
            ? $";\r\n filename*=utf-8''{only}"
            : string.Concat(pieces.Select((p, i) => FormattableString.Invariant($";\r\n filename*{i}*={(i == 0 ? "utf-8''" : "")}{p}")));
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,9}\z")]
    private static partial Regex ListShape();

    [GeneratedRegex(@"\A[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}(; charset=utf-8)?\z")]
    private static partial Regex MediaShape();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._ -]{0,40}\z")]
    private static partial Regex PlainName();
}
