using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class DoubtTests
{
    private static readonly InstrumentId Next50 = new("JUNIORBEES");

    [Fact]
    public async Task An_answer_that_was_lost_is_found_in_the_book_and_booked_once()
    {
        using var life = new Life(new HouseholdFiles().Rule("JUNIORBEES", """{ "fault": "lostAnswer" }"""));
        await life.MonthAsync();
        await life.FinishAsync();

        Assert.Contains(life.Facts.OfType<Fact.LegMoved>(), m => m.State == LegState.InDoubt);
        var fill = Assert.Single(life.Facts.OfType<Fact.LegFilled>(), f => f.Instrument == Next50);
        Assert.Single(life.Facts.OfType<Fact.LegMoved>(), m => m.Leg == fill.Leg && m.State == LegState.Submitting);
        Assert.Equal(BatchOutcome.Executed, life.Facts.OfType<Fact.BatchClosed>().Single().Outcome);
    }

    [Fact]
    public async Task An_order_that_never_arrived_blocks_its_account_until_after_the_close_and_is_then_placed_once_more()
    {
        using var life = new Life(new HouseholdFiles().Rule("JUNIORBEES", """{ "fault": "timeout" }"""));
        await life.MonthAsync();
        await life.GoToAsync(Life.India(7, 1, 15, 0));
        var doubtful = life.Batch!.Legs.Single(l => l.Plan.Instrument == Next50);
        Assert.Equal(LegState.InDoubt, doubtful.State);

        // Nothing else is placed on that account; the others go on.
        Assert.All(life.Batch!.Legs.Where(l => l.Plan.Account == doubtful.Plan.Account && l != doubtful), l => Assert.Equal(LegState.Scheduled, l.State));
        Assert.Contains(life.Batch!.Legs, l => l.Plan.Account != doubtful.Plan.Account && l.State is LegState.Filled or LegState.InTransit);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Severity == Severity.Critical && a.Kind == "InDoubt");

        // The line works again before the next session.
        life.Edit(files => files.Rule("JUNIORBEES", """{ "fault": "none" }"""));
        await life.FinishAsync();

        Assert.Contains(life.Facts.OfType<Fact.LegMoved>(), m => m.Leg == doubtful.Plan.Id && m.State == LegState.Scheduled && m.Note.StartsWith("not placed", StringComparison.Ordinal));
        Assert.Equal(2, life.Facts.OfType<Fact.LegMoved>().Count(m => m.Leg == doubtful.Plan.Id && m.State == LegState.Submitting));
        var fill = Assert.Single(life.Facts.OfType<Fact.LegFilled>(), f => f.Instrument == Next50);
        Assert.Equal(new DateOnly(2026, 7, 2), fill.TradeDate);
    }

    [Fact]
    public async Task A_doubt_in_an_account_that_changed_goes_to_a_person_and_the_account_stays_blocked()
    {
        using var life = new Life(new HouseholdFiles().Rule("JUNIORBEES", """{ "fault": "timeout" }"""));
        await life.MonthAsync();
        await life.GoToAsync(Life.India(7, 1, 15, 0));
        var doubtful = life.Batch!.Legs.Single(l => l.Plan.Instrument == Next50);

        // Money moved that nobody recorded.
        life.Desk.Bank.Withdraw(doubtful.Plan.Account, new Money(1_000m, Currency.Inr), "somebody was at the bank");
        await life.LookAwayUntilAsync(Life.India(7, 8, 10, 0));

        Assert.Equal(LegState.InDoubt, life.Batch!.Leg(doubtful.Plan.Id).State);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Severity == Severity.Critical && a.Text.Contains("A person must look", StringComparison.Ordinal));
        Assert.DoesNotContain(life.Facts.OfType<Fact.LegFilled>(), f => f.Account == doubtful.Plan.Account);
    }
}
