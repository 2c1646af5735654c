namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>How far a mailbox folder has been read.</summary>
/// <param name="UidValidity">The numbering (RFC 9051 §2.3.1.1): under another one, the number means nothing.</param>
/// <param name="LastUid">The highest number that has been read, or passed over as too old.</param>
public sealed record InboxCursor(uint UidValidity, uint LastUid);

/// <summary>A mail that arrived.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Received">When the server took it (INTERNALDATE), UTC: the sender has no say in it.</param>
/// <param name="Raw">Its bytes; of a mail longer than <see cref="ImapInbox.LongestMail"/> the first ones only, the headers among them.</param>
public sealed record InboundMail(InboxCursor Place, DateTimeOffset Received, ReadOnlyMemory<byte> Raw);
