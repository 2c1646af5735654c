using System.Collections.Immutable;
using System.Security.Cryptography;
using Dapper;
using PerpetualRebalancing.Domain.Json;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class StoreTransaction
{
    private const int IdentityDigits = 32;

    /// <summary>Queues a message to be sent after this transaction.</summary>
    /// <returns>False when its occasion already has one.</returns>
    public bool Enqueue(OutboxMessage message)
    {
        var id = Connection.ExecuteScalar<long?>(
            """
            insert into outbox (household, created, kind, batch, subject, body, dedupe_key, recipient, html, message_id)
            values (@Household, @Now, @Kind, @Batch, @Subject, @Body, @DedupeKey, @Recipient, @Html, @MessageId)
            on conflict (household, dedupe_key) do nothing returning id
            """,
            new
            {
                Household = _household,
                Now,
                message.Kind,
                message.Batch,
                message.Subject,
                message.Body,
                message.DedupeKey,
                message.Recipient,
                message.Html,
                MessageId = $"{RandomNumberGenerator.GetHexString(IdentityDigits, lowercase: true)}@perpetual-rebalancing",
            });
        if (id is null)
        {
            return false;
        }

        foreach (var attachment in message.Attachments)
        {
            Connection.Execute(
                "insert into outbox_attachments (message, name, media_type, document) values (@Id, @Name, @MediaType, @Document)",
                new { Id = id, attachment.Name, attachment.MediaType, Document = SaveDocument(attachment.Bytes) });
        }

        return true;
    }

    /// <summary>Queues messages, each once for its occasion.</summary>
    public void EnqueueAll(IEnumerable<OutboxMessage> messages)
    {
        foreach (var message in messages)
        {
            Enqueue(message);
        }
    }

    /// <summary>Says that a message was sent.</summary>
    /// <exception cref="InvalidOperationException">There is no such message.</exception>
    public void MarkSent(long id) => Touched(
        Connection.Execute(
            "update outbox set sent_at = @Now, last_error = null where household = @Household and id = @Id",
            new { Household = _household, Now, Id = id }),
        $"There is no message {id} in the outbox.");

    /// <summary>Says that sending a message failed; it stays queued.</summary>
    /// <param name="id">The message.</param>
    /// <param name="error">Why.</param>
    /// <param name="nextAttempt">Not tried again before.</param>
    /// <exception cref="InvalidOperationException">There is no such message.</exception>
    public void MarkFailed(long id, string error, DateTimeOffset nextAttempt) => Touched(
        Connection.Execute(
            "update outbox set attempts = attempts + 1, last_error = @Error, next_attempt = @Next where household = @Household and id = @Id",
            new { Household = _household, Error = error, Next = nextAttempt, Id = id }),
        $"There is no message {id} in the outbox.");

    /// <summary>Says that a message will not be sent.</summary>
    /// <exception cref="InvalidOperationException">There is no such message.</exception>
    public void GiveUp(long id, string why) => Touched(
        Connection.Execute(
            "update outbox set attempts = attempts + 1, last_error = @Why, given_up_at = @Now where household = @Household and id = @Id",
            new { Household = _household, Why = why, Now, Id = id }),
        $"There is no message {id} in the outbox.");

    /// <summary>Takes every message that waits out of the queue without sending it.</summary>
    /// <param name="why">Stands where the error of a failed sending does.</param>
    /// <returns>The subjects.</returns>
    public ImmutableArray<string> Withhold(string why) =>
    [
        .. Connection.Query<string>(
            "update outbox set sent_at = @Now, last_error = @Why where household = @Household and sent_at is null returning subject",
            new { Household = _household, Now, Why = why }),
    ];

    /// <summary>Keeps a mail that came in, once, until it is dealt with.</summary>
    /// <param name="received">When the mailbox took it in.</param>
    /// <param name="raw">All of it.</param>
    /// <returns>False when it was kept before.</returns>
    public bool KeepMail(DateTimeOffset received, ReadOnlyMemory<byte> raw) => Connection.Execute(
        """
        insert into inbox (household, sha256, received, raw) values (@Household, @Hash, @Received, @Raw)
        on conflict (household, sha256) do nothing
        """,
        new { Household = _household, Hash = DomainJson.Hash(raw.Span), Received = received, Raw = raw.ToArray() }) == 1;

    /// <summary>Says how far the mailbox was read.</summary>
    public void MoveInboxCursor(uint uidValidity, uint lastUid) => Connection.Execute(
        """
        insert into inbox_cursor (household, uid_validity, last_uid) values (@Household, @Validity, @Uid)
        on conflict (household) do update set uid_validity = excluded.uid_validity, last_uid = excluded.last_uid
        """,
        new { Household = _household, Validity = (long)uidValidity, Uid = (long)lastUid });

    /// <summary>Says what came of a mail; what it said is not kept any longer.</summary>
    /// <exception cref="InvalidOperationException">There is no such mail, or it was dealt with before: whatever was done for it twice is undone.</exception>
    public void FinishMail(long id, string outcome) => Touched(
        Connection.Execute(
            "update inbox set handled_at = @Now, outcome = @Outcome, raw = null where household = @Household and id = @Id and handled_at is null",
            new { Household = _household, Now, Outcome = outcome, Id = id }),
        $"There is no mail {id} that waits.");
}
