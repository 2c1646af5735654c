using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Tax for a person. Every table says what it is: an estimate.</summary>
internal static class TaxView
{
    private const string Disclaimer = "An estimate, not advice: verify with an adviser before you file or pay.";

    /// <summary>A preview for a machine.</summary>
    public static byte[] Json(SalePreview preview) => JsonSerializer.SerializeToUtf8Bytes(preview, WorkerJson.Default.SalePreview);

    /// <summary>A year for a machine.</summary>
    public static byte[] Json(TaxYearReport report) => JsonSerializer.SerializeToUtf8Bytes(report, WorkerJson.Default.TaxYearReport);

    /// <summary>A preview for a person.</summary>
    public static Page Render(SalePreview preview, Household policy)
    {
        var page = new PageWriter($"If it were sold on {MoneyFormat.Day(preview.On)}");
        if (preview.Legs.IsEmpty)
        {
            page.Paragraph("Nothing can be sold for it.", Tone.Warning);
        }

        foreach (var leg in preview.Legs)
        {
            page.Heading($"{MoneyFormat.Units(leg.Quantity)} {leg.Instrument} in {leg.Account} at {MoneyFormat.Price(leg.Price)}").Table(
                [
                    new Column("lot of"), Column.Number("units"), new Column("term"), Column.Number("proceeds"), Column.Number("cost", under: 3),
                    Column.Number("gain"), new Column("taxed as"),
                ],
                leg.Lots.Select(l => ImmutableArray.Create<Cell>(
                    MoneyFormat.Day(l.Acquired), MoneyFormat.Units(l.Quantity), Term(l.Term), MoneyFormat.Text(l.Proceeds.Rounded),
                    l.DeemedCost == l.Cost ? MoneyFormat.Text(l.Cost.Rounded) : $"{MoneyFormat.Text(l.DeemedCost.Rounded)} (paid {MoneyFormat.Text(l.Cost.Rounded)})",
                    MoneyFormat.Text(l.Gain.Rounded), l.Bucket.Value)));
            page.Facts(("value", MoneyFormat.Text(leg.Value)), ("charges", MoneyFormat.Text(leg.Charges)), ("tax", TaxCell(leg.Tax)));
        }

        page.Heading("Together").Facts(
        [
            ("left after charges and tax", new Cell(MoneyFormat.Text(preview.Raised), Tone.Strong)),
            .. preview.Short.IsPositive
                ? [("missing", new Cell($"{MoneyFormat.Text(preview.Short)}: what may be sold does not bring more", Tone.Warning))]
                : Array.Empty<(string, Cell)>(),
            .. preview.Taxes.Select(t => (
                $"tax of {Name(t.Member, policy)}",
                new Cell($"{TaxCell(t.Tax)}{(t.DueOn is { } due ? $", to be paid by {MoneyFormat.Day(due)}" : "")}"))),
        ]);
        Assumed(page, preview.Assumptions);
        return page.Page();
    }

    /// <summary>A year for a person.</summary>
    public static Page Render(TaxYearReport report, Household policy)
    {
        var page = new PageWriter($"Tax of {policy.Name}");
        foreach (var year in report.Members)
        {
            page.Heading($"{Name(year.Member, policy)}, {year.Law} {year.Year} ({MoneyFormat.Day(year.From)} to {MoneyFormat.Day(year.To)})");
            page.Table(
                [new Column("what", ColumnKind.Prose), new Column("section"), Column.Number("amount")],
                year.Lines.Select(l => ImmutableArray.Create<Cell>(l.Label, l.Section, MoneyFormat.Text(new Money(l.Amount, policy.Base).Rounded))));
            page.Facts(
            [
                ("other income", year.ExpectedIncome is { } income ? MoneyFormat.Text(income) : new Cell("not given: the top slab is assumed", Tone.Warning)),
                ("tax on gains", new Cell(TaxCell(year.GainsTax), Tone.Strong)),
                ("tax of the whole year", MoneyFormat.Text(year.Total)),
                ("tax reserve", MoneyFormat.Text(year.SetAside)),
                .. year.CarriedForward.Select(l => (
                    $"loss of {l.Year.Year} to carry forward", new Cell($"{MoneyFormat.Text(l.Amount.Rounded)}, {(l.IsLong ? "long-term" : "short-term")}"))),
            ]);
            if (!year.Due.IsEmpty)
            {
                page.Table(
                    [new Column("due by"), Column.Number("amount"), Column.Number("not paid yet")],
                    year.Due.Select(d => ImmutableArray.Create<Cell>(
                        MoneyFormat.Day(d.DueOn), MoneyFormat.Text(d.Amount), new Cell(MoneyFormat.Text(d.Unpaid), d.Unpaid.IsPositive ? Tone.Warning : Tone.Good))));
            }
        }

        Assumed(page, [.. report.Members.SelectMany(m => m.Assumptions).Distinct()]);
        return page.Page();
    }

    /// <summary>A lot's term in words.</summary>
    public static string Term(LotTerm term) => term switch
    {
        LotTerm.Long => "long",
        LotTerm.Short s => $"short until {MoneyFormat.Day(s.LongFrom.AddDays(-1))}",
        _ => "never long",
    };

    private static void Assumed(PageWriter page, ImmutableArray<string> assumptions)
    {
        page.Heading("What this stands on").Paragraph(Disclaimer, Tone.Strong);
        foreach (var assumption in assumptions)
        {
            page.Paragraph($"· {MoneyFormat.Sentence(assumption)}", Tone.Quiet);
        }
    }

    private static string TaxCell(Money tax) =>
        tax.Amount < 0m ? $"none; it saves {MoneyFormat.Text(-tax)} of the year's tax" : MoneyFormat.Text(tax);

    private static string Name(MemberId id, Household policy) => policy.Member(id).Name;
}
