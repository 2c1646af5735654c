using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Turns what travels into what was written: transfer encodings (RFC 2045 §6), character sets, encoded words (RFC 2047). What is not in
/// order is read as far as it goes; nothing is thrown.</summary>
internal static partial class MailDecoding
{
    private const int LongestCharset = 40;

    /// <summary>The bytes of a part.</summary>
    /// <param name="body">As they came.</param>
    /// <param name="encoding">The value of Content-Transfer-Encoding, in small letters.</param>
    public static byte[] Bytes(ReadOnlySpan<byte> body, string encoding) => encoding switch
    {
        "base64" => Base64(body),
        "quoted-printable" => QuotedPrintable(body, isHeader: false),
        _ => body.ToArray(),
    };

    /// <summary>Bytes as text.</summary>
    /// <param name="bytes">In the character set.</param>
    /// <param name="charset">Its name, as the mail says; null or unknown is read as UTF-8.</param>
    public static string Text(byte[] bytes, string? charset) => Charset(charset).GetString(bytes);

    /// <summary>A header value with its encoded words as letters.</summary>
    public static string Words(string value)
    {
        // White space between two encoded words is not part of the text (RFC 2047 §6.2).
        var joined = Between().Replace(value, "?==?");
        return Word().Replace(joined, match =>
        {
            var text = Encoding.ASCII.GetBytes(match.Groups[3].Value);
            return Text(match.Groups[2].Value is "B" or "b" ? Base64(text) : QuotedPrintable(text, isHeader: true), match.Groups[1].Value);
        });
    }

    private static Encoding Charset(string? name)
    {
        if (name is not { Length: > 0 and <= LongestCharset } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.'))
        {
            return Encoding.UTF8;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // Unknown, or UTF-7, in which anything can hide.
            return Encoding.UTF8;
        }
    }

    private static byte[] Base64(ReadOnlySpan<byte> text)
    {
        // RFC 2045 §6.8: whatever is not of the alphabet is passed over.
        var letters = new byte[text.Length];
        var count = 0;
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'+' or (byte)'/')
            {
                letters[count++] = letter;
            }
            else if (letter == (byte)'=')
            {
                break;
            }
        }

        // A single letter at the end stands for no byte.
        count -= count % 4 == 1 ? 1 : 0;
        var padded = new byte[(count + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        letters.AsSpan(0, count).CopyTo(padded);
        var bytes = new byte[padded.Length / 4 * 3];
        System.Buffers.Text.Base64.DecodeFromUtf8(padded, bytes, out _, out var written);
        return bytes[..written];
    }

    private static byte[] QuotedPrintable(ReadOnlySpan<byte> text, bool isHeader)
    {
        var bytes = new MemoryStream(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (isHeader && text[i] == (byte)'_')
            {
                bytes.WriteByte((byte)' ');
            }
            else if (text[i] != (byte)'=')
            {
                bytes.WriteByte(text[i]);
            }
            else if (i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.WriteByte(value);
                i += 2;
            }
            else if (SoftBreak(text[(i + 1)..]) is var length and > 0)
            {
                i += length;
            }
            else
            {
                bytes.WriteByte(text[i]);
            }
        }

        return bytes.ToArray();
    }

    // White space after a soft line break was added on the way (RFC 2045 §6.7).
    private static int SoftBreak(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r');
        return end >= 0 && rest[end] == (byte)'\n' ? end + 1 : 0;
    }

    [GeneratedRegex(@"\?=[ \t]+=\?", RegexOptions.CultureInvariant)]
    private static partial Regex Between();

    [GeneratedRegex(@"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([BbQq])\?([!->@-~]{0,1000})\?=", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
