using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;

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
        life.Desk.Bank!.Withdraw(doubtful.Plan.Account, new Money(1_000m, Currency.Inr), "somebody was at the bank");
        await life.LookAwayUntilAsync(Life.India(7, 8, 10, 0));

        Assert.Equal(LegState.InDoubt, life.Batch!.Leg(doubtful.Plan.Id).State);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Severity == Severity.Critical && a.Text.Contains("A person must look", StringComparison.Ordinal));
        Assert.DoesNotContain(life.Facts.OfType<Fact.LegFilled>(), f => f.Account == doubtful.Plan.Account);
    }

    [Fact]
    public async Task A_person_says_that_a_doubtful_order_was_filled_and_is_held_to_what_the_broker_reports()
    {
        // The order arrived by another way: the broker has the units, and not our key.
        using var life = new Life(new HouseholdFiles().Rule("JUNIORBEES", """{ "fault": "timeout" }"""));
        var leg = await InDoubt(life);
        life.Edit(files => files.Rule("JUNIORBEES", """{ "fault": "none" }"""));
        await life.Desk.BrokerOf(leg.Plan.Account).PlaceAsync(new OrderTicket("BYTELEPHONE", leg.Plan.Account, Next50, Side.Buy, new OrderSize.Units(leg.Ordered, new UnitPrice(leg.Plan.Price!.Value.Amount * 1.01m, Currency.Inr))), Life.Stop);
        var fill = Assert.Single(Assert.Single(await life.Desk.BrokerOf(leg.Plan.Account).OrdersAsync(leg.Plan.Account, new DateOnly(2026, 7, 1), Life.Stop), o => o.ClientKey == "BYTELEPHONE").Fills);
        await life.LookAwayUntilAsync(Life.India(7, 3, 10, 0));
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Text.Contains($"'orders resolve {life.Batch!.Id} {leg.Plan.Id}'", StringComparison.Ordinal));

        var (person, batch, name) = (new DoubtResolution(life.Desk), life.Batch!.Id.Value, leg.Plan.Id.Value);
        var before = life.Desk.Store.Current.Sequence;
        foreach (var (refusal, why) in new[]
        {
            (await person.NotPlacedAsync(batch, name, "I think not", "asha", Life.Stop), "something was traded"),
            (await person.FilledAsync(batch, name, new Quantity(fill.Quantity.Units - 1m), fill.Price.Amount, "asha", Life.Stop), "which is not a purchase of"),
            (await person.FilledAsync(batch, name, new Quantity(fill.Quantity.Units + 1m), fill.Price.Amount, "asha", Life.Stop), "that were ordered"),
            (await person.FilledAsync(batch, name, fill.Quantity, fill.Price.Amount * 10m, "asha", Life.Stop), "% from the price of 2026-07-01"),
            (await person.FilledAsync(batch, "B99", fill.Quantity, fill.Price.Amount, "asha", Life.Stop), "has a leg 'B99'"),
        })
        {
            Assert.False(refusal.IsRecorded);
            Assert.Contains(why, refusal.Words, StringComparison.Ordinal);
        }

        Assert.Equal(before, life.Desk.Store.Current.Sequence);
        var answer = await person.FilledAsync(batch, name, fill.Quantity, fill.Price.Amount, "asha", Life.Stop);
        Assert.True(answer.IsRecorded, answer.Words);
        Assert.All(life.Desk.Store.Facts(before), f => Assert.Equal("asha", f.By));
        Assert.False((await person.FilledAsync(batch, name, fill.Quantity, fill.Price.Amount, "asha", Life.Stop)).IsRecorded);

        // The ledgers are the broker's again, the account is free, and the order was placed once.
        await life.FinishAsync();
        Assert.Single(life.Facts.OfType<Fact.LegFilled>(), f => f.Instrument == Next50);
        Assert.Single(life.Facts.OfType<Fact.LegMoved>(), m => m.Leg == leg.Plan.Id && m.State == LegState.Submitting);
        Assert.Contains(life.Facts.OfType<Fact.LegFilled>(), f => f.Account == leg.Plan.Account && f.Instrument != Next50);
    }

    [Fact]
    public async Task A_person_says_that_a_doubtful_order_was_never_placed_and_it_is_placed_once_more()
    {
        using var life = new Life(new HouseholdFiles().Rule("JUNIORBEES", """{ "fault": "timeout" }"""));
        var leg = await InDoubt(life);
        var (batch, name) = (life.Batch!.Id.Value, leg.Plan.Id.Value);
        var early = await new DoubtResolution(life.Desk).NotPlacedAsync(batch, name, "their desk says so", "asha", Life.Stop);
        Assert.Contains("its silence proves nothing", early.Words, StringComparison.Ordinal);
        life.Desk.Bank!.Withdraw(leg.Plan.Account, new Money(1_000m, Currency.Inr), "somebody was at the bank");
        life.Edit(files => files.Rule("JUNIORBEES", """{ "fault": "none" }"""));
        await life.LookAwayUntilAsync(Life.India(7, 3, 8, 0));
        Assert.Equal(LegState.InDoubt, life.Batch!.Leg(leg.Plan.Id).State);

        var answer = await new DoubtResolution(life.Desk).NotPlacedAsync(batch, name, "I took 1,000 out", "asha", Life.Stop);
        Assert.True(answer.IsRecorded, answer.Words);
        Assert.Contains(life.Desk.Store.Facts(), f => f is { By: "asha", Fact: Fact.LegMoved { State: LegState.Scheduled } moved } && moved.Note.Contains("I took 1,000 out", StringComparison.Ordinal));
        Assert.Contains(life.Facts.OfType<Fact.CashLeft>(), f => f.Account == leg.Plan.Account && f.Amount.Amount == 1_000m);
        await life.FinishAsync();
        Assert.Equal(2, life.Facts.OfType<Fact.LegMoved>().Count(m => m.Leg == leg.Plan.Id && m.State == LegState.Submitting));
        Assert.Single(life.Facts.OfType<Fact.LegFilled>(), f => f.Instrument == Next50);
    }

    private static async Task<Leg> InDoubt(Life life)
    {
        await life.MonthAsync();
        await life.GoToAsync(Life.India(7, 1, 15, 0));
        var leg = life.Batch!.Legs.Single(l => l.Plan.Instrument == Next50);
        Assert.Equal(LegState.InDoubt, leg.State);
        return leg;
    }
}
