using System.Collections.Immutable;
using System.Text;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>The household's state and the fact it stands on.</summary>
/// <param name="Sequence">The last fact; 0 before the first.</param>
/// <param name="State">The fold over all facts up to it.</param>
public sealed record RecordedState(long Sequence, HouseholdState State);

/// <summary>A raw input of a snapshot.</summary>
/// <param name="Name">What it is: household, charges, tax, calendar XNSE, broker zerodha positions …</param>
/// <param name="Hash">The document that holds it.</param>
public sealed record SnapshotInput(string Name, string Hash);

/// <summary>What a review read.</summary>
/// <param name="Id">Names it.</param>
/// <param name="At">When.</param>
/// <param name="Slot">The review's slot.</param>
/// <param name="Inputs">Raw documents, as they came, by name.</param>
/// <param name="Validated">The document with the validated snapshot; null while, or because, the inputs have not passed.</param>
public sealed record StoredSnapshot(long Id, DateTimeOffset At, Slot Slot, ImmutableArray<SnapshotInput> Inputs, string? Validated);

/// <summary>A plan with what it was decided on.</summary>
/// <param name="Hash">SHA-256 of the canonical form, hex.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Kind">Scheduled or ad hoc.</param>
/// <param name="At">When it was recorded first.</param>
/// <param name="Json">The canonical form.</param>
/// <param name="Policy">The document with the policy it was decided under.</param>
/// <param name="DecidedOn">The last fact it knew.</param>
/// <param name="Snapshot">The snapshot it was decided on, if any.</param>
/// <param name="Verdict">What the gates said when it was made, JSON.</param>
public sealed record StoredPlan(
    string Hash, Slot Slot, ReviewKind Kind, DateTimeOffset At, string Json, string Policy, long DecidedOn, long? Snapshot, string Verdict)
{
    /// <summary>The plan itself.</summary>
    public Plan Read() => DomainJson.ReadPlan(Encoding.UTF8.GetBytes(Json));
}

/// <summary>A slot that a review took.</summary>
/// <param name="Slot">Which.</param>
/// <param name="ClaimedAt">When.</param>
/// <param name="By">Who runs it.</param>
/// <param name="FinishedAt">When it ended; null while open, or when the process died in it.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record SlotClaim(Slot Slot, DateTimeOffset ClaimedAt, string By, DateTimeOffset? FinishedAt, string? Outcome);

/// <summary>A message to be sent once.</summary>
/// <param name="Kind">approval-request, report, alert …</param>
/// <param name="Batch">The batch it is about, if any.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text.</param>
/// <param name="DedupeKey">Names the occasion: a second message of the same key is not queued.</param>
public sealed record OutboxMessage(string Kind, BatchId? Batch, string Subject, string Body, string DedupeKey)
{
    /// <summary>The address it goes to; null where no member has one.</summary>
    public string? Recipient { get; init; }

    /// <summary>The same for a mail program that shows HTML.</summary>
    public string? Html { get; init; }

    /// <summary>Files that go with it.</summary>
    public ImmutableArray<OutboxAttachment> Attachments { get; init; } = [];
}

/// <summary>A file that goes with a message.</summary>
/// <param name="Name">Its name, plain letters.</param>
/// <param name="MediaType">For example application/json.</param>
/// <param name="Bytes">Its content.</param>
public sealed record OutboxAttachment(string Name, string MediaType, byte[] Bytes);

/// <summary>A message in the outbox.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Created">When it was queued.</param>
/// <param name="Kind">approval-request, report, alert …</param>
/// <param name="Batch">The batch it is about, if any.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text.</param>
/// <param name="DedupeKey">Names the occasion.</param>
/// <param name="SentAt">When it was sent, or withheld for good, as the error then says; or null.</param>
/// <param name="Attempts">How often sending failed.</param>
/// <param name="LastError">Why it failed last.</param>
/// <param name="Recipient">The address it goes to; null where no member has one.</param>
/// <param name="Html">The same for a mail program that shows HTML.</param>
/// <param name="MessageId">Its identity in mail, <c>left@right</c>; random. Null for one from before there was mail.</param>
/// <param name="NextAttempt">Sending is not tried before this; null for at once.</param>
/// <param name="GivenUpAt">When it was given up, or null.</param>
public sealed record OutboxEntry(
    long Id, DateTimeOffset Created, string Kind, BatchId? Batch, string Subject, string Body, string DedupeKey,
    DateTimeOffset? SentAt, long Attempts, string? LastError, string? Recipient, string? Html, string? MessageId, DateTimeOffset? NextAttempt,
    DateTimeOffset? GivenUpAt);

/// <summary>A mail that came in.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Received">When the mailbox took it in (INTERNALDATE).</param>
/// <param name="Raw">All of it.</param>
public sealed record InboxEntry(long Id, DateTimeOffset Received, byte[] Raw);

/// <summary>Something a person must know.</summary>
/// <param name="Severity">How urgent.</param>
/// <param name="Kind">What it is about, one word.</param>
/// <param name="DedupeKey">Names the occasion, with its slot, batch or day: the same occasion is raised once, even after it was acknowledged.</param>
/// <param name="Text">What happened and what to do.</param>
public sealed record Alert(Severity Severity, string Kind, string DedupeKey, string Text);

/// <summary>An alert that was raised.</summary>
/// <param name="Id">Names it.</param>
/// <param name="At">When.</param>
/// <param name="Severity">How urgent.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="DedupeKey">Names the occasion.</param>
/// <param name="Text">What happened and what to do.</param>
/// <param name="AcknowledgedAt">When a person has seen it, or null.</param>
/// <param name="AcknowledgedBy">Who, or null.</param>
/// <param name="ToldAt">When a message about it was queued last, or null.</param>
public sealed record RaisedAlert(
    long Id, DateTimeOffset At, Severity Severity, string Kind, string DedupeKey, string Text, DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy,
    DateTimeOffset? ToldAt);

/// <summary>What a command asked a running service to do.</summary>
/// <param name="Id">Names it.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Kind">approve, reject, review …</param>
/// <param name="Json">The rest of it.</param>
/// <param name="DoneAt">When the service dealt with it, or null.</param>
/// <param name="Answer">What it said.</param>
public sealed record Intent(long Id, DateTimeOffset At, string By, string Kind, string Json, DateTimeOffset? DoneAt, string? Answer);

/// <summary>Something the program did from start to end.</summary>
/// <param name="Id">Names it; 0 before it is recorded.</param>
/// <param name="Kind">review, daily check, approval expiry …</param>
/// <param name="By">Who, or what, ran it.</param>
/// <param name="Started">When it began.</param>
/// <param name="Finished">When it ended.</param>
/// <param name="Outcome">One word.</param>
/// <param name="Summary">One sentence.</param>
public sealed record Run(long Id, string Kind, string By, DateTimeOffset Started, DateTimeOffset Finished, string Outcome, string Summary);
