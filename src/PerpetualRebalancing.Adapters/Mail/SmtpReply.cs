using System.Collections.Immutable;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>What an SMTP server answers (RFC 5321 §4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">The texts of its lines, without the code; at least one.</param>
internal sealed record SmtpReply(int Code, ImmutableArray<string> Lines)
{
    // RFC 5321 §4.5.3.1.5 allows 512 bytes; servers that explain themselves take more.
    private const int LongestLine = 4096;
    private const int MostLines = 200;

    /// <summary>Done (2xx).</summary>
    public bool IsDone => Code / 100 == 2;

    /// <summary>Go on (3xx).</summary>
    public bool IsMore => Code / 100 == 3;

    /// <summary>Come again (4xx).</summary>
    public bool IsLater => Code / 100 == 4;

    /// <summary>The answer on one short line, for people.</summary>
    public string Said
    {
        get
        {
            var text = string.Join(' ', Lines.Select(l => l.Trim()).Where(l => l.Length > 0));
            return FormattableString.Invariant($"{Code} {(text.Length <= 300 ? text : text[..300] + "…")}").TrimEnd();
        }
    }

    /// <summary>Reads an answer of one or more lines.</summary>
    /// <exception cref="MailProtocolException">It is none.</exception>
    /// <exception cref="MailFaultException">The connection broke, or nothing comes.</exception>
    public static async Task<SmtpReply> ReadAsync(MailConnection connection, CancellationToken cancellationToken)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        int? code = null;
        while (true)
        {
            var line = await connection.ReadLineAsync(LongestLine, cancellationToken).ConfigureAwait(false);
            if (line.Length < 3 || !(line[0] is >= (byte)'2' and <= (byte)'5') || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])
                || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
            {
                throw connection.Wrong("does not answer as a mail server does (RFC 5321)");
            }

            var number = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
            if ((code ??= number) != number || lines.Count == MostLines)
            {
                throw connection.Wrong("gives two answers in one, or one without end");
            }

            lines.Add(Readable(line.AsSpan(Math.Min(4, line.Length))));
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(number, lines.ToImmutable());
            }
        }
    }

    private static string Readable(ReadOnlySpan<byte> bytes) =>
        string.Concat(Encoding.UTF8.GetString(bytes).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
