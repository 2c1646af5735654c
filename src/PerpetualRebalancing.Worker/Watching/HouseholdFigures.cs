using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>What a household's meters show at one moment.</summary>
/// <param name="Reviews">How often reviews ended in which way.</param>
/// <param name="Legs">Legs of open batches by state; every state is there.</param>
/// <param name="Orders">What became of orders since the first.</param>
/// <param name="Drift">Portfolio drift after the review that was closed last, in points of a hundred; null before the first.</param>
/// <param name="ReserveShare">The reserves after the last plan over their target; null while there is no target or no plan.</param>
/// <param name="Cash">Each account's cash, in its own currency.</param>
/// <param name="OutboxDepth">Messages that wait.</param>
/// <param name="OpenAlerts">Alerts that nobody has acknowledged.</param>
/// <param name="LastReviewAge">Since the last review ended; null before the first.</param>
/// <param name="BackupAge">Since the last backup was made; null before the first.</param>
/// <param name="DatabaseBytes">What the databases take on the disk, with SQLite's side files.</param>
/// <param name="IsHalted">Whether placing is halted.</param>
internal sealed record HouseholdFigures(
    ImmutableSortedDictionary<string, long> Reviews, ImmutableSortedDictionary<LegState, long> Legs, OrderTally Orders, decimal? Drift, decimal? ReserveShare,
    ImmutableSortedDictionary<string, Money> Cash, long OutboxDepth, long OpenAlerts, TimeSpan? LastReviewAge, TimeSpan? BackupAge, long DatabaseBytes, bool IsHalted)
{
    private static readonly ImmutableArray<string> DatabaseFiles =
    [
        BackupFile.Database, $"{BackupFile.Database}-wal", $"{BackupFile.Database}-shm", BackupFile.PaperBook, $"{BackupFile.PaperBook}-wal", $"{BackupFile.PaperBook}-shm",
    ];

    /// <summary>Reads them.</summary>
    /// <param name="store">The household's memory.</param>
    /// <param name="settings">Where things lie.</param>
    /// <param name="orders">The tally that was read before: only later facts are looked at.</param>
    /// <param name="time">The clock.</param>
    public static HouseholdFigures Read(HouseholdStore store, Settings settings, OrderTally orders, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var state = store.State;
        var legs = state.Batches.SelectMany(b => b.Legs).CountBy(l => l.State).ToDictionary(c => c.Key, c => (long)c.Value);
        var tally = orders.With(store.Facts(orders.Sequence));
        var reserves = store.LastPlan()?.Read().Reserves;
        return new HouseholdFigures(
            store.RunOutcomes("review"),
            Enum.GetValues<LegState>().ToImmutableSortedDictionary(s => s, s => legs.GetValueOrDefault(s)),
            tally,
            tally.Drift?.Points,
            reserves is { LiquidityTarget.IsPositive: true } ? reserves.LiquidityAfter.Amount / reserves.LiquidityTarget.Amount : null,
            state.Accounts.ToImmutableSortedDictionary(a => a.Key.Value, a => a.Value.Cash, StringComparer.Ordinal),
            store.PendingOutbox().Length,
            store.Alerts().Count(a => a.AcknowledgedAt is null),
            now - store.LastRun("review")?.Finished,
            now - new BackupFolder(settings.Backup, settings.DataFolder, time).List().LastOrDefault()?.At,
            DatabaseFiles.Select(f => new FileInfo(Path.Combine(settings.DataFolder, f))).Sum(f => f.Exists ? f.Length : 0),
            state.Halt is not null);
    }
}

/// <summary>What became of orders, and the drift that the last review left, counted from the facts.</summary>
/// <param name="Sequence">The last fact that was counted.</param>
/// <param name="Placed">Orders that a broker took.</param>
/// <param name="Rejected">Orders that a broker refused.</param>
/// <param name="InDoubt">Orders of which nobody knew, for a while at least, whether the broker had them.</param>
/// <param name="Drift">Left by the review that was closed last, or null.</param>
internal sealed record OrderTally(long Sequence, long Placed, long Rejected, long InDoubt, Drift? Drift)
{
    /// <summary>Nothing was counted yet.</summary>
    public static readonly OrderTally None = new(0, 0, 0, 0, null);

    /// <summary>With the facts that came after.</summary>
    public OrderTally With(IEnumerable<RecordedFact> later) => later.Aggregate(this, (tally, fact) => fact.Fact switch
    {
        Fact.LegMoved { State: LegState.Acknowledged } => tally with { Sequence = fact.Sequence, Placed = tally.Placed + 1 },
        Fact.LegMoved { State: LegState.Rejected } => tally with { Sequence = fact.Sequence, Rejected = tally.Rejected + 1 },
        Fact.LegMoved { State: LegState.InDoubt } => tally with { Sequence = fact.Sequence, InDoubt = tally.InDoubt + 1 },
        Fact.ReviewClosed closed => tally with { Sequence = fact.Sequence, Drift = closed.After },
        _ => tally with { Sequence = fact.Sequence },
    });
}
