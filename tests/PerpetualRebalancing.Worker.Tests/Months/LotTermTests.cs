using System.Text.Json.Nodes;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class LotTermTests
{
    /// <summary>Every lot was bought this spring.</summary>
    private static HouseholdFiles Young(HouseholdFiles files) => files.Opening(o =>
    {
        foreach (var lot in o["holdings"]!.AsArray().SelectMany(h => h!["lots"]!.AsArray()))
        {
            lot!["acquired"] = "2026-04-10";
        }
    });

    [Fact]
    public async Task A_drift_above_the_ceiling_without_long_term_lots_sells_nothing_says_so_and_counts_the_month()
    {
        using var life = new Life(Young(SellProgramTests.Overweight()));
        await life.MonthAsync();
        await life.FinishAsync();

        var plan = life.Plans[^1];
        Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
        Assert.Contains(plan.Notices, n => n.Text.Contains("cannot be reached", StringComparison.Ordinal) && n.Text.Contains("nasdaq-100", StringComparison.Ordinal));
        Assert.Contains(plan.Classes, c => c.Selling is Reason.NoSellableLots { Units.IsZero: false });
        Assert.DoesNotContain(life.Facts.OfType<Fact.LegFilled>(), f => f.Side == Side.Sell);
        Assert.Equal(2, Assert.IsType<SellProgram.Active>(life.State.Program).Month);
    }

    [Fact]
    public async Task A_reserve_that_long_term_lots_cannot_refill_is_a_critical_alert_and_short_term_lots_wait_for_a_person()
    {
        using var life = new Life(Young(new HouseholdFiles()).Household(h =>
        {
            h["household"]!["phase"] = "retirement";
            h["income"] = new JsonArray();
        }));
        await life.MonthAsync();

        var alert = Assert.Single(life.Desk.Store.Alerts(), a => a.Severity == Severity.Critical && a.Kind == "plan");
        Assert.Contains("Long-term lots do not suffice", alert.Text, StringComparison.Ordinal);
        Assert.Contains("extra tax", alert.Text, StringComparison.Ordinal);
        await life.FinishAsync();
        Assert.All(
            life.Facts.OfType<Fact.LegFilled>().Where(f => f.Side == Side.Sell && life.Desk.Policy.Instrument(f.Instrument).Class is not null),
            f => Assert.All(f.Lots, l => Assert.IsNotType<LotTerm.Short>(l.Term)));

        // Asked, the person allows them for one review.
        await life.GoToAsync(life.DueAt(life.Slot));
        var outcome = await life.ReviewAsync(life.Slot, allowShortTerm: true);
        var plan = Assert.IsType<ReviewOutcome.AwaitingApproval>(outcome).Judged.Plan;
        Assert.True(plan.AllowsShortTerm);
        Assert.Contains(plan.Legs, l => l.Purpose == LegPurpose.LiquiditySale && l.Lots.Any(p => p.Term is LotTerm.Short));
        Assert.True(plan.Reserves.LiquidityAfter.Amount >= 18 * 120_000m);
    }
}
