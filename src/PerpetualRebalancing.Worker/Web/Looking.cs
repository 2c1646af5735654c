using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Web.Charts;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Pages that only show: how the household stands, its reviews, batches, money and taxes.</summary>
internal static class Looking
{
    /// <summary>Phase, reserves against target, drift per class, sell program, open requests, alerts, runs; and the kill switch.</summary>
    public static async Task<Reply> HomeAsync(Visit visit)
    {
        var desk = visit.Site.Desk;
        var asks = desk.Store.State.Batches.Where(b => !b.Approved).Select(b => (Part)new Part.Link(
            $"/reviews/{b.Id}", $"The plan {b.Id} of {b.Slot} waits for your answer until {MoneyFormat.Moment(b.Expires, desk.Zone)}: look at it and answer"));
        if (await visit.Site.Valuation.NowAsync(visit.Http.RequestAborted) is not { } inputs)
        {
            return visit.Page("Home", [.. asks, new Part.Said(new Cell("Prices cannot be read now, and none were read before: what the household is worth is not known.", Tone.Warning)), .. SwitchPages.Parts(visit)]);
        }

        var status = StatusReading.Of(desk, inputs);
        var ceiling = CeilingChart.Of(desk.Store.Facts().Select(f => f.Fact), null);
        return visit.Page("Home",
        [
            .. asks,
            new Part.Shown(StatusView.Render(status, desk.Policy), "How the household stands"),
            new Part.Impact("Drift per class", DriftImpactChart.Of(status.Standing, desk.Policy)),
            .. ceiling is null ? [] : new Part[] { new Part.Ceiling(ReviewPages.CeilingTitle, ceiling) },
            .. SwitchPages.Parts(visit),
        ]);
    }

    /// <summary>Every plan, newest first, with what became of it.</summary>
    public static Reply Reviews(Visit visit)
    {
        var store = visit.Site.Desk.Store;
        var facts = store.Facts();
        var planned = facts.Select(f => f.Fact).OfType<Fact.BatchPlanned>().ToLookup(f => f.PlanHash, f => f.Batch);
        var closed = facts.Select(f => f.Fact).OfType<Fact.BatchClosed>().ToLookup(f => f.Batch, f => f.Outcome);
        var open = store.State.Batches.ToDictionary(b => b.Id);
        Cell End(string hash)
        {
            var batch = planned[hash].LastOrDefault();
            return batch is null ? new Cell("nothing to trade, or blocked", Tone.Quiet)
                : open.TryGetValue(batch, out var now) ? now.Approved ? new Cell("approved, under way", Tone.Good) : new Cell("waits for an answer", Tone.Warning)
                : closed[batch].Select(o => new Cell(o.ToString().ToLowerInvariant())).LastOrDefault(new Cell("closed"));
        }

        return visit.Page("Reviews", new Part.Listing(
            "Plans, newest first",
            [new Column("plan"), new Column("slot"), new Column("made"), new Column("kind"), new Column("what became of it")],
            [.. store.Plans().Reverse().Select(p => new LinkedRow(
                $"/reviews/{p.Hash[..10]}",
                [p.Hash[..10], p.Slot.ToString(), MoneyFormat.Moment(p.At, visit.Site.Desk.Zone), p.Kind == Domain.Review.ReviewKind.Scheduled ? "scheduled" : "ad hoc", End(p.Hash)]))],
            "No review has run yet."));
    }

    /// <summary>Open batches with every leg, and those that were.</summary>
    public static Reply Batches(Visit visit)
    {
        var desk = visit.Site.Desk;
        var state = desk.Store.State;
        var facts = desk.Store.Facts();
        var planned = facts.Select(f => f.Fact).OfType<Fact.BatchPlanned>().GroupBy(p => p.Batch).ToDictionary(g => g.Key, g => g.Last());
        return visit.Page("Batches",
        [
            .. state.Batches.IsEmpty ? [new Part.Said("No batch is open.")] : new Part[] { new Part.Shown(StatusView.Render(state.Batches, state.InTransit, desk.Policy), "Money on its way") },
            new Part.Listing(
                "Closed batches, newest first",
                [new Column("batch"), new Column("slot"), new Column("closed"), new Column("how"), new Column("why", ColumnKind.Prose)],
                [.. facts.Reverse().Where(f => f.Fact is Fact.BatchClosed).Select(f => (f.At, Closed: (Fact.BatchClosed)f.Fact)).Select(f => new LinkedRow(
                    $"/reviews/{planned[f.Closed.Batch].PlanHash[..10]}/history",
                    [f.Closed.Batch.Value, planned[f.Closed.Batch].Slot.ToString(), MoneyFormat.Moment(f.At, desk.Zone), f.Closed.Outcome.ToString().ToLowerInvariant(), MoneyFormat.FullSentence(f.Closed.Why)]))],
                "No batch has closed yet."),
        ]);
    }

    /// <summary>Each account's money since it was recorded.</summary>
    public static Reply Ledger(Visit visit)
    {
        var desk = visit.Site.Desk;
        var state = desk.Store.State;
        const string Title = "Ledger since the household was recorded";
        return visit.Page("Ledger", new Part.Shown(LedgerView.Render(Title, [.. desk.Policy.Accounts.Select(a => state.Accounts[a.Id])]), Title));
    }

    /// <summary>A tax year: the current one, or the one that is asked for.</summary>
    public static async Task<Reply> TaxAsync(Visit visit)
    {
        var desk = visit.Site.Desk;
        if (await visit.Site.Valuation.NowAsync(visit.Http.RequestAborted) is not { } inputs)
        {
            return visit.Page("Tax year", new Part.Said(new Cell("Exchange rates cannot be read now, and none were read before.", Tone.Warning)));
        }

        try
        {
            var report = TaxYearReport.Of(desk, visit.Query("year") is { Length: > 0 } name ? name : null, inputs.Read.Fx);
            var years = Before(report).Select(y => (Part)new Part.Link($"/tax?year={Uri.EscapeDataString(y)}", $"Tax year {y}"));
            return visit.Page("Tax year", [new Part.Shown(TaxView.Render(report, desk.Policy), "Tax"), .. years]);
        }
        catch (ConfigurationException)
        {
            return visit.Missing("No member's law has such a tax year.");
        }

        ImmutableArray<string> Before(TaxYearReport report) => [.. report.Members.Select(m => (m.From, desk.ReadRules().Laws.For(desk.Policy.Member(m.Member).Tax)))
            .Where(m => m.From > desk.LocalDate(desk.Store.FirstRecorded ?? desk.Time.GetUtcNow())).Select(m => m.Item2.YearOf(m.From.AddDays(-1)).Name).Distinct()];
    }
}
