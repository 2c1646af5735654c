using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

public sealed class PooledFillTests
{
    private readonly decimal[] _buys = new decimal[3];
    private readonly decimal[] _levels = new decimal[3];
    private readonly decimal[] _split = new decimal[6];
    private readonly decimal[] _carried = new decimal[2];

    [Fact]
    public void Cash_that_would_lift_its_only_class_above_target_is_carried()
    {
        // The foreign pool may buy x until 48 + x = 0.5·(100 + x + 2): 6 of its 100.
        var result = Solve([48m, 30m, 22m], [0.5m, 0.3m, 0.2m], [100m, 2m], [0b001, 0b110]);
        Assert.Equal([6m, 2m, 0m], _buys);
        Assert.Equal([94m, 0m], _carried);
        Assert.Equal(8m, result.Spent);
        Assert.Equal(108m, result.EndValue);
        Assert.Equal(0m, _levels[0]);
        Assert.Equal((32m / 108m) - 0.3m, _levels[1], 20);
        Assert.Equal(_levels[1], result.LowestLevel);
    }

    [Fact]
    public void Under_policy_deploy_fresh_cash_is_spent_above_target_but_sale_proceeds_are_not()
    {
        var result = Solve([48m, 30m, 22m], [0.5m, 0.3m, 0.2m], [100m, 2m], [0b001, 0b110], [10m, 2m]);
        Assert.Equal([16m, 2m, 0m], _buys);
        Assert.Equal([84m, 0m], _carried);
        Assert.Equal(18m, result.Spent);
        Assert.True(_levels[0] > 0m);

        var (totals, levels) = (new decimal[3], new decimal[3]);
        PooledFill.SolveTotals(new PoolProblem<decimal>([48m, 30m, 22m], [0.5m, 0.3m, 0.2m], [100m, 2m], [0b001, 0b110], [10m, 2m]), totals, levels);
        Assert.Equal(_buys, totals);
        Assert.Equal(_levels, levels);
    }

    [Fact]
    public void A_pool_that_can_buy_nothing_carries_its_cash_under_either_policy()
    {
        var result = Solve([0m, 0m, 0m], [0.5m, 0.3m, 0.2m], [10m, 100m], [0b000, 0b111], [10m, 100m]);
        Assert.Equal([50m, 30m, 20m], _buys);
        Assert.Equal([10m, 0m], _carried);
        Assert.Equal(100m, result.Spent);
    }

    [Fact]
    public void A_class_with_a_zero_target_is_not_bought_even_with_fresh_cash()
    {
        Solve([0m, 50m, 50m], [0m, 0.5m, 0.5m], [10m, 10m], [0b001, 0b110], [10m, 10m]);
        Assert.Equal([0m, 5m, 5m], _buys);
        Assert.Equal([10m, 0m], _carried);
    }

    [Fact]
    public void The_split_reroutes_an_early_pool_that_took_what_a_later_one_needs()
    {
        // Greedy lets pool 0 pay for class 0, the only class pool 1 can buy.
        Solve([0m, 0m, 100m], [0.25m, 0.25m, 0.5m], [50m, 50m], [0b011, 0b001]);
        Assert.Equal([50m, 50m, 0m], _buys);
        Assert.Equal([0m, 50m, 0m, 50m, 0m, 0m], _split);
    }

    [Fact]
    public void Nothing_to_do_is_not_an_error()
    {
        Assert.Equal(default, Solve([0m, 0m, 0m], [0.5m, 0.3m, 0.2m], [0m, 0m], [0b111, 0b111]));
        Assert.Equal([0m, 0m, 0m], _buys);
        Assert.Equal(default, PooledFill.SolveTotals<decimal>(default, [], []));
    }

    [Fact]
    public void Unequal_spans_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PoolProblem<decimal>([1m], [0.5m, 0.5m], [1m], [1]));
        Assert.Throws<ArgumentException>(() => new PoolProblem<decimal>([1m], [1m], [1m, 2m], [1]));
        Assert.Throws<ArgumentException>(() => new PoolProblem<decimal>([1m], [1m], [1m], [1], [1m, 2m]));
        Assert.Throws<ArgumentException>(() => new PoolProblem<decimal>(new decimal[33], new decimal[33], [1m], [1]));
        Assert.Throws<ArgumentException>(() => new PoolProblem<decimal>([1m], [1m], new decimal[13], new uint[13]));
    }

    private PooledFillResult<decimal> Solve(decimal[] values, decimal[] targets, decimal[] cash, uint[] eligibility, decimal[]? fresh = null)
    {
        var problem = new PoolProblem<decimal>(values, targets, cash, eligibility, fresh);
        var result = PooledFill.Solve(problem, _buys, _levels, _split, _carried);
        Assert.InRange(OptimalityCheck.Pooled(problem, _split), 0m, 1e-20m);
        return result;
    }
}
