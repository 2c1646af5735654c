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
public sealed record OutboxMessage(string Kind, BatchId? Batch, string Subject, string Body, string DedupeKey);

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
public sealed record OutboxEntry(
    long Id, DateTimeOffset Created, string Kind, BatchId? Batch, string Subject, string Body, string DedupeKey,
    DateTimeOffset? SentAt, long Attempts, string? LastError);

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
public sealed record RaisedAlert(
    long Id, DateTimeOffset At, Severity Severity, string Kind, string DedupeKey, string Text, DateTimeOffset? AcknowledgedAt);

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
