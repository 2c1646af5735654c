using System.Text;
using Dapper;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class StoreTransaction
{
    /// <summary>Keeps bytes by their content; the same bytes are kept once.</summary>
    /// <returns>Their SHA-256, hex.</returns>
    public string SaveDocument(ReadOnlySpan<byte> bytes)
    {
        var hash = DomainJson.Hash(bytes);
        Connection.Execute(
            "insert into documents (sha256, bytes, first_seen) values (@Hash, @Bytes, @Now) on conflict (sha256) do nothing",
            new { Hash = hash, Bytes = bytes.ToArray(), Now });
        return hash;
    }

    /// <summary>Keeps what a review read, before it is judged.</summary>
    /// <param name="slot">The review's slot.</param>
    /// <param name="inputs">Raw documents, each saved before.</param>
    /// <returns>The snapshot's id.</returns>
    public long SaveSnapshot(Slot slot, IEnumerable<SnapshotInput> inputs)
    {
        var id = Connection.ExecuteScalar<long>(
            "insert into snapshots (household, at, slot) values (@Household, @Now, @Slot) returning id",
            new { Household = _household, Now, Slot = slot });
        foreach (var input in inputs)
        {
            Connection.Execute(
                "insert into snapshot_inputs (snapshot, name, document) values (@Id, @Name, @Hash)", new { Id = id, input.Name, input.Hash });
        }

        return id;
    }

    /// <summary>Says that a snapshot's inputs passed, and what they amount to.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="document">The document with the validated snapshot, saved before.</param>
    /// <exception cref="InvalidOperationException">There is no such snapshot, or it was validated before.</exception>
    public void ValidateSnapshot(long snapshot, string document) => Touched(
        Connection.Execute(
            "update snapshots set validated = @Document where id = @Id and household = @Household and validated is null",
            new { Document = document, Id = snapshot, Household = _household }),
        $"There is no snapshot {snapshot} that waits for validation.");

    /// <summary>Keeps a plan under the hash of its canonical form. The same plan is kept once, as it was decided first.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">The document with the policy it was decided under, saved before.</param>
    /// <param name="decidedOn">The last fact it knew.</param>
    /// <param name="snapshot">The snapshot it was decided on, if any.</param>
    /// <param name="verdict">What the gates said, JSON.</param>
    /// <returns>The plan's hash.</returns>
    public string SavePlan(Plan plan, string policy, long decidedOn, long? snapshot, string verdict)
    {
        var bytes = DomainJson.Bytes(plan);
        var hash = DomainJson.Hash(bytes);
        Connection.Execute(
            """
            insert into plans (hash, household, slot, kind, at, json, policy, decided_on, snapshot, verdict)
            values (@Hash, @Household, @Slot, @Kind, @Now, @Json, @Policy, @DecidedOn, @Snapshot, @Verdict)
            on conflict (hash) do nothing
            """,
            new
            {
                Hash = hash,
                Household = _household,
                plan.Slot,
                Kind = plan.Kind.ToString(),
                Now,
                Json = Encoding.UTF8.GetString(bytes),
                Policy = policy,
                DecidedOn = decidedOn,
                Snapshot = snapshot,
                Verdict = verdict,
            });
        return hash;
    }

    /// <summary>Takes a slot for its one review.</summary>
    /// <returns>True for exactly one caller, ever; false for everybody else.</returns>
    public bool ClaimSlot(Slot slot) => Connection.Execute(
        "insert into slot_claims (household, slot, claimed_at, by) values (@Household, @Slot, @Now, @By) on conflict (household, slot) do nothing",
        new { Household = _household, Slot = slot, Now, By = _by }) == 1;

    /// <summary>Takes a slot again whose review did not come to a plan that is open or executed: the process died in it, or it was
    /// blocked, rejected, expired or superseded. Only the holder of the placing role asks, so nobody else is in it.</summary>
    /// <returns>False when the slot's review is open or executed.</returns>
    public bool ReclaimSlot(Slot slot) => !State.Batches.Any(b => b.Slot == slot && b.Kind == ReviewKind.Scheduled) && Connection.Execute(
        """
        update slot_claims set finished_at = null, outcome = null, claimed_at = @Now, by = @By
        where household = @Household and slot = @Slot and (outcome is null or outcome <> 'Closed')
        """,
        new { Household = _household, Slot = slot, Now, By = _by }) == 1;

    /// <summary>Whether somebody took a slot.</summary>
    public bool IsClaimed(Slot slot) => Connection.ExecuteScalar<long>(
        "select count(*) from slot_claims where household = @Household and slot = @Slot", new { Household = _household, Slot = slot }) == 1;

    /// <summary>Says how a slot's review ended. Said again, the later word holds: a review may wait, then be executed.</summary>
    /// <exception cref="InvalidOperationException">Nobody claimed the slot.</exception>
    public void FinishSlot(Slot slot, string outcome) => Touched(
        Connection.Execute(
            "update slot_claims set finished_at = @Now, outcome = @Outcome where household = @Household and slot = @Slot",
            new { Household = _household, Slot = slot, Now, Outcome = outcome }),
        $"Slot {slot} was never claimed.");

    /// <summary>Takes the placing role from whoever has it.</summary>
    public void VacatePlacing() => Connection.Execute("delete from lease where household = @Household", new { Household = _household });

    /// <summary>Tells people something, once per occasion.</summary>
    /// <returns>False when the occasion was raised before.</returns>
    public bool Raise(Alert alert) => Connection.Execute(
        """
        insert into alerts (household, at, severity, kind, dedupe_key, text)
        values (@Household, @Now, @Severity, @Kind, @DedupeKey, @Text)
        on conflict (household, dedupe_key) do nothing
        """,
        new { Household = _household, Now, Severity = alert.Severity.ToString(), alert.Kind, alert.DedupeKey, alert.Text }) == 1;

    /// <summary>Says that whoever this transaction is by has seen an alert; the first to say so stands.</summary>
    /// <exception cref="InvalidOperationException">There is no such alert.</exception>
    public void Acknowledge(long alert) => Touched(
        Connection.Execute(
            """
            update alerts set acknowledged_by = iif(acknowledged_at is null, @By, acknowledged_by), acknowledged_at = coalesce(acknowledged_at, @Now)
            where household = @Household and id = @Id
            """,
            new { Household = _household, By = _by, Now, Id = alert }),
        $"There is no alert {alert}.");

    /// <summary>Says that a message about an alert was queued.</summary>
    /// <exception cref="InvalidOperationException">There is no such alert.</exception>
    public void MarkTold(long alert) => Touched(
        Connection.Execute("update alerts set told_at = @Now where household = @Household and id = @Id", new { Household = _household, Now, Id = alert }),
        $"There is no alert {alert}.");

    /// <summary>Asks a running service to do something.</summary>
    /// <param name="kind">approve, reject, review ….</param>
    /// <param name="json">The rest of it.</param>
    /// <returns>The intent's id, to wait for its answer.</returns>
    public long AddIntent(string kind, string json) => Connection.ExecuteScalar<long>(
        "insert into intents (household, at, by, kind, json) values (@Household, @Now, @By, @Kind, @Json) returning id",
        new { Household = _household, Now, By = _by, Kind = kind, Json = json });

    /// <summary>Answers an intent, once, in the transaction that does it.</summary>
    /// <exception cref="InvalidOperationException">There is no such intent, or it was answered before: whatever was done for it twice is undone.</exception>
    public void CompleteIntent(long id, string answer) => Touched(
        Connection.Execute(
            "update intents set done_at = @Now, answer = @Answer where household = @Household and id = @Id and done_at is null",
            new { Household = _household, Now, Answer = answer, Id = id }),
        $"There is no intent {id} that waits for an answer.");

    /// <summary>Records what the program did and how it ended, now.</summary>
    public void RecordRun(string kind, DateTimeOffset started, string outcome, string summary) => Connection.Execute(
        """
        insert into runs (household, kind, by, started, finished, outcome, summary)
        values (@Household, @Kind, @By, @Started, @Now, @Outcome, @Summary)
        """,
        new { Household = _household, Kind = kind, By = _by, Started = started, Now, Outcome = outcome, Summary = summary });

    private static void Touched(int rows, string otherwise)
    {
        if (rows != 1)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
