using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>The sale that the engine finds, against the slow reference of <see cref="SaleReference"/>.</summary>
public sealed class SmallestSaleTests
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    [Fact]
    public void One_paisa_less_per_leg_would_miss_the_ceiling() => Property.Holds(Seeds, seed =>
    {
        var (household, reference) = Make(new Random(seed), costPerSale: 0m);
        var plan = household.Plan();
        if (plan.Program is not ProgramStep.Sell sell || plan.Notices.Any(n => n.Text.Contains("cannot be reached")))
        {
            return;
        }

        // Every leg is rounded up to the paisa.
        var sold = plan.Sum(LegPurpose.Trim);
        var slack = 0.01m * (plan.Legs.Count(l => l.Purpose == LegPurpose.Trim) + 1);
        var ceiling = (double)sell.Ceiling.Fraction;
        Assert.True(SaleReference.EndDrift(reference, (double)sold) <= ceiling + 1e-11, $"seed {seed}: {sold} does not reach {ceiling}");
        Assert.True(SaleReference.EndDrift(reference, (double)(sold - slack)) > ceiling - 1e-11, $"seed {seed}: {sold} is more than needed");
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void With_a_fixed_cost_per_leg_the_first_amount_that_is_enough_is_found(int seed)
    {
        var (household, reference) = Make(new Random(seed), costPerSale: 900m, size: 100_000m);
        household = household with { MaximumFixedCostShare = 1m };
        var plan = household.Plan();
        var sell = Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.DoesNotContain(plan.Notices, n => n.Text.Contains("cannot be reached"));
        var sold = (double)plan.Sum(LegPurpose.Trim);
        Assert.InRange(SaleReference.EndDrift(reference, sold), 0, (double)sell.Ceiling.Fraction + 1e-9);

        // Nothing on a coarse grid below it is enough, whatever lies between.
        for (var total = 0.0; total < sold - 0.2; total += sold / 400)
        {
            Assert.True(SaleReference.EndDrift(reference, total) > (double)sell.Ceiling.Fraction - 1e-9, $"{total} would be enough, {sold} is sold");
        }
    }

    [Fact]
    public void The_reserve_takes_the_first_rupees_and_enlarges_the_sale()
    {
        decimal[] values = [5_600_000, 1_500_000, 700_000, 700_000, 300_000, 300_000, 900_000];
        var without = TestHousehold.OnePool([0.40m, 0.20m, 0.10m, 0.10m, 0.05m, 0.05m, 0.10m], values, 0m);
        var with = without with { Expenses = (10_000m, 10_000m) };
        var (small, large) = (without.Plan(), with.Plan());
        Assert.Equal(120_000m, large.Reserves.LiquidityAfter.Amount);
        Assert.Equal(120_000m, large.Proof.SoldForReserve.Amount);
        Assert.Equal(0m, small.Proof.SoldForReserve.Amount);
        Assert.True(large.Sum(LegPurpose.Trim) > small.Sum(LegPurpose.Trim));
        Assert.InRange(large.Proof.Ideal.Portfolio.Points, 9.99999m, 10m);
        Assert.Equal(large.Sum(LegPurpose.Trim) - 120_000m, large.Sum(LegPurpose.Invest), 1);
    }

    [Fact]
    public void Lots_that_may_not_be_sold_leave_a_shortfall_that_is_said_with_its_amount()
    {
        // Only 2 lakh of the 56 are long-term; 30 + 2 would have to go.
        var plan = TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("a").WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a")
            .WithLot("a", "x0", 200_000m).WithLot("a", "x0", 5_400_000m, acquired: TestHousehold.Lately).WithLot("a", "x1", 4_400_000m).Plan();
        Assert.Equal(200_000m, plan.Sum(LegPurpose.Trim));
        Assert.Equal(14m, plan.Proof.After.Portfolio.Points);
        Assert.Contains(plan.Notices, n => n.Text.Contains("ceiling of 10 points") && n.Text.Contains("ends at 14, 4 short") && n.Text.Contains("c0"));
    }

    [Fact]
    public void When_the_proceeds_have_nowhere_to_go_and_selling_does_not_help_nothing_is_sold()
    {
        // A sale once ran the portfolio down to a few rupees here: its drift is that of the one class it holds, however much is sold.
        var plan = TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("a").WithInstrument("x0", 0, "a").WithLot("a", "x0", 100_000m).Plan();
        Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.Empty(plan.Legs);
        Assert.Contains(plan.Notices, n => n.Text.Contains("cannot be reached"));
    }

    [Theory]
    [InlineData(20_000, 0.0011)]
    [InlineData(0, 0.002)]
    [InlineData(20_000, 0.01)]
    public void Where_selling_down_to_target_would_never_end_the_ceiling_is_still_reached(decimal cash, decimal rate)
    {
        // Costs and the reserve take so much of an unlimited sale that what is left is over target again, down to nothing. The search
        // once took the drift of nothing for the best there is, sold nothing and said that the ceiling cannot be reached.
        var household = TestHousehold.WithTargets(0.2m, 0.4m, 0.4m).WithAccount("a", cash).WithCharges("cost", rate)
            .WithInstrument("x0", 0, "a", charges: "cost").WithInstrument("x1", 1, "a", tag: InstrumentTag.Hold).WithInstrument("x2", 2, "a")
            .WithLot("a", "x1", 959_136.57m).WithLot("a", "x2", 839_999.16m) with
        { Surplus = SurplusPolicy.Deploy, Expenses = (8_208.31m, 4_924.99m) };
        var plan = household.Plan();
        Assert.InRange(plan.Proof.Ideal.Portfolio.Points, 9.9999m, 10m);
        Assert.DoesNotContain(plan.Notices, n => n.Text.Contains("cannot be reached"));
    }

    [Fact]
    public void When_only_a_part_of_the_proceeds_can_be_placed_no_more_than_that_part_is_sold()
    {
        // No account can buy the third class. 3 lakh fill the second to its target; whatever is sold beyond that lies idle, shrinks the
        // portfolio, and leaves its drift at 30 or above.
        var plan = TestHousehold.WithTargets(0.4m, 0.3m, 0.3m).WithAccount("a").WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a")
            .WithLot("a", "x0", 1_000_000m).Plan();
        Assert.InRange(plan.Sum(LegPurpose.Trim), 299_999m, 300_001m);
        Assert.InRange(plan.Sum(LegPurpose.Invest), 299_999m, 300_001m);
        Assert.Contains(plan.Notices, n => n.Text.Contains("cannot be reached") && n.Text.Contains("ends at 30, 20 short") && n.Text.Contains("could not be placed"));
    }

    [Theory]
    [InlineData(182_583_513, 6_630_000, 15.02)]
    [InlineData(3991, 9_140_000, 10.025)]
    [InlineData(1564, 190_000, 5.8)]
    [InlineData(4983, 13_000, 18.04)]
    public void A_sale_that_cannot_reach_its_ceiling_ends_where_drift_is_least(int seed, int most, double drift)
    {
        // Caught: all but 6 rupees of 209 lakh were sold, with 13 lakh of tax, for a drift of 20 points. Then, where drift falls, rises and
        // falls again: 162 lakh for what 91 do, and a drift of 6.6 and 19 points where smaller and larger sales come nearer.
        var plan = AnyHousehold.Of(seed).Plan;
        Assert.Contains(plan.Notices, n => n.Text.Contains("cannot be reached"));
        Assert.InRange(plan.Sum(LegPurpose.Trim), 1m, most);
        Assert.InRange((double)plan.Proof.Ideal.Portfolio.Points, 0, drift);
    }

    private static (TestHousehold Household, OnePoolSale Reference) Make(Random random, decimal costPerSale, decimal size = 10_000_000m)
    {
        var n = random.Next(3, 8);
        var targets = new decimal[n];
        for (var i = 0; i < 20; i++)
        {
            targets[random.Next(n)] += 0.05m;
        }

        var costRate = random.Next(3) * 0.001m;
        var (cash, gap) = (random.Next(3) * size * 0.004m, random.Next(2) * size * 0.012m);
        var household = TestHousehold.WithTargets(targets).WithAccount("a", cash).WithTax("t", 12, 0.125m, 0.3m)
            .WithCharges("in", costRate, costPerSale) with
        {
            Expenses = (0m, gap / 12m),
            Sell = new SellPolicy(Drift.FromPoints(3), Drift.FromPoints(1.5m), 6, false, IncompletePolicy.End),
        };
        var values = new double[n];
        var lots = new (double, double)[n][];
        for (var i = 0; i < n; i++)
        {
            // Charges of an exact order are in whole paise; the buying side has no fixed cost, so that only sales jump.
            household = household.WithInstrument($"x{i}", i, "a", tax: "t", charges: "in");
            lots[i] = new (double, double)[random.Next(1, 4)];
            for (var l = 0; l < lots[i].Length; l++)
            {
                var value = Math.Round(size * targets[i] * (i == 0 ? 2.2m : (decimal)(0.4 + random.NextDouble())) / lots[i].Length, 2);
                var (cost, isOld) = (random.Next(10) / 10m, random.Next(2) == 0);
                household = value > 0m ? household.WithLot("a", $"x{i}", value, cost, isOld ? TestHousehold.LongAgo.AddDays(l) : TestHousehold.Lately.AddDays(l)) : household;
                lots[i][l] = ((double)value, (double)((1m - cost) * (isOld ? 0.125m : 0.3m)));
            }

            // First in, first out.
            values[i] = lots[i].Sum(l => l.Item1);
        }

        household = household with { Lots = [.. household.Lots.OrderBy(l => l.Acquired)] };
        for (var i = 0; i < n; i++)
        {
            lots[i] = [.. household.Lots.Where(l => l.Instrument.Value == $"x{i}")
                .Select(l => ((double)l.Remaining.Units, (double)((1m - l.CostPerUnit.Amount) * (l.Acquired.Year == 2020 ? 0.125m : 0.3m))))];
        }

        var toReserve = Math.Min(cash, gap);
        return (household, new OnePoolSale(
            values, [.. targets.Select(t => (double)t)], lots, (double)(cash - toReserve), (double)(gap - toReserve), (double)costRate, (double)costPerSale));
    }
}
