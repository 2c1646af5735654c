using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class SettlementTests
{
    [Fact]
    public async Task Sales_settle_over_a_weekend_and_a_holiday_before_anything_is_bought_with_them()
    {
        // The review of Thursday 25 June: Friday 26 June is a holiday in Mumbai.
        using var life = new Life(SellProgramTests.Overweight(), "2026-06-25T06:00:00+05:30");
        await life.GoToAsync(Life.India(6, 25, 10, 0));
        await life.ReviewAsync(life.Slot);
        await life.ApproveAsync(life.Batch!.Id);
        await life.AdvanceAsync();

        var sale = life.Batch!.Legs.First(l => l.Plan.IsSale && l.Plan.Instrument!.Value == "MON100");
        Assert.Equal(LegState.Filled, sale.State);
        Assert.Equal(new DateOnly(2026, 6, 29), sale.SettlesOn);

        await life.GoToAsync(Life.India(6, 28, 20, 0));
        Assert.All(life.Batch!.Legs.Where(l => l.Plan.IsPurchase), l => Assert.Equal(LegState.Scheduled, l.State));
        await life.FinishAsync();

        var fills = life.Facts.OfType<Fact.LegFilled>().ToArray();
        var settled = fills.Where(f => f.Side == Side.Sell).Max(f => f.SettlesOn);
        Assert.Contains(fills, f => f.Side == Side.Buy);
        Assert.All(fills.Where(f => f.Side == Side.Buy), f => Assert.True(f.TradeDate >= settled, $"{f.Leg} was bought on {f.TradeDate}, before {settled}."));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Proceeds_that_are_not_there_a_business_day_after_they_should_be_are_told_once_and_in_time_ones_never(bool isLate)
    {
        using var life = new Life(SellProgramTests.Overweight(), "2026-06-25T06:00:00+05:30");
        await life.GoToAsync(Life.India(6, 25, 10, 0));
        await life.ReviewAsync(life.Slot);
        await life.ApproveAsync(life.Batch!.Id);
        await life.AdvanceAsync();
        var sold = life.Batch!.Legs.Where(l => l.Plan.IsSale && l.SettlesOn == new DateOnly(2026, 6, 29)).ToArray();
        Assert.NotEmpty(sold);
        if (isLate)
        {
            // The exchange's day comes, and the broker still calls the cash unsettled.
            life.OnPaper("update cash set available_on = '2026-07-06' where available_on = '2026-06-29'");
        }

        await life.GoToAsync(Life.India(6, 29, 23, 0));
        Assert.DoesNotContain(life.Desk.Store.Alerts(), a => a.Kind == "settlement");
        Assert.NotNull(life.Batch);
        await life.GoToAsync(Life.India(6, 30, 10, 0));
        await life.AdvanceAsync();
        await life.FinishAsync();

        var alerts = life.Desk.Store.Alerts().Where(a => a.Kind == "settlement").ToArray();
        Assert.Equal(isLate ? sold.Length : 0, alerts.Length);
        Assert.All(alerts, a => Assert.Equal(Severity.Warning, a.Severity));
        Assert.All(alerts, a => Assert.Contains("should have been in ", a.Text, StringComparison.Ordinal));
        Assert.All(alerts, a => Assert.Contains(" on 2026-06-29, and on 2026-06-30 it is not. Ask the broker", a.Text, StringComparison.Ordinal));
        Assert.DoesNotContain(life.Facts, f => f is Fact.CashLeft);
    }

    [Fact]
    public async Task One_batch_has_legs_in_Mumbai_London_and_New_York_and_each_waits_for_its_own_session()
    {
        // Gold doubles too, so that the trust in New York, the ETF in Mumbai and the Nasdaq are all sold; the approval comes at night in India.
        using var life = new Life(new HouseholdFiles()
            .Prices(1.65m, new DateOnly(2026, 5, 1), "XNAS", "MON100")
            .Prices(2m, new DateOnly(2026, 5, 1), "GOLDBEES", "PHYS")
            .Household(h =>
            {
                h["sell"]!["maximumDrift"] = 3;
                h["sell"]!["minimumDrift"] = 1;
                h["limits"]!["maximumTurnoverPercent"] = 60;
                h["limits"]!["maximumOrder"] = 9_000_000;
                h["limits"]!["maximumDailyValue"] = 50_000_000;
                foreach (var gold in h["instruments"]!.AsArray().Where(i => i!["id"]!.GetValue<string>() is "PHYS" or "XNAS"))
                {
                    gold!["tag"] = "sell";
                }
            }));
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        Assert.Equal(["LSE", "NSE", "NYSE"], life.Batch!.Legs.Where(l => l.Plan.Instrument is not null).Select(l => life.Desk.Policy.Instrument(l.Plan.Instrument!).Venue).Distinct().Order());

        // 30 June, 21:30 in India: New York is open, Mumbai and London are closed.
        await life.GoToAsync(Life.India(6, 30, 21, 30));
        await life.ApproveAsync(life.Batch!.Id);
        await life.AdvanceAsync();
        Assert.All(
            life.Batch!.Legs.Where(l => l.Plan.IsSale),
            l => Assert.Equal(life.Desk.Policy.Instrument(l.Plan.Instrument!).Venue == "NYSE" ? LegState.Filled : LegState.Scheduled, l.State));

        await life.FinishAsync();
        foreach (var fill in life.Desk.Store.Facts().Where(f => f.Fact is Fact.LegFilled))
        {
            var instrument = life.Desk.Policy.Instrument(((Fact.LegFilled)fill.Fact).Instrument);
            if (instrument.Dealing == Domain.Policy.Dealing.Exchange)
            {
                Assert.True(life.Desk.ReadRules().Books.Calendars[instrument.Venue].IsOpen(fill.At), $"{instrument.Id} was filled at {fill.At:u}.");
            }
        }
    }

    [Fact]
    public async Task What_did_not_fill_is_placed_again_in_two_more_sessions_then_carried_and_reported()
    {
        using var life = new Life(new HouseholdFiles().Rule("""{ "fillFraction": 0.4 }"""));
        await life.MonthAsync();
        await life.FinishAsync();

        var batch = life.Facts.OfType<Fact.BatchPlanned>().Single();
        var leg = batch.Legs.First(l => l.Instrument?.Value == "MID150BEES");
        var placed = life.Facts.OfType<Fact.LegMoved>().Where(m => m.Leg == leg.Id && m.State == LegState.Submitting).ToArray();
        Assert.Equal(3, placed.Length);
        Assert.Equal(3, placed.Select(p => p.ClientKey).Distinct().Count());
        Assert.Equal(3, life.Facts.OfType<Fact.LegFilled>().Where(f => f.Leg == leg.Id).Select(f => f.TradeDate).Distinct().Count());
        Assert.Contains(life.Desk.Store.Alerts(), a => a.DedupeKey == $"{batch.Batch}/{leg.Id}/Cancelled");
        Assert.True(life.State.Accounts[leg.Account].Carried.IsPositive);
        Assert.Equal(BatchOutcome.Executed, life.Facts.OfType<Fact.BatchClosed>().Single().Outcome);
    }

    [Fact]
    public async Task What_the_broker_refuses_is_reported_and_its_money_carried_while_the_rest_goes_on()
    {
        using var life = new Life(new HouseholdFiles().Rule("MID150BEES", """{ "reject": "not today" }"""));
        await life.MonthAsync();
        await life.FinishAsync();

        var batch = life.Facts.OfType<Fact.BatchPlanned>().Single();
        var leg = batch.Legs.First(l => l.Instrument?.Value == "MID150BEES");
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Kind == "Rejected" && a.Text.Contains("not today", StringComparison.Ordinal));
        Assert.Single(life.Facts.OfType<Fact.LegMoved>(), m => m.Leg == leg.Id && m.State == LegState.Submitting);
        Assert.True(life.State.Accounts[leg.Account].Carried >= leg.Value);
        Assert.Contains(life.Facts.OfType<Fact.LegFilled>(), f => f.Account == leg.Account);
    }

    [Fact]
    public async Task An_order_that_waits_for_the_next_session_is_not_mistaken_for_money_that_left()
    {
        // Caught a review that came between a fill and its booking: it took the cash for taken out by somebody.
        using var life = new Life(new HouseholdFiles().Rule("""{ "fillFraction": 0.5, "rest": "nextSession" }"""));
        await life.MonthAsync();
        await life.GoToAsync(Life.India(7, 1, 15, 0));
        Assert.Contains(life.Batch!.Legs, l => l.State == LegState.PartlyFilled);
        life.Sleep(Life.India(7, 2, 10, 0) - life.Now);
        await new MonthlyReview(life.Desk).RunAsync(life.Slot, ReviewKind.AdHoc, "asha", false, Life.Stop);

        await life.FinishAsync();
        Assert.DoesNotContain(life.Facts, f => f is Fact.CashLeft or Fact.CashReceived { Note: "seen in the account" });
        Assert.All(life.Facts.OfType<Fact.LegFilled>().GroupBy(f => f.FillId), g => Assert.Single(g));
    }
}
