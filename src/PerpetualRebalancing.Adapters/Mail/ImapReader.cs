using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Reads IMAP responses (the grammar of RFC 9051 §9, and of RFC 3501 §9 before it) into flat pieces: lists may be nested, but nothing here is
/// recursive, and length, number of pieces and counted strings have limits.</summary>
/// <param name="connection">Where they come from.</param>
/// <param name="longestText">The most bytes that the counted strings of one response may have together.</param>
internal sealed class ImapReader(MailConnection connection, int longestText)
{
    // A search may answer with ten thousand numbers on a line; who has more of them within days has no mailbox.
    private const int LongestLine = 1024 * 1024;
    private const int MostPieces = 200_000;
    private const int DeepestList = 50;

    /// <summary>Reads one response.</summary>
    /// <exception cref="MailProtocolException">It is none, or longer than is taken.</exception>
    /// <exception cref="MailFaultException">The connection broke, or nothing comes.</exception>
    public async Task<ImapResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await connection.ReadLineAsync(LongestLine, cancellationToken).ConfigureAwait(false);
        var (tag, start) = Tag(line);
        if (tag == "+" || ImapResponse.IsStatus(WordAt(line, start)))
        {
            return Status(tag, line, start);
        }

        var pieces = ImmutableArray.CreateBuilder<ImapPiece>();
        var (left, taken, depth) = (longestText, line.Length, 0);
        while (true)
        {
            if (Parse(line, start, pieces, ref depth) is not { } length)
            {
                break;
            }

            if (length > left)
            {
                throw connection.Wrong($"sends a string of {length} bytes, and {left} are taken");
            }

            left -= length;
            var text = new byte[length];
            await connection.ReadAsync(text, cancellationToken).ConfigureAwait(false);
            Add(pieces, new ImapPiece(ImapKind.Text, text));
            line = await connection.ReadLineAsync(LongestLine - taken, cancellationToken).ConfigureAwait(false);
            (start, taken) = (0, taken + line.Length);
        }

        return depth == 0 ? new ImapResponse(tag, pieces.ToImmutable(), "") : throw connection.Wrong("does not end a list that it began");
    }

    private (string Tag, int Start) Tag(byte[] line)
    {
        var end = line.AsSpan().IndexOf((byte)' ');
        var tag = line.AsSpan(0, end < 0 ? line.Length : end);
        if (tag.Length is 0 or > 20 || (end < 0 && tag is not [(byte)'+']) || tag.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0)
        {
            throw connection.Wrong("does not answer as an IMAP server does (RFC 9051)");
        }

        return (Encoding.ASCII.GetString(tag), end < 0 ? line.Length : end + 1);
    }

    private static ImapResponse Status(string tag, byte[] line, int start)
    {
        var word = tag == "+" ? [] : WordAt(line, start);
        var text = Encoding.UTF8.GetString(line.AsSpan(Math.Min(line.Length, start + word.Length)));
        return new ImapResponse(
            tag, word.IsEmpty ? [] : [new ImapPiece(ImapKind.Atom, word.ToArray())], string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)).Trim());
    }

    private static ReadOnlySpan<byte> WordAt(byte[] line, int start)
    {
        var rest = line.AsSpan(start);
        var end = rest.IndexOf((byte)' ');
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>Adds the pieces of a line.</summary>
    /// <returns>How many bytes of a counted string follow the line; null when the response ends with it.</returns>
    private int? Parse(byte[] line, int start, ImmutableArray<ImapPiece>.Builder pieces, ref int depth)
    {
        var at = start;
        while (at < line.Length)
        {
            switch (line[at])
            {
                case (byte)' ':
                    at++;
                    break;
                case (byte)'(':
                    Add(pieces, new ImapPiece(ImapKind.Open, default));
                    depth = depth < DeepestList ? depth + 1 : throw connection.Wrong($"nests lists more than {DeepestList} deep");
                    at++;
                    break;
                case (byte)')':
                    Add(pieces, new ImapPiece(ImapKind.Close, default));
                    depth = depth > 0 ? depth - 1 : throw connection.Wrong("ends a list that it never began");
                    at++;
                    break;
                case (byte)'"':
                    at = Quoted(line, at + 1, pieces);
                    break;
                case (byte)'{':
                    return Length(line.AsSpan(at));
                default:
                    at = Word(line, at, pieces);
                    break;
            }
        }

        return null;
    }

    private int Quoted(byte[] line, int start, ImmutableArray<ImapPiece>.Builder pieces)
    {
        var text = new MemoryStream();
        for (var at = start; at < line.Length; at++)
        {
            if (line[at] == (byte)'"')
            {
                Add(pieces, new ImapPiece(ImapKind.Text, text.ToArray()));
                return at + 1;
            }

            if (line[at] == (byte)'\\')
            {
                at++;
                if (at == line.Length || line[at] is not ((byte)'"' or (byte)'\\'))
                {
                    break;
                }
            }

            text.WriteByte(line[at]);
        }

        throw connection.Wrong("does not end a string that it began");
    }

    private int Length(ReadOnlySpan<byte> rest) =>
        rest.Length is > 2 and <= 12 && rest[^1] == (byte)'}' && int.TryParse(rest[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw connection.Wrong("counts a string in no number that is taken");

    // A word ends at a space or a bracket of a list, but what it says in square brackets belongs to it: BODY[HEADER.FIELDS (FROM)]<0>.
    private int Word(byte[] line, int start, ImmutableArray<ImapPiece>.Builder pieces)
    {
        var isInside = false;
        var at = start;
        for (; at < line.Length; at++)
        {
            if (line[at] == (byte)'[')
            {
                isInside = true;
            }
            else if (line[at] == (byte)']')
            {
                isInside = false;
            }
            else if (!isInside && line[at] is (byte)' ' or (byte)'(' or (byte)')' or (byte)'"' or (byte)'{')
            {
                break;
            }
        }

        Add(pieces, new ImapPiece(ImapKind.Atom, line.AsMemory(start, at - start)));
        return at;
    }

    private void Add(ImmutableArray<ImapPiece>.Builder pieces, ImapPiece piece)
    {
        if (pieces.Count == MostPieces)
        {
            throw connection.Wrong($"answers with more than {MostPieces} words");
        }

        pieces.Add(piece);
    }
}
