using System.CommandLine;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>status</c>: how the household stands, what is on its way, what comes next.</summary>
public static class StatusCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var command = new ExampleCommand("status", "Show phase, reserves, drift, sell program, open batches, last and next run", "status", "status --json");
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = context.SettingsOf(parsed);
            if (!Desk.IsRecorded(settings))
            {
                var policy = HouseholdFile.Load(settings.HouseholdFile).Household;
                var answer = new NotRecorded(policy.Id, IsRecorded: false, $"'review --dry-run' shows what a first review would do; 'review' records {policy.Name} in {settings.DataFolder} and runs it, 'run' starts the service.");
                context.OutputOf(parsed).Show(() => StatusView.Render(answer, policy), () => StatusView.Json(answer));
                return Task.FromResult(ExitCode.Done);
            }

            return DeskCommand.RunAsync(context, parsed, async desk =>
            {
                var status = await ReportAsync(desk, context.Error, cancellationToken);
                context.OutputOf(parsed).Show(() => StatusView.Render(status, desk.Policy), () => StatusView.Json(status));
                return ExitCode.Done;
            });
        });
        return command;
    }

    /// <summary>Values at today's prices; where these cannot be read, at those of the last review: a halt or an alert must not hide
    /// behind a service that does not answer.</summary>
    private static async Task<ReviewInputs> ValuedAsync(Desk desk, TextWriter error, CancellationToken cancellationToken)
    {
        var (slot, books) = (Slot.Of(desk.LocalDate(desk.Time.GetUtcNow())), desk.ReadRules().Books);
        try
        {
            return await desk.LookAsync(slot, ReviewKind.AdHoc, false, books, cancellationToken);
        }
        catch (UpstreamException e) when (desk.Store.Plans().LastOrDefault()?.Snapshot is { } last && desk.Store.Snapshot(last)?.Validated is { } validated
            && desk.Store.Document(validated) is { } document)
        {
            error.WriteLine($"warning: {e.Message}. What is shown is valued at the prices of the last review.");
            return new ReviewInputs(DomainJson.ReadSnapshot(document), books);
        }
    }

    private static async Task<StatusReport> ReportAsync(Desk desk, TextWriter error, CancellationToken cancellationToken)
    {
        var now = desk.Time.GetUtcNow();
        var state = desk.Store.State;
        var inputs = await ValuedAsync(desk, error, cancellationToken);
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
