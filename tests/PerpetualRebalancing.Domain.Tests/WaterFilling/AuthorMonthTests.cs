using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

public sealed class AuthorMonthTests
{
    private const decimal AllocationTolerance = 0.6m;
    private const decimal DriftTolerance = 0.011m;

    public static TheoryData<AuthorMonth> OnePoolMonths => [AuthorMonth.May, AuthorMonth.June, AuthorMonth.July];

    [Theory]
    [MemberData(nameof(OnePoolMonths))]
    public void The_authors_one_pool_months_are_reproduced(AuthorMonth month)
    {
        var buys = new decimal[7];
        ForwardFill.Solve<decimal>(month.Before, AuthorMonth.Targets, month.NewMoney, buys);
        AssertAsPublished(month, buys);
    }

    [Fact]
    public void The_authors_two_pool_month_is_reproduced_and_needs_both_pools()
    {
        var month = AuthorMonth.August;
        var foreign = month.NewMoney * 0.8502m;
        decimal[] cash = [foreign, month.NewMoney - foreign];
        uint[] eligibility = [0b0000001, 0b1111110];
        var (buys, levels, split, carried) = (new decimal[7], new decimal[7], new decimal[14], new decimal[2]);

        var result = PooledFill.Solve(new PoolProblem<decimal>(month.Before, AuthorMonth.Targets, cash, eligibility), buys, levels, split, carried);

        AssertAsPublished(month, buys);
        Assert.Equal(month.NewMoney, result.Spent);
        Assert.Equal([0m, 0m], carried);
        Assert.True(levels[0] < levels[1], "the foreign pool has the lower level: more money would have gone there from a single pool");
        Assert.Equal(levels[0], result.LowestLevel);

        var asOnePool = new decimal[7];
        ForwardFill.Solve<decimal>(month.Before, AuthorMonth.Targets, month.NewMoney, asOnePool);
        Assert.True(Math.Abs(asOnePool[0] - buys[0]) / month.NewMoney > 0.05m, "one pool would have split the money differently");
    }

    [Fact]
    public void The_seeds_reduction_table_is_the_law_of_buy_only_correction()
    {
        // Nifty 50 crosses its target and gives its whole 0.20; Debt and Gold are only diluted.
        var month = AuthorMonth.June;
        Assert.Equal(0.55m, Math.Round(100 * BuyOnlyLaw.ExpectedReduction<decimal>(month.Before, AuthorMonth.Targets, month.NewMoney), 2));

        decimal[] niftyOnly = [38.75m, 20.2m, 41.05m];
        Assert.Equal(0.20m, Math.Round(100 * BuyOnlyLaw.ExpectedReduction<decimal>(niftyOnly, [0.3875m, 0.20m, 0.4125m], 2.11m), 2));
        decimal[] debtOnly = [93.85m, 6.15m];
        Assert.Equal(0.13m, Math.Round(100 * BuyOnlyLaw.ExpectedReduction<decimal>(debtOnly, [0.95m, 0.05m], 2.11m), 2));
        decimal[] goldOnly = [89.22m, 10.78m];
        Assert.Equal(0.22m, Math.Round(100 * BuyOnlyLaw.ExpectedReduction<decimal>(goldOnly, [0.90m, 0.10m], 2.11m), 2));
    }

    private static void AssertAsPublished(AuthorMonth month, decimal[] buys)
    {
        var end = month.Before.Sum() + month.NewMoney;
        for (var i = 0; i < buys.Length; i++)
        {
            Assert.InRange(100 * buys[i] / month.NewMoney, month.Allocation[i] - AllocationTolerance, month.Allocation[i] + AllocationTolerance);
            var drift = 100 * (((month.Before[i] + buys[i]) / end) - AuthorMonth.Targets[i]);
            Assert.InRange(drift, month.DriftAfter[i] - DriftTolerance, month.DriftAfter[i] + DriftTolerance);
        }

        decimal[] after = [.. month.Before.Zip(buys, (value, buy) => value + buy)];
        var before = 100 * DriftMeasures.Of<decimal>(month.Before, AuthorMonth.Targets).Portfolio;
        Assert.InRange(before, month.TotalBefore - DriftTolerance, month.TotalBefore + DriftTolerance);
        var reached = 100 * DriftMeasures.Of<decimal>(after, AuthorMonth.Targets).Portfolio;
        Assert.InRange(reached, month.TotalAfter - DriftTolerance, month.TotalAfter + DriftTolerance);
    }
}
