using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>A plan as a person reads it: where the money goes, what is traded, why, what is not, and the proof.</summary>
public static class PlanView
{
    /// <summary>The canonical bytes, which are what is hashed.</summary>
    public static byte[] Json(Plan plan) => DomainJson.Bytes(plan);

    /// <summary>The page for a person.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">Whose plan it is: gives names and M.</param>
    /// <param name="judgement">What the gates said, or null when they were not asked.</param>
    public static Page Render(Plan plan, Household policy, Judgement? judgement = null)
    {
        var hash = DomainJson.Hash(Json(plan));
        var page = new PageWriter($"Plan {plan.Slot} · {hash[..10]}").Facts(
            ("household", policy.Name),
            ("made for", $"{MoneyFormat.Day(plan.Date)}, {(plan.Kind == ReviewKind.Scheduled ? "the review of its slot" : "an ad hoc review")}"),
            ("core portfolio", $"{MoneyFormat.Text(plan.CoreBefore)} before, {MoneyFormat.Text(plan.CoreAfter)} after"));
        Routing(page, plan);
        page.Heading("Sell program").Paragraph(LegText.Program(plan.Program, policy.Sell, plan.Proof.Ideal.Portfolio));
        Legs(page, plan);
        Classes(page, plan, policy);
        Why(page, plan, policy);
        page.Heading("Reserves").Facts(
            ("liquidity reserve", $"{MoneyFormat.Text(plan.Reserves.LiquidityBefore)} before, {MoneyFormat.Text(plan.Reserves.LiquidityAfter)} after; "
                + $"target {MoneyFormat.Text(plan.Reserves.LiquidityTarget)}"),
            ("tax reserve", $"{MoneyFormat.Text(plan.Reserves.TaxBefore)} before, {MoneyFormat.Text(plan.Reserves.TaxAfter)} after; "
                + $"due {MoneyFormat.Text(plan.Reserves.TaxLiability)}"));
        LedgerView.Add(page.Heading("Money"), plan.Flows);
        Proof(page, plan, policy);
        Gates(page, judgement);
        Proposals(page, plan);
        Notices(page, plan);
        return page.Heading("Hash").Facts(("SHA-256", new Cell(hash, Tone.Quiet)), ("decision version", plan.DecisionVersion.ToString(CultureInfo.InvariantCulture))).Page();
    }

    private static void Routing(PageWriter page, Plan plan)
    {
        page.Heading("Where the cash goes: tax, then reserve, then core");
        if (plan.Routing.IsEmpty)
        {
            page.Paragraph("There is no cash to route.");
            return;
        }

        page.Table(
            [new Column("account"), new Column("to"), Column.Number("amount"), new Column("from", Under: 0), new Column("why", ColumnKind.Prose)],
            plan.Routing.Select(line => ImmutableArray.Create<Cell>(
                line.Account.Value,
                line.To switch
                {
                    Destination.TaxReserve => "tax",
                    Destination.LiquidityReserve => "reserve",
                    _ => "core",
                },
                MoneyFormat.Text(line.Amount),
                line.FromProceeds ? "sales" : "cash",
                MoneyFormat.Sentence(line.Reason.Words))));
    }

    private static void Legs(PageWriter page, Plan plan)
    {
        page.Heading("Orders and transfers");
        if (plan.Legs.IsEmpty)
        {
            page.Paragraph("Nothing is traded.");
            return;
        }

        page.Table(
            [
                new Column("leg"), new Column("do"), new Column("what"), new Column("account", Under: 2), Column.Number("units"),
                Column.Number("price", under: 4), Column.Number("value"), Column.Number("charges"), Column.Number("tax", under: 7),
            ],
            plan.Legs.Select(leg => ImmutableArray.Create<Cell>(
                leg.Id.Value,
                new Cell(LegText.Verb(leg), leg.IsSale ? Tone.Warning : Tone.Plain),
                LegText.What(leg),
                leg.Account.Value,
                leg.Quantity.IsZero ? "" : MoneyFormat.Units(leg.Quantity),
                leg.Price is { } price ? MoneyFormat.Price(price) : "",
                new Cell(MoneyFormat.Text(leg.Value), Tone.Strong),
                MoneyFormat.Text(leg.Charges),
                leg.IsSale ? MoneyFormat.Text(leg.Tax) : "")));
    }

    private static void Classes(PageWriter page, Plan plan, Household policy)
    {
        var largest = DriftBar.Largest(plan.Classes.SelectMany(c => new[] { c.DriftBefore, c.DriftAfter }));
        page.Heading("Classes").Table(
            [
                new Column("class"), Column.Number("target"), Column.Number("value", under: 1), Column.Number("drift"),
                Column.Number("trade"), Column.Number("after"), new Column("", ColumnKind.Bar),
            ],
            plan.Classes.Select(c => ImmutableArray.Create<Cell>(
                LegText.ClassName(c.Class, policy),
                MoneyFormat.Percent(c.Target),
                MoneyFormat.Whole(c.ValueBefore),
                MoneyFormat.Points(c.DriftBefore),
                c.Bought.IsZero && c.Sold.IsZero ? new Cell("-", Tone.Quiet) : new Cell(MoneyFormat.Whole(c.Bought - c.Sold), Tone.Strong),
                MoneyFormat.Points(c.DriftAfter),
                DriftBar.Of(c.DriftBefore, c.DriftAfter, largest))));
        page.Paragraph(DriftBar.Legend, Tone.Quiet);
    }

    private static void Why(PageWriter page, Plan plan, Household policy)
    {
        if (!plan.Legs.IsEmpty)
        {
            page.Heading("Why").Facts(plan.Legs.Select(leg => (leg.Id.Value, new Cell(LegReason(leg)))));
        }

        page.Heading("Not traded").Facts(NotTraded(plan, policy).Select(n => (n.Classes, new Cell(n.Why))));
    }

    /// <summary>A reason for every class that is not bought, and for every class that is not sold; classes with one reason share a line.</summary>
    public static IEnumerable<(string Classes, string Why)> NotTraded(Plan plan, Household policy)
    {
        var bought = plan.Classes.Where(c => c.Bought.IsZero).Select(c => (c.Class, Why: c.Buying.Words));
        var sold = plan.Classes.Where(c => c.Sold.IsZero).Select(c => (c.Class, Why: c.Selling.Words));
        foreach (var same in bought.Concat(sold).GroupBy(r => r.Why))
        {
            var names = same.Select(r => LegText.ClassName(r.Class, policy)).ToArray();
            yield return (names.Length == plan.Classes.Length ? "every class" : string.Join(", ", names), MoneyFormat.FullSentence(same.Key));
        }
    }

    /// <summary>Why a leg is what it is, what it waits for, and the lots that a sale consumes.</summary>
    public static string LegReason(PlannedLeg leg)
    {
        var text = MoneyFormat.FullSentence(leg.Reason.Words);
        text += leg.WaitsFor is { } funding ? $" Waits for {funding}." : "";
        return leg.Lots.IsEmpty
            ? text
            : $"{text} Lots: {string.Join(", ", leg.Lots.Select(l => $"{MoneyFormat.Units(l.Quantity)} of {MoneyFormat.Day(l.Acquired)} (gain {MoneyFormat.Text(l.Gain)})"))}.";
    }

    private static void Proof(PageWriter page, Plan plan, Household policy)
    {
        var proof = plan.Proof;
        page.Heading("Proof").Measures(("before", proof.Before), ("buys only", proof.Projected), ("exact", proof.Ideal), ("as ordered", proof.After));
        page.Facts(
        [
            .. proof.BuyLevels.GroupBy(l => l.Level).Select(g =>
                ($"water level {MoneyFormat.Points(g.Key)}", new Cell(string.Join(", ", g.Select(l => LegText.ClassName(l.Class, policy)))))),
            ProofView.Residual("optimality of the buys", proof.BuyResidual),
            .. proof.SellLevel is { } level
                ? [("sell level", new Cell(MoneyFormat.Points(level))), ProofView.Residual("optimality of the sales", proof.SellResidual)]
                : Array.Empty<(string, Cell)>(),
            ProofView.Law(proof.Law),
            .. proof.SoldForReserve.IsPositive ? [("sold for tax and reserve", new Cell(MoneyFormat.Text(proof.SoldForReserve)))] : Array.Empty<(string, Cell)>(),
            ("left by rounding", MoneyFormat.Text(proof.RoundingResidual)),
        ]);
    }

    private static void Gates(PageWriter page, Judgement? judgement)
    {
        if (judgement is not null)
        {
            page.Heading("Gates").Table(
                [new Column("gate"), new Column("verdict"), new Column("why", ColumnKind.Prose)],
                judgement.Verdicts.Select(v => ImmutableArray.Create(new Cell(v.Gate), Said(v.Verdict), new Cell(MoneyFormat.Sentence(v.Verdict.Why)))));
        }
    }

    private static Cell Said(Verdict verdict) => verdict switch
    {
        Verdict.Cleared => new Cell("cleared", Tone.Good),
        Verdict.NeedsApproval => new Cell("asks", Tone.Warning),
        _ => new Cell("blocked", Tone.Bad),
    };

    /// <summary>A proposal in two sentences: what it does and is worth, and how to do it.</summary>
    public static string Sentence(HarvestProposal proposal) => string.Create(
        CultureInfo.InvariantCulture,
        $"Sell {MoneyFormat.Units(proposal.Quantity)} {proposal.Sell} in {proposal.Account} ({(proposal.Kind == HarvestKind.Loss ? "loss" : "untaxed gain")} of {MoneyFormat.Text(proposal.Gain)}): it saves {MoneyFormat.Text(proposal.Benefit)} of tax and costs {MoneyFormat.Text(proposal.Cost)}. {proposal.How}");

    private static void Proposals(PageWriter page, Plan plan)
    {
        if (!plan.Proposals.IsEmpty)
        {
            page.Heading("For your taxes (not ordered; you decide)");
        }

        foreach (var proposal in plan.Proposals)
        {
            page.Paragraph(Sentence(proposal));
        }
    }

    private static void Notices(PageWriter page, Plan plan)
    {
        if (!plan.Notices.IsEmpty || !plan.Assumptions.IsEmpty)
        {
            page.Heading("Notices");
        }

        foreach (var notice in plan.Notices)
        {
            page.Paragraph(MoneyFormat.FullSentence(notice.Text), notice.Severity switch
            {
                Severity.Critical => Tone.Bad,
                Severity.Warning => Tone.Warning,
                _ => Tone.Plain,
            });
        }

        page.Facts(plan.Assumptions.Select(a => ("tax estimate", new Cell(MoneyFormat.FullSentence(a), Tone.Quiet))));
    }
}
