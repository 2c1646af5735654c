using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>How a household stands, for a person: what needs one comes first.</summary>
public static class StatusView
{
    /// <summary>The canonical bytes for a machine.</summary>
    public static byte[] Json(StatusReport status) => JsonSerializer.SerializeToUtf8Bytes(status, WorkerJson.Default.StatusReport);

    /// <summary>The canonical bytes for a machine.</summary>
    public static byte[] Json(NotRecorded answer) => JsonSerializer.SerializeToUtf8Bytes(answer, WorkerJson.Default.NotRecorded);

    /// <summary>The page for a person.</summary>
    public static Page Render(NotRecorded answer, Household policy)
    {
        var page = new PageWriter(policy.Name);
        page.Paragraph("This household has not been recorded yet: nothing was read, planned or ordered.", Tone.Warning).Paragraph(answer.Next);
        return page.Page();
    }

    /// <summary>The page for a person.</summary>
    public static Page Render(StatusReport status, Household policy)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone);
        var page = new PageWriter($"{policy.Name} · {MoneyFormat.Moment(status.At, zone)}");
        if (status.Halt is { } halt)
        {
            page.Paragraph($"HALTED: {halt}. Nothing is placed until 'resume resume'.", Tone.Bad);
        }

        Alerts(page, status, zone);
        page.Heading("Now").Facts(
        [
            ("phase", status.Phase == Phase.Accumulation ? "accumulation" : "retirement"),
            .. status.JobLoss ? [("job loss", new Cell("declared: reserve top-ups are suspended", Tone.Warning))] : Array.Empty<(string, Cell)>(),
            ("core portfolio", $"{MoneyFormat.Text(status.Standing.Core)}{(status.PricesOf is { } day ? $", at prices of {MoneyFormat.Day(day)}" : "")}"),
            ("portfolio drift", $"{MoneyFormat.Size(status.Standing.Drift.Portfolio)} points; worst underweight {MoneyFormat.Points(status.Standing.Drift.WorstUnderweight)}"),
            ("sell program", LegText.Program(status.Program, policy.Sell)),
            Reserve("liquidity reserve", status.Standing.Liquidity, status.Standing.LiquidityTarget, "target"),
            Reserve("tax reserve", status.Standing.TaxSetAside, status.Standing.TaxDue, "due"),
            .. status.TaxToPay.Select(t => (
                "tax to pay",
                new Cell(
                    $"{MoneyFormat.Text(t.Unpaid)} of {policy.Member(t.Member).Name} by {MoneyFormat.Day(t.DueOn)}",
                    t.DueOn < DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(status.At, zone).DateTime) ? Tone.Bad : Tone.Plain))),
        ]);
        Classes(page, status, policy);
        Batches(page, status.Batches, status.InTransit, policy, zone);
        page.Heading("Runs").Facts(
            ("service", status.Service is { } holder ? new Cell($"running: {holder}", Tone.Good) : new Cell("not running; 'run' starts it", Tone.Warning)),
            ("next review", status.NextRun is { } next ? $"{MoneyFormat.Moment(next, zone)}, for {status.NextSlot}" : "nothing is scheduled"),
            ("last run", status.LastRun is { } last
                ? $"{MoneyFormat.Moment(last.At, zone)}, {last.Kind}, {last.Outcome}: {MoneyFormat.Sentence(last.What)}"
                : "never"),
            ("last backup", status.LastBackup is { } backup ? MoneyFormat.Moment(backup, zone) : new Cell("none; 'backup now' makes one", Tone.Warning)));
        return page.Page();
    }

    private static void Alerts(PageWriter page, StatusReport status, TimeZoneInfo zone)
    {
        if (!status.Alerts.IsEmpty)
        {
            page.Heading("Alerts").Facts(status.Alerts.OrderByDescending(a => a.Severity).ThenBy(a => a.Id).Select(a => (
                $"#{a.Id}",
                new Cell($"{MoneyFormat.Moment(a.At, zone)}: {MoneyFormat.FullSentence(a.Text)}", a.Severity == Severity.Critical ? Tone.Bad : Tone.Warning))));
        }
    }

    private static (string Name, Cell Value) Reserve(string name, Money has, Money should, string what) => (
        name,
        new Cell($"{MoneyFormat.Text(has)}; {what} {MoneyFormat.Text(should)}{(has < should ? $"; {MoneyFormat.Text(should - has)} is missing" : "")}", has < should ? Tone.Warning : Tone.Plain));

    private static void Classes(PageWriter page, StatusReport status, Household policy)
    {
        var largest = DriftBar.Largest(status.Standing.Classes.Select(c => c.Drift));
        page.Heading("Classes").Table(
            [new Column("class"), Column.Number("target"), Column.Number("value"), Column.Number("drift"), new Column("", ColumnKind.Bar)],
            status.Standing.Classes.Select(c => ImmutableArray.Create<Cell>(
                LegText.ClassName(c.Class, policy), MoneyFormat.Percent(c.Target), MoneyFormat.Whole(c.Value), MoneyFormat.Points(c.Drift),
                DriftBar.Of(c.Drift, c.Drift, largest))));
    }

    /// <summary>Open batches with their legs, and money on its way, for a person.</summary>
    public static Page Render(ImmutableArray<Batch> batches, ImmutableArray<MoneyInTransit> inTransit, Household policy)
    {
        var page = new PageWriter("Batches");
        Batches(page, batches, inTransit, policy, TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone));
        return page.Page();
    }

    private static void Batches(PageWriter page, ImmutableArray<Batch> batches, ImmutableArray<MoneyInTransit> inTransit, Household policy, TimeZoneInfo zone)
    {
        foreach (var batch in batches)
        {
            page.Heading($"Batch {batch.Id} of {batch.Slot}").Paragraph(
                batch.Approved
                    ? $"Approved; its last day is {MoneyFormat.Day(batch.LastDay)}."
                    : $"Waits for 'approve {batch.Id}' or 'reject {batch.Id}' until {MoneyFormat.Moment(batch.Expires, zone)}.{(batch.GivenBy.IsEmpty ? "" : $" {string.Join(", ", batch.GivenBy)} said yes; a second person must too.")}",
                batch.Approved ? Tone.Plain : Tone.Warning);
            page.Table(
                [
                    new Column("leg"), new Column("do"), new Column("what"), new Column("account", Under: 2), Column.Number("planned"),
                    Column.Number("done", under: 4), new Column("state"), new Column("note", ColumnKind.Prose),
                ],
                batch.Legs.Select(leg => ImmutableArray.Create<Cell>(
                    leg.Plan.Id.Value, LegText.Verb(leg.Plan), LegText.What(leg.Plan), leg.Plan.Account.Value, MoneyFormat.Text(leg.Plan.Value),
                    MoneyFormat.Text(leg.Moved), State(leg.State), MoneyFormat.Sentence(leg.Note))));
        }

        page.Facts(inTransit.Select(t => ($"in transit ({t.Leg})", new Cell($"{MoneyFormat.Text(t.Amount)} from {t.From} to {t.To}"))));
    }

    private static Cell State(LegState state) => new(
        string.Concat(state.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}")),
        state switch
        {
            LegState.InDoubt => Tone.Bad,
            LegState.Filled or LegState.Reconciled or LegState.Arrived => Tone.Good,
            LegState.Rejected or LegState.Expired or LegState.Cancelled or LegState.AwaitingApproval => Tone.Warning,
            _ => Tone.Plain,
        });
}
