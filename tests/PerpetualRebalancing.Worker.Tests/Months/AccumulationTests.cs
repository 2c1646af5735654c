using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class AccumulationTests
{
    [Fact]
    public async Task A_fund_order_of_a_multiple_is_planned_placed_and_paid_to_the_paisa()
    {
        // Caught: the plan said units times NAV, some paise beside the 5,000 that the fund house was asked for.
        using var life = new Life(new HouseholdFiles().Household(h => h["instruments"]!.AsArray().Single(i => (string?)i!["id"] == "arbitrage-fund")!["orderMultiple"] = 5_000));
        await life.MonthAsync();
        await life.FinishAsync();
        var legs = life.Plans[^1].Legs.Where(l => l.Instrument?.Value == "arbitrage-fund" && l.IsPurchase).ToArray();
        Assert.NotEmpty(legs);
        foreach (var leg in legs)
        {
            var order = (leg.Value + leg.Charges).Amount;
            Assert.Equal(0m, order % 5_000m);
            var fill = Assert.Single(life.Facts.OfType<Fact.LegFilled>(), f => f.Leg == leg.Id);
            Assert.Equal(order, (fill.Price * fill.Quantity).Rounded.Amount + fill.Charges.Sum(c => c.Amount.Amount));
        }
    }

    [Fact]
    public async Task Three_months_of_income_are_invested_below_target_and_every_batch_is_reconciled()
    {
        using var life = new Life(new HouseholdFiles());
        var before = life.State.Accounts.Values.Sum(a => a.Opening.Amount);

        await life.MonthAsync();
        await life.MonthAsync();
        await life.MonthAsync();
        await life.FinishAsync();

        var closed = life.Facts.OfType<Fact.ReviewClosed>().ToArray();
        Assert.Equal([new Slot(2026, 6), new Slot(2026, 7), new Slot(2026, 8)], closed.Select(c => c.Slot));
        Assert.All(closed, c => Assert.IsType<ProgramStep.Idle>(c.Program));
        Assert.All(life.Facts.OfType<Fact.BatchClosed>(), b => Assert.Equal(BatchOutcome.Executed, b.Outcome));
        Assert.DoesNotContain(life.Facts.OfType<Fact.LegFilled>(), f => f.Side == Side.Sell);

        // Of 226,000 rupees a month nearly everything is bought; the rest is less than a unit or a transfer's minimum.
        var bought = life.State.Accounts.Where(a => a.Value.Cash.Currency == Currency.Inr).Sum(a => a.Value.Purchases.Amount + a.Value.Sent.Amount);
        Assert.InRange(bought, 600_000m, (3 * 226_000m) + before);
        Assert.Equal(3, life.Mails.Count(m => m.Contains("Subject: Approve 2026-", StringComparison.Ordinal)));
        Assert.Equal(3, life.Mails.Count(m => m.Contains("closed: drift", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_reserve_is_filled_first_and_its_fund_is_bought_in_amounts_that_it_takes()
    {
        // Caught a top-up of 47,754.96 rupees that a fund dealing in whole rupees refused, month after month.
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();
        await life.FinishAsync();

        var topUp = Assert.Single(life.Facts.OfType<Fact.BatchPlanned>().Single().Legs, l => l.Purpose == LegPurpose.ReserveTopUp);
        Assert.Empty(life.Desk.Store.Alerts());
        Assert.Contains(life.Facts.OfType<Fact.LegFilled>(), f => f.Leg == topUp.Id);
    }

    [Fact]
    public async Task A_job_loss_pays_the_essentials_out_of_the_reserve_and_rests_its_topping_up_until_it_ends()
    {
        using var life = new Life(new HouseholdFiles());
        life.Desk.Store.Transact("asha", t => t.Append(new Fact.JobLossSet(true)));
        var reserve = life.State.Accounts.Values.Sum(a => a.Reserve.Amount);

        life.PowerFailsBeforeTheAnswer();
        await life.MonthAsync();
        await life.FinishAsync();

        var lean = life.Plans[^1];
        Assert.Equal(75_000m, life.Facts.OfType<Fact.Withdrawn>().Sum(w => w.Amount.Amount));
        Assert.Equal(reserve - 75_000m, life.State.Accounts.Values.Sum(a => a.Reserve.Amount));
        Assert.DoesNotContain(lean.Legs, l => l.Purpose == LegPurpose.ReserveTopUp);
        Assert.Contains(lean.Routing, r => r.Reason is Reason.Suspended);
        Assert.Contains(life.Facts.OfType<Fact.LegFilled>(), f => f.Side == Side.Buy);

        // The power failed between the bank's payment and its booking, and the bank paid once all the same.
        Assert.Equal(1, life.PowerCuts);

        life.Desk.Store.Transact("asha", t => t.Append(new Fact.JobLossSet(false)));
        await life.MonthAsync();
        await life.FinishAsync();

        Assert.Single(life.Facts.OfType<Fact.Withdrawn>());
        Assert.Contains(life.Plans[^1].Legs, l => l.Purpose == LegPurpose.ReserveTopUp);
        Assert.Equal(life.Plans[^1].Reserves.LiquidityTarget, lean.Reserves.LiquidityTarget);
    }
}
