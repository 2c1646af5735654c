using System.Text.Json.Nodes;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class RetirementTests
{
    private const decimal Monthly = 120_000m;

    private static HouseholdFiles Retired(decimal reserveCash) => new HouseholdFiles()
        .Household(h =>
        {
            h["household"]!["phase"] = "retirement";
            h["income"] = new JsonArray();
            h["reserve"]!["openingCash"]![0]!["amount"] = reserveCash;
        })
        .Opening(o => o["cash"]![0]!["amount"] = reserveCash);

    [Fact]
    public async Task Every_month_is_paid_out_and_a_reserve_under_its_floor_is_raised_to_the_refill_net_of_tax()
    {
        using var life = new Life(Retired(900_000m));
        var plans = new List<Plan>();
        for (var month = 0; month < 4; month++)
        {
            plans.Add((await life.MonthAsync()).Judged!.Plan);
        }

        await life.FinishAsync();
        Assert.Equal([Monthly, Monthly, Monthly, Monthly], life.Facts.OfType<Fact.Withdrawn>().GroupBy(w => w.Batch).Select(g => g.Sum(w => w.Amount.Amount)));

        // The floor is tested after the withdrawal, and only the month that falls under it sells.
        var sold = plans.Select(p => p.Legs.Any(l => l.Purpose == LegPurpose.LiquiditySale)).ToArray();
        Assert.Contains(true, sold);
        foreach (var (plan, sells) in plans.Zip(sold))
        {
            var spent = plan.Reserves.LiquidityBefore.Amount - Monthly;
            Assert.Equal(sells, spent < 12 * Monthly);
            if (sells)
            {
                // Each leg is rounded up by less than a unit.
                Assert.InRange(plan.Reserves.LiquidityAfter.Amount, 18 * Monthly, (18 * Monthly) + 15_000m);
                Assert.DoesNotContain(plan.Legs, l => l.IsPurchase);
            }
        }

        // The tax of what was sold is set aside, not spent.
        var tax = life.Facts.OfType<Fact.LegFilled>().Sum(f => f.Tax.Amount);
        Assert.True(tax > 0m);
        Assert.Equal(tax, life.State.TaxDue.Values.Sum(t => t.Amount));
        var aside = life.State.Accounts.Values.Sum(a => a.Tax.Amount * (a.Cash.Currency == Currency.Inr ? 1m : 92m));
        Assert.InRange(aside, tax * 0.98m, (tax * 1.02m) + 5m);
    }

    [Fact]
    public async Task A_harvest_refills_the_reserve_before_anything_is_bought_with_it()
    {
        using var life = new Life(Retired(1_600_000m).Prices(1.65m, new DateOnly(2026, 5, 1), "XNAS", "MON100"));
        await life.MonthAsync();
        await life.FinishAsync();

        var plan = life.Plans[^1];
        Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.Contains(plan.Legs, l => l.Purpose == LegPurpose.Trim);
        Assert.True(plan.Reserves.LiquidityAfter < plan.Reserves.LiquidityTarget);
        Assert.DoesNotContain(plan.Legs, l => l.Purpose == LegPurpose.Invest);

        // What was sold stands in the reserve, as cash or as its instruments, less the month's spending, charges and tax.
        var sold = life.Facts.OfType<Fact.LegFilled>().Where(f => f.Side == Side.Sell).ToArray();
        Assert.NotEmpty(sold);
        Assert.All(life.State.Accounts.Values, a => Assert.InRange((a.Cash - a.Reserved).Amount, 0m, a.Opening.Amount));
        Assert.Contains(life.Facts.OfType<Fact.Earmarked>(), e => e.Kind == EarmarkKind.Reserve && e.Change.IsPositive);
    }
}
