using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>What a mail says: nothing in it is proven but what our own provider wrote on top (<see cref="AuthenticationResults"/>).</summary>
public sealed partial record ReceivedMail
{
    private const int MostIdentities = 100;

    private ReceivedMail()
    {
    }

    /// <summary>Its identity without angle brackets; null when it has none, or several.</summary>
    public string? MessageId { get; private init; }

    /// <summary>The addresses it says it is from, as written: a genuine one has one. None when the field is missing or not of the standard.</summary>
    public ImmutableArray<string> From { get; private init; } = [];

    /// <summary>The subject, decoded, on one line; empty when it has none.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>The identities of the mails it answers, without angle brackets.</summary>
    public ImmutableArray<string> InReplyTo { get; private init; } = [];

    /// <summary>The identities of its thread, oldest first, without angle brackets.</summary>
    public ImmutableArray<string> References { get; private init; } = [];

    /// <summary>Its first part that is plain text and no file, decoded, with <c>\n</c> between lines; null when there is none, for instance in a mail of
    /// HTML alone.</summary>
    public string? Text { get; private init; }

    /// <summary>Whether a program wrote it: an auto-reply, a bounce, a list (RFC 3834, RFC 3464).</summary>
    public bool IsAutomatic { get; private init; }

    /// <summary>The fields Authentication-Results, topmost first, unfolded: read one with <see cref="AuthenticationResults.Parse"/>. Whatever stands below
    /// the topmost one of our own provider may be the sender's invention.</summary>
    public ImmutableArray<string> AuthenticationResults { get; private init; } = [];

    /// <summary>Reads a mail, also one that is cut off.</summary>
    /// <param name="raw">Its bytes.</param>
    /// <exception cref="MailProtocolException">It has more fields or parts than any person's mail; nothing of it is read.</exception>
    public static ReceivedMail Parse(ReadOnlyMemory<byte> raw)
    {
        var headers = MailHeaders.Read(raw.Span, out var start);
        var from = headers.All("From").Select(MailAddresses.Read).ToArray();
        return new ReceivedMail
        {
            MessageId = Identities(headers, "Message-ID") is [var only] ? only : null,
            From = from.Any(f => f.IsEmpty) ? [] : [.. from.SelectMany(f => f)],
            Subject = string.Concat(MailDecoding.Words(headers.First("Subject")).Select(c => char.IsControl(c) ? ' ' : c)),
            InReplyTo = Identities(headers, "In-Reply-To"),
            References = Identities(headers, "References"),
            Text = MailText.Find(headers, raw[start..]),
            IsAutomatic = IsWrittenByAProgram(headers),
            AuthenticationResults = headers.All("Authentication-Results"),
        };
    }

    private static ImmutableArray<string> Identities(MailHeaders headers, string name) =>
        [.. headers.All(name).SelectMany(field => Identity().Matches(field)).Select(match => match.Groups[1].Value).Take(MostIdentities)];

    private static bool IsWrittenByAProgram(MailHeaders headers) =>
        headers.All("Auto-Submitted").Any(v => MailField.Parse(v).Value != "no")
        || headers.All("Precedence").Any(v => MailField.Parse(v).Value is "bulk" or "list" or "junk" or "auto_reply")
        || headers.All("Return-Path").Any(v => v.Replace(" ", "", StringComparison.Ordinal) == "<>")
        || headers.Has("X-Autoreply") || headers.Has("X-Autorespond") || headers.Has("X-Failed-Recipients")
        || MailField.Parse(headers.First("Content-Type")).Value == "multipart/report";

    [GeneratedRegex(@"<([^<>\s@]{1,250}@[^<>\s@]{1,250})>", RegexOptions.CultureInvariant)]
    private static partial Regex Identity();
}
