using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Statements;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Lots, imports and whether they add up: what <c>lots</c> answers.</summary>
internal static class LotsView
{
    /// <summary>An import, or its undoing, for a machine.</summary>
    public static byte[] Json(ImportReport report) => JsonSerializer.SerializeToUtf8Bytes(report, WorkerJson.Default.ImportReport);

    /// <summary>Lots for a machine.</summary>
    public static byte[] Json(ImmutableArray<LotRow> lots) => JsonSerializer.SerializeToUtf8Bytes(lots, WorkerJson.Default.ImmutableArrayLotRow);

    /// <summary>A reconciliation for a machine.</summary>
    public static byte[] Json(ImmutableArray<ReconciledPosition> positions) =>
        JsonSerializer.SerializeToUtf8Bytes(positions, WorkerJson.Default.ImmutableArrayReconciledPosition);

    /// <summary>An import, or its undoing, for a person.</summary>
    /// <param name="report">What it did.</param>
    /// <param name="verb"><c>imported</c> or <c>undone</c>.</param>
    public static Page Render(ImportReport report, string verb)
    {
        var page = new PageWriter(report switch
        {
            { IsRepeat: true } => $"{report.File} counts already as import {report.Import} of {report.Account}: nothing changed.",
            { Import: { } id } => $"{report.File} is {verb}: import {id} of {report.Account}, {MoneyFormat.Day(report.From)} to {MoneyFormat.Day(report.To)}",
            _ => $"{report.File} would be {verb} for {report.Account}, {MoneyFormat.Day(report.From)} to {MoneyFormat.Day(report.To)}; nothing was recorded",
        });
        if (report.IsRepeat)
        {
            return page.Page();
        }

        if (report.Positions.IsEmpty)
        {
            page.Paragraph("No lot changes.");
        }
        else
        {
            page.Table(
                [new Column("instrument"), Column.Number("lots"), Column.Number("units")],
                report.Positions.Select(p => ImmutableArray.Create<Cell>(p.Instrument.Value, FormattableString.Invariant($"{p.Lots}"), MoneyFormat.Units(p.Units))));
        }

        if (!report.Gains.IsEmpty)
        {
            page.Heading("Gains of the current tax year").Table(
                [new Column("on"), new Column("bucket"), Column.Number("gain")],
                report.Gains.Select(g => ImmutableArray.Create<Cell>(MoneyFormat.Day(g.On), g.Bucket.Value, MoneyFormat.Text(g.Amount))));
            page.Paragraph("An estimate, not advice.", Tone.Quiet);
        }

        foreach (var note in report.Notes)
        {
            page.Paragraph(note, Tone.Warning);
        }

        return page.Page();
    }

    /// <summary>Lots for a person.</summary>
    public static Page Render(ImmutableArray<LotRow> lots)
    {
        var page = new PageWriter(lots.IsEmpty ? "There are no such lots." : $"{lots.Length} lots, in the order a first-in-first-out sale takes them");
        var isTacked = lots.Any(l => l.HeldSince != l.Acquired);
        foreach (var position in lots.GroupBy(l => (l.Account, l.Instrument)))
        {
            var prefix = $"{position.Key.Account}/{position.Key.Instrument}/";
            page.Heading($"{position.Key.Instrument} in {position.Key.Account}: {MoneyFormat.Units(new Quantity(position.Sum(l => l.Units.Units)))} units").Table(
                [
                    new Column("lot"), new Column("acquired"), .. isTacked ? [new Column("held since")] : ImmutableArray<Column>.Empty,
                    Column.Number("units"), Column.Number("per unit"), Column.Number("cost"), new Column("term today"),
                ],
                position.Select(l => ImmutableArray.Create<Cell>(
                    [
                        l.Lot.Value.StartsWith(prefix, StringComparison.Ordinal) ? l.Lot.Value[prefix.Length..] : l.Lot.Value, MoneyFormat.Day(l.Acquired),
                        .. isTacked ? [MoneyFormat.Day(l.HeldSince)] : ImmutableArray<Cell>.Empty, MoneyFormat.Units(l.Units), Price(l.CostPerUnit),
                        MoneyFormat.Text(l.Cost), Term(l),
                    ])));
        }

        return page.Paragraph("The term is an estimate under the tax tables of today, not advice.", Tone.Quiet).Page();
    }

    /// <summary>A reconciliation for a person.</summary>
    public static Page Render(ImmutableArray<ReconciledPosition> positions)
    {
        var wrong = positions.Where(p => !p.IsSellable).ToArray();
        var page = new PageWriter(wrong.Length == 0
            ? $"All {positions.Length} positions add up: the lots are what the accounts report."
            : $"{wrong.Length} of {positions.Length} positions do not add up and are not sellable");
        if (wrong.Length > 0)
        {
            page.Table(
                [new Column("account"), new Column("instrument"), Column.Number("lots"), Column.Number("reported"), Column.Number("difference")],
                wrong.Select(p => ImmutableArray.Create<Cell>(
                    p.Account.Value, p.Instrument.Value, MoneyFormat.Units(p.Lots), MoneyFormat.Units(p.Reported), new Cell(Signed(p.Difference), Tone.Bad))));
            page.Paragraph("Import what is missing with 'lots import', or take a wrong import back with 'lots undo'.", Tone.Warning);
        }

        var folios = positions.Where(p => !p.Folios.IsEmpty).ToArray();
        if (folios.Length > 0)
        {
            page.Heading("By folio").Table(
                [new Column("account"), new Column("instrument"), new Column("folio"), Column.Number("lots")],
                folios.SelectMany(p => p.Folios.Select(f => ImmutableArray.Create<Cell>(p.Account.Value, p.Instrument.Value, f.Folio, MoneyFormat.Units(f.Units)))));
        }

        return page.Page();
    }

    private static string Term(LotRow lot) => lot.LongFrom is { } from ? $"short until {MoneyFormat.Day(from.AddDays(-1))}" : lot.Term;

    private static string Price(Money cost) => cost.IsZero ? "0" : MoneyFormat.Price(new UnitPrice(cost.Amount, cost.Currency));

    private static string Signed(decimal units) => $"{(units < 0m ? "-" : "+")}{MoneyFormat.Units(new Quantity(Math.Abs(units)))}";
}
