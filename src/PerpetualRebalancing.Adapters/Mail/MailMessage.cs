using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>A message that goes out.</summary>
/// <param name="Id">Its identity without angle brackets, <c>left@right</c>: who has seen it once need not see it again.</param>
/// <param name="Date">When it was written.</param>
/// <param name="From">An address, <c>user@host</c>.</param>
/// <param name="To">An address, <c>user@host</c>.</param>
/// <param name="Subject">One line, any letters.</param>
/// <param name="Text">Lines of any length and letters. It is always there: a program that shows no HTML must miss nothing.</param>
public sealed record MailMessage(string Id, DateTimeOffset Date, string From, string To, string Subject, string Text)
{
    /// <summary>The sender's name for people, one line; null for the bare address.</summary>
    public string? FromName { get; init; }

    /// <summary>The same in HTML; null when there is only the text.</summary>
    public string? Html { get; init; }

    /// <summary>What goes with it, in this order.</summary>
    public ImmutableArray<MailAttachment> Attachments { get; init; } = [];

    /// <summary>The identity of the message that this one belongs to, without angle brackets: mail programs show both as one thread
    /// (RFC 5322 §3.6.4).</summary>
    public string? InReplyTo { get; init; }

    /// <summary>The list that it belongs to, dotted letters such as <c>home.perpetual-rebalancing.localhost</c>, for people's filters (RFC 2919).</summary>
    public string? ListId { get; init; }

    /// <summary>Whether no person wrote it, so that no holiday notice answers it (RFC 3834).</summary>
    public bool IsAutomatic { get; init; }
}

/// <summary>A file that goes with a message.</summary>
/// <param name="Name">Its name: one line, any letters, no folders.</param>
/// <param name="MediaType">Such as <c>application/json</c> or <c>text/csv; charset=utf-8</c>.</param>
/// <param name="Bytes">What is in it.</param>
public sealed record MailAttachment(string Name, string MediaType, ReadOnlyMemory<byte> Bytes);
