using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Where new money goes in a spreadsheet portfolio.</summary>
public static class SpreadsheetView
{
    /// <summary>The canonical bytes for a machine.</summary>
    public static byte[] Json(SpreadsheetPlan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, WorkerJson.Default.SpreadsheetPlan);

    /// <summary>The page for a person.</summary>
    public static Page Render(SpreadsheetPlan plan)
    {
        var page = new PageWriter($"Where {MoneyFormat.Text(plan.Cash)} goes").Facts(
            ("portfolio", plan.ValueBefore.IsZero ? "empty" : MoneyFormat.Text(plan.ValueBefore)),
            ("bought", MoneyFormat.Text(plan.Spent)),
            ("carried", new Cell(MoneyFormat.Text(plan.Carried), plan.Carried.IsPositive ? Tone.Warning : Tone.Plain)));

        var largest = DriftBar.Largest(plan.Classes.SelectMany(c => new[] { c.DriftBefore, c.DriftAfter }));
        page.Heading("Classes").Table(
            [
                new Column("class"), Column.Number("target"), Column.Number("value", under: 1), Column.Number("drift"),
                Column.Number("buy"), Column.Number("of cash", under: 4), Column.Number("after"), new Column("", ColumnKind.Bar),
            ],
            plan.Classes.Select(c => Row(c, largest)));
        page.Paragraph(DriftBar.Legend, Tone.Quiet);
        page.Heading("Why").Facts(plan.Classes.Select(c => (c.Class.Value, new Cell(MoneyFormat.FullSentence(c.Buying.Words)))));
        if (plan.Pools.Length > 1 || plan.Carried.IsPositive)
        {
            page.Heading("Pools").Table(
                [new Column("pool"), Column.Number("cash"), Column.Number("carried", under: 1), new Column("buys", ColumnKind.Prose)],
                plan.Pools.Select(PoolRow));
        }

        var levels = plan.Classes.Where(c => c.Bought.IsPositive).GroupBy(c => c.Level);
        return page.Heading("Proof")
            .Measures(("before", plan.Before), ("after", plan.After))
            .Facts(
            [
                .. levels.Select(l => ($"water level {MoneyFormat.Points(l.Key)}", new Cell(string.Join(", ", l.Select(c => c.Class.Value))))),
                ProofView.Residual("optimality (KKT residual)", plan.Residual),
                ProofView.Law(plan.Law),
                ("conservation", $"{MoneyFormat.Text(plan.Cash)} = {MoneyFormat.Text(plan.Spent)} bought + {MoneyFormat.Text(plan.Carried)} carried"),
            ])
            .Page();
    }

    private static ImmutableArray<Cell> Row(SpreadsheetOutcome c, Drift largest) =>
    [
        c.Class.Value,
        MoneyFormat.Percent(c.Target),
        MoneyFormat.Whole(c.ValueBefore),
        MoneyFormat.Points(c.DriftBefore),
        c.Bought.IsZero ? new Cell("-", Tone.Quiet) : new Cell(MoneyFormat.Text(c.Bought), Tone.Strong),
        c.Bought.IsZero ? "" : MoneyFormat.Percent(c.ShareOfCash),
        MoneyFormat.Points(c.DriftAfter),
        DriftBar.Of(c.DriftBefore, c.DriftAfter, largest),
    ];

    private static ImmutableArray<Cell> PoolRow(SpreadsheetPoolUse pool) =>
    [
        pool.Name,
        MoneyFormat.Text(pool.Cash),
        MoneyFormat.Text(pool.Carried),
        pool.Buys.IsEmpty ? "nothing" : string.Join(", ", pool.Buys.Select(b => $"{b.Class} {MoneyFormat.Text(b.Amount)}")),
    ];
}
