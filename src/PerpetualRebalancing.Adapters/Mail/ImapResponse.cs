using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>What a piece of an IMAP response is.</summary>
internal enum ImapKind
{
    /// <summary>A word or a number, in the letters that came; also NIL.</summary>
    Atom,

    /// <summary>A string, quoted or counted.</summary>
    Text,

    /// <summary>The begin of a list.</summary>
    Open,

    /// <summary>The end of a list.</summary>
    Close,
}

/// <summary>A piece of an IMAP response.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Of a word or string.</param>
internal readonly record struct ImapPiece(ImapKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Whether it is this word, in any case.</summary>
    public bool Is(string word) => Kind == ImapKind.Atom && Ascii.EqualsIgnoreCase(Bytes.Span, word);

    /// <summary>As text for people and for comparison.</summary>
    public string Word => Encoding.Latin1.GetString(Bytes.Span);

    /// <summary>As a number; null when it is none.</summary>
    public uint? Number => Kind == ImapKind.Atom && uint.TryParse(Bytes.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>One response of an IMAP server (RFC 9051 §7).</summary>
/// <param name="Tag">Of the command that it ends; <c>*</c> for news, <c>+</c> for a request to go on.</param>
/// <param name="Pieces">What follows. Where that is text for people, only its first word and the code in brackets.</param>
/// <param name="Text">What a status says to people, and its code in brackets.</param>
internal sealed record ImapResponse(string Tag, ImmutableArray<ImapPiece> Pieces, string Text)
{
    private static readonly ImmutableArray<string> Statuses = ["OK", "NO", "BAD", "BYE", "PREAUTH"];

    /// <summary>Whether it is a status, which speaks to people.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> word)
    {
        foreach (var status in Statuses)
        {
            if (Ascii.EqualsIgnoreCase(word, status))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it begins with this word.</summary>
    public bool Begins(string word) => Pieces.Length > 0 && Pieces[0].Is(word);

    /// <summary>Whether it is a number and then this word: <c>* 12 EXISTS</c>.</summary>
    public uint? Counted(string word) => Pieces.Length > 1 && Pieces[1].Is(word) ? Pieces[0].Number : null;

    /// <summary>The number of a code in brackets: <c>[UIDVALIDITY 3857529045]</c>.</summary>
    public uint? Code(string name)
    {
        var words = CodeWords;
        return words.Length == 2 && words[0].Equals(name, StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The first word of the code in brackets (RFC 5530), in capitals; empty when there is none.</summary>
    public string CodeName => CodeWords is [var name, ..] ? name.ToUpperInvariant() : "";

    private string[] CodeWords => Text.StartsWith('[') && Text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end
        ? Text[1..end].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        : [];
}
