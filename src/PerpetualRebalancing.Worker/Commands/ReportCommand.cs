using System.Collections.Immutable;
using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>report</c>: the reports of a month again, as they were mailed.</summary>
public static class ReportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var month = new Option<string?>("--month") { Description = "Which month (default: the last one with a report)", HelpName = "YYYY-MM" };
        var command = new ExampleCommand("report", "Show the report of a month again, as it was mailed", "report", "report --month 2026-10") { month };
        command.SetAction((parsed, _) => DeskCommand.LookAsync(context, parsed, desk =>
        {
            var reports = desk.Store.Messages(Letters.ReportKind).Select(m => new MailedReport(SlotOf(desk.Store, m), m.Created, m.Subject, m.Body)).Where(r => r.Month is not null)
                .DistinctBy(r => (r.Month, r.Body)).ToImmutableArray();
            var wanted = parsed.GetValue(month) ?? (reports.IsEmpty ? null : reports[^1].Month);
            var shown = reports.Where(r => r.Month == wanted).ToImmutableArray();
            if (shown.IsEmpty)
            {
                throw new ConfigurationException(reports.IsEmpty
                    ? "report: no review has closed yet, so there is no report"
                    : $"--month: is '{wanted}'; allowed: a month with a report: {string.Join(", ", reports.Select(r => r.Month).Distinct())}");
            }

            context.OutputOf(parsed).Show(() => ReportsView.Render(shown), () => ReportsView.Json(shown));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    // The report of a batch names it; that of a review without one has the plan's hash in its occasion: report/HASH.
    private static string? SlotOf(HouseholdStore store, OutboxEntry message) =>
        store.Plan(message.Batch?.Value ?? message.DedupeKey.Split('/')[1])?.Slot.ToString();
}

/// <summary>A report as it was mailed.</summary>
/// <param name="Month">The month of its review.</param>
/// <param name="At">When it was written.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text.</param>
internal sealed record MailedReport(string? Month, DateTimeOffset At, string Subject, string Body);
