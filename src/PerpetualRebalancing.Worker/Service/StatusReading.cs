using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>How a household stands, read from its desk.</summary>
internal static class StatusReading
{
    /// <summary>Values at today's prices; where these cannot be read, at those of the last review: a halt or an alert must not hide
    /// behind a service that does not answer.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="warn">Told when the values are those of the last review.</param>
    /// <param name="cancellationToken">Stops the reading of prices.</param>
    /// <exception cref="UpstreamException">Prices cannot be read, and there was no review yet.</exception>
    public static async Task<ReviewInputs> ValuedAsync(Desk desk, Action<string> warn, CancellationToken cancellationToken)
    {
        var (slot, books) = (Slot.Of(desk.LocalDate(desk.Time.GetUtcNow())), desk.ReadRules().Books);
        try
        {
            return await desk.LookAsync(slot, ReviewKind.AdHoc, false, books, cancellationToken);
        }
        catch (UpstreamException e) when (OfLastReview(desk) is { } last)
        {
            warn($"{e.Message}. What is shown is valued at the prices of the last review.");
            return last;
        }
    }

    /// <summary>What the last review read; null before the first.</summary>
    public static ReviewInputs? OfLastReview(Desk desk) =>
        desk.Store.LastPlan()?.Snapshot is { } last && desk.Store.Snapshot(last)?.Validated is { } validated && desk.Store.Document(validated) is { } document
            ? new ReviewInputs(DomainJson.ReadSnapshot(document), desk.ReadRules().Books)
            : null;

    /// <summary>How it stands at the prices of some inputs.</summary>
    public static StatusReport Of(Desk desk, ReviewInputs inputs)
    {
        var now = desk.Time.GetUtcNow();
        var state = desk.Store.State;
        var due = SlotTable.Due(desk);
        var next = due.OfType<SlotDue.Run>().Select(d => (d.Slot, At: d.Since)).Concat(due.OfType<SlotDue.Later>().Select(d => (d.Slot, d.At))).First();
        var last = desk.Store.Runs(100).FirstOrDefault(r => r.Kind != NightlyBackup.Kind);
        return new StatusReport(
            desk.Policy.Id, now, state.Phase, state.JobLoss, state.Halt, inputs.Read.Quotes.Min(q => q.AsOf), Standing.Of(desk.Policy, state, inputs),
            state.Program, state.Batches, state.InTransit, [.. TaxDates.Of(desk, desk.ReadRules().Laws).Where(o => o.Unpaid.IsPositive)], next.At, next.Slot,
            last is null ? null : new StatusRun(last.Finished, last.Kind, last.Outcome, last.Summary),
            desk.Store.Placing() is { } holder ? $"process {holder.ProcessId} on {holder.Host}" : null,
            [.. desk.Store.Alerts().Where(a => a.AcknowledgedAt is null).Select(a => new StatusAlert(a.Id, a.At, a.Severity, a.Text))])
        {
            LastBackup = new BackupFolder(desk.Settings.Backup, desk.Settings.DataFolder, desk.Time).List().LastOrDefault()?.At,
        };
    }
}
