using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class FundingTests
{
    private static HouseholdFiles Remittance(string key, object value) => new HouseholdFiles()
        .Rules(r => r["remittance"]![key] = System.Text.Json.Nodes.JsonValue.Create(value));

    [Fact]
    public async Task Money_that_arrives_late_keeps_its_purchase_waiting_and_holds_up_nothing_else()
    {
        using var life = new Life(Remittance("lateDays", 2));
        await life.MonthAsync();
        await life.GoToAsync(Life.India(7, 8, 20, 0));
        var waiting = life.Batch!.Legs.Single(l => l.Plan.WaitsFor is not null);
        Assert.Equal(LegState.Scheduled, waiting.State);
        Assert.Equal(LegState.InTransit, life.Batch!.Leg(waiting.Plan.WaitsFor!).State);
        Assert.All(life.Batch!.Legs.Where(l => l.Plan.IsPurchase && l != waiting), l => Assert.Equal(LegState.Filled, l.State));

        await life.FinishAsync();
        Assert.Contains(life.Facts.OfType<Fact.LegFilled>(), f => f.Leg == waiting.Plan.Id && f.TradeDate >= new DateOnly(2026, 7, 9));
    }

    [Fact]
    public async Task Money_that_arrives_after_the_batch_s_last_day_is_carried_to_the_next_month()
    {
        using var life = new Life(Remittance("lateDays", 15));
        await life.MonthAsync();
        await life.FinishAsync();
        Assert.NotEmpty(life.State.InTransit);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Kind == "Expired");

        await life.MonthAsync();
        Assert.Contains(life.Facts, f => f is Fact.MoneyArrived { Amount.IsPositive: true });
        await life.FinishAsync();
        Assert.True(life.State.Accounts[new AccountId("asha-global")].Purchases.Amount > 1_000m);
    }

    [Fact]
    public async Task Money_that_arrives_short_buys_what_it_pays_for()
    {
        using var life = new Life(Remittance("shortPercent", 40));
        await life.MonthAsync();
        var waiting = life.Facts.OfType<Fact.BatchPlanned>().Single().Legs.Single(l => l.WaitsFor is not null);
        await life.FinishAsync();

        var bought = life.Facts.OfType<Fact.LegFilled>().Where(f => f.Leg == waiting.Id).Sum(f => f.Quantity.Units);
        Assert.InRange(bought, 1m, waiting.Quantity.Units * 0.65m);
        Assert.Equal(BatchOutcome.Executed, life.Facts.OfType<Fact.BatchClosed>().Single().Outcome);
    }

    [Fact]
    public async Task Money_that_is_lost_is_an_alert_and_the_next_month_plans_from_what_is_there()
    {
        // Caught a lost transfer that stayed in transit for ever and closed its route to all later ones.
        using var life = new Life(Remittance("lost", true));
        await life.MonthAsync();
        await life.FinishAsync();

        Assert.Empty(life.State.InTransit);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Severity == Severity.Critical && a.Kind == "funding");
        var first = life.Facts.OfType<Fact.BatchPlanned>().Single().Legs;
        Assert.DoesNotContain(life.Facts.OfType<Fact.LegFilled>(), f => first.Any(l => l.WaitsFor is not null && l.Id == f.Leg));

        var next = await life.MonthAsync();
        Assert.Contains(next.Judged!.Plan.Legs, l => l.Purpose == LegPurpose.Fund);
    }
}
