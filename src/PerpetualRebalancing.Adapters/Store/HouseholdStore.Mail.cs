using System.Collections.Immutable;
using Dapper;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    private const string OutboxColumns =
        "id, created, kind, batch, subject, body, dedupe_key as DedupeKey, sent_at as SentAt, attempts, last_error as LastError, recipient, html, message_id as MessageId, next_attempt as NextAttempt, given_up_at as GivenUpAt";

    /// <summary>The messages that wait to be sent, oldest first.</summary>
    public ImmutableArray<OutboxEntry> PendingOutbox() =>
        List<OutboxEntry>($"select {OutboxColumns} from outbox where household = @Household and sent_at is null and given_up_at is null order by id");

    /// <summary>All messages of a kind, oldest first.</summary>
    public ImmutableArray<OutboxEntry> Messages(string kind) => List<OutboxEntry>(
        $"select {OutboxColumns} from outbox where household = @Household and kind = @Kind order by id", new { Household = Household.Value, Kind = kind });

    /// <summary>The message of an identity in mail, or null.</summary>
    public OutboxEntry? MessageOf(string messageId) => List<OutboxEntry>(
        $"select {OutboxColumns} from outbox where household = @Household and message_id = @Id", new { Household = Household.Value, Id = messageId }).FirstOrDefault();

    /// <summary>The identity in mail of the first message to a recipient about a batch: the others follow it in one thread.</summary>
    public string? ThreadOf(BatchId batch, string? recipient) => Guarded(c => c.ExecuteScalar<string?>(
        "select message_id from outbox where household = @Household and batch = @Batch and recipient is @Recipient and message_id is not null order by id limit 1",
        new { Household = Household.Value, Batch = batch, Recipient = recipient }));

    /// <summary>The files that go with a message, by name.</summary>
    public ImmutableArray<OutboxAttachment> AttachmentsOf(long message) => List<OutboxAttachment>(
        """
        select a.name, a.media_type as MediaType, d.bytes from outbox_attachments a join documents d on d.sha256 = a.document
        where a.message = @Message order by a.name
        """,
        new { Message = message });

    /// <summary>What came in and was not dealt with, oldest first.</summary>
    public ImmutableArray<InboxEntry> PendingInbox() =>
        List<InboxEntry>("select id, received, raw from inbox where household = @Household and handled_at is null order by id");

    /// <summary>How far the mailbox was read: its UIDVALIDITY and the last UID; null before it was read.</summary>
    public (uint UidValidity, uint LastUid)? InboxCursor() => List<CursorRow>(
        "select uid_validity as UidValidity, last_uid as LastUid from inbox_cursor where household = @Household") is [var row] ? ((uint)row.UidValidity, (uint)row.LastUid) : null;

    /// <summary>Says that a message was sent.</summary>
    public void MarkSent(long id) => Transact("service", transaction => transaction.MarkSent(id));

    private sealed record CursorRow(long UidValidity, long LastUid);
}
