using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Demo;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>A demo's months for a machine.</summary>
internal sealed record DemoSummary(string Folder, ImmutableArray<DemoMonthSummary> Months);

/// <summary>One month of it.</summary>
internal sealed record DemoMonthSummary(
    Slot Slot, string Plan, string Outcome, Drift Projected, Drift? Ceiling, int? Month, Money Sold, Money Bought, Drift? After, ProgramEnd End);

/// <summary>The months of a demo, one line each.</summary>
internal static class DemoView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ImmutableArray<DemoMonth> months, string folder) =>
        JsonSerializer.SerializeToUtf8Bytes(new DemoSummary(folder, [.. months.Select(Summary)]), WorkerJson.Default.DemoSummary);

    /// <summary>For a person: the last month's plan is shown by itself, this is the path to it.</summary>
    public static Page Render(Household policy, ImmutableArray<DemoMonth> months, string folder)
    {
        var page = new PageWriter($"{months.Length} {(months.Length == 1 ? "month" : "months")} of {policy.Name}").Table(
            [
                new Column("month"), new Column("plan"), Column.Number("projected"), Column.Number("ceiling"), new Column("program"),
                Column.Number("sold"), Column.Number("bought"), Column.Number("after"), new Column("end"),
            ],
            months.Select(m => Row(Summary(m))));
        return page
            .Paragraph("Drifts in percentage points: projected is after the month's own purchase, before any sale.", Tone.Quiet)
            .Paragraph($"Messages, database and paper broker are in {folder}.", Tone.Quiet)
            .Page();
    }

    private static DemoMonthSummary Summary(DemoMonth month)
    {
        var (ceiling, number) = month.Plan.Program switch
        {
            ProgramStep.Sell s => (s.Ceiling, s.Month),
            ProgramStep.NoSale n => (n.Ceiling, n.Month),
            _ => ((Drift?)null, (int?)null),
        };
        var zero = Money.Zero(month.Plan.CoreBefore.Currency);
        return new DemoMonthSummary(
            month.Slot, month.Hash, month.After is null ? month.Outcome : "Closed", month.Plan.Proof.Projected.Portfolio, ceiling, number,
            month.Plan.Classes.Aggregate(zero, (sum, c) => sum + c.Sold), month.Plan.Classes.Aggregate(zero, (sum, c) => sum + c.Bought), month.After, month.End);
    }

    private static ImmutableArray<Cell> Row(DemoMonthSummary m) =>
    [
        m.Slot.ToString(),
        m.Plan[..10],
        MoneyFormat.Size(m.Projected),
        m.Ceiling is { } ceiling ? MoneyFormat.Size(ceiling) : "",
        m.Month is { } k ? $"month {k}" : new Cell("idle", Tone.Quiet),
        m.Sold.IsZero ? new Cell("-", Tone.Quiet) : new Cell(MoneyFormat.Whole(m.Sold), Tone.Strong),
        m.Bought.IsZero ? new Cell("-", Tone.Quiet) : MoneyFormat.Whole(m.Bought),
        m.After is { } after ? MoneyFormat.Size(after) : new Cell(m.Outcome, Tone.Warning),
        m.End == ProgramEnd.None ? "" : new Cell(m.End.ToString().ToLowerInvariant(), m.End == ProgramEnd.Reached ? Tone.Good : Tone.Warning),
    ];
}
