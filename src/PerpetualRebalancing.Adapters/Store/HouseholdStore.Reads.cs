using System.Collections.Immutable;
using Dapper;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    private const string PlanColumns =
        "hash, slot, kind, at, json, policy, decided_on as DecidedOn, snapshot, verdict";

    /// <summary>The facts after a sequence, in order.</summary>
    public ImmutableArray<RecordedFact> Facts(long afterSequence = 0) =>
        Guarded(_ => Rows(afterSequence).Select(r => new RecordedFact(r.Seq, SqlTypes.Instant(r.At), r.By, Read(r))).ToImmutableArray());

    /// <summary>When the first fact was recorded; null before. Asked at every start, so the facts are not read for it.</summary>
    public DateTimeOffset? FirstRecorded => Guarded(c => c.ExecuteScalar<string?>(
        "select at from facts where household = @Household order by seq limit 1", new { Household = Household.Value })) is { } at ? SqlTypes.Instant(at) : null;

    /// <summary>The plan of a hash, or of its first characters (a batch's short code), or null.</summary>
    /// <exception cref="StoreException">Several plans start like this.</exception>
    public StoredPlan? Plan(string hash)
    {
        var text = hash.Trim().ToLowerInvariant();
        if (text.Length < 4 || !text.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        // Hexadecimal digits end at f, so everything that starts like this sorts before the same text with a g.
        var found = List<StoredPlan>(
            $"select {PlanColumns} from plans where household = @Household and hash >= @From and hash < @To limit 2",
            new { Household = Household.Value, From = text, To = text + "g" });
        return found.Length < 2 ? found.FirstOrDefault() : throw new StoreException($"Several plans start with '{text}'; write more of the code.");
    }

    /// <summary>All plans, oldest first.</summary>
    public ImmutableArray<StoredPlan> Plans() => List<StoredPlan>($"select {PlanColumns} from plans where household = @Household order by at, hash");

    /// <summary>A kept document, or null.</summary>
    /// <exception cref="StoreException">Its bytes are not what they were.</exception>
    public byte[]? Document(string hash)
    {
        var bytes = Guarded(c => c.ExecuteScalar<byte[]?>("select bytes from documents where sha256 = @Hash", new { Hash = hash }));
        return bytes is null || DomainJson.Hash(bytes) == hash ? bytes : throw StoreException.Damaged(File, $"document {hash} was changed");
    }

    /// <summary>What a review read, or null.</summary>
    public StoredSnapshot? Snapshot(long id)
    {
        var inputs = List<SnapshotInput>("select name, document as Hash from snapshot_inputs where snapshot = @Id order by name", new { Id = id });
        return List<SnapshotRow>(
                "select id, at, slot, validated from snapshots where household = @Household and id = @Id", new { Household = Household.Value, Id = id })
            .Select(r => new StoredSnapshot(r.Id, r.At, r.Slot, inputs, r.Validated))
            .FirstOrDefault();
    }

    /// <summary>The slots that were taken, oldest first.</summary>
    public ImmutableArray<SlotClaim> SlotClaims() => List<SlotClaim>(
        "select slot, claimed_at as ClaimedAt, by, finished_at as FinishedAt, outcome from slot_claims where household = @Household order by slot");

    /// <summary>All alerts, oldest first.</summary>
    public ImmutableArray<RaisedAlert> Alerts() => List<RaisedAlert>(
        """
        select id, at, severity, kind, dedupe_key as DedupeKey, text, acknowledged_at as AcknowledgedAt, acknowledged_by as AcknowledgedBy,
            told_at as ToldAt
        from alerts where household = @Household order by id
        """);

    /// <summary>What commands asked for and the service has not answered, oldest first.</summary>
    public ImmutableArray<Intent> PendingIntents() => List<Intent>(
        "select id, at, by, kind, json, done_at as DoneAt, answer from intents where household = @Household and done_at is null order by id");

    /// <summary>What came of an intent so far; null before the service dealt with it.</summary>
    public string? AnswerTo(long intent) => Guarded(c => c.ExecuteScalar<string?>(
        "select answer from intents where household = @Household and id = @Id", new { Household = Household.Value, Id = intent }));

    /// <summary>All that commands asked for, oldest first.</summary>
    public ImmutableArray<Intent> Intents() => List<Intent>(
        "select id, at, by, kind, json, done_at as DoneAt, answer from intents where household = @Household order by id");

    /// <summary>What ran, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    public ImmutableArray<Run> Runs(int limit = 20) => List<Run>(
        "select id, kind, by, started, finished, outcome, summary from runs where household = @Household order by id desc limit @Limit",
        new { Household = Household.Value, Limit = (long)limit });

    /// <summary>The last thing of a kind that the program did, or null.</summary>
    public Run? LastRun(string kind) => List<Run>(
        "select id, kind, by, started, finished, outcome, summary from runs where household = @Household and kind = @Kind order by id desc limit 1",
        new { Household = Household.Value, Kind = kind }).FirstOrDefault();

    /// <summary>The fact of a hash, or null when the log has none: what was noted of it is then not what it is now.</summary>
    /// <param name="hash">64 hexadecimal digits.</param>
    public long? FactOf(string hash) => Guarded(c => c.ExecuteScalar<long?>(
        "select seq from facts where household = @Household and hash = @Hash", new { Household = Household.Value, Hash = hash }));

    /// <summary>Checks every hash of the log from its start, and that nothing is missing at its end.</summary>
    public AuditVerification VerifyChain() => Guarded(connection =>
    {
        // One view of the database for both questions: a fact recorded between them would make a whole chain look cut.
        connection.Execute("savepoint audit");
        try
        {
            var head = connection.QueryFirstOrDefault<ChainHead>(
                "select seq, hash from chain_heads where household = @Household", new { Household = Household.Value });
            return Verify(Rows(0), head ?? new ChainHead(0, FactChain.Start(Household)));
        }
        finally
        {
            connection.Execute("release audit");
        }
    });

    private AuditVerification Verify(ImmutableArray<FactRow> rows, ChainHead head)
    {
        var (sequence, hash) = (0L, FactChain.Start(Household));
        foreach (var row in rows)
        {
            if (row.Fault(sequence, hash) is { } fault)
            {
                return new AuditVerification.Broken(sequence + 1, fault);
            }

            (sequence, hash) = (row.Seq, row.Hash);
        }

        return head.Seq == sequence && head.Hash == hash
            ? new AuditVerification.Intact(sequence, hash)
            : new AuditVerification.Broken(sequence + 1, $"the log ends at fact {sequence}, but fact {head.Seq} was recorded last");
    }

    private ImmutableArray<T> List<T>(string sql, object? parameters = null) =>
        Guarded(connection => connection.Query<T>(sql, parameters ?? new { Household = Household.Value }).ToImmutableArray());

    private sealed record SnapshotRow(long Id, DateTimeOffset At, Domain.Slot Slot, string? Validated);

    private sealed record ChainHead(long Seq, string Hash);
}
