using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

/// <summary>Semantics §3 "Pools", before trading units.</summary>
public sealed class PooledFillProperties
{
    private const decimal Grid = 0.00000000001m;

    [Fact]
    public void Every_paisa_is_spent_by_a_pool_that_may_spend_it_there_or_carried() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            foreach (var deploy in new[] { false, true })
            {
                var answer = Answer.Of(pools, deploy);
                for (var p = 0; p < pools.Cash.Length; p++)
                {
                    var row = answer.Row(p);
                    Assert.Equal(pools.Cash[p], row.Sum() + answer.Carried[p]);
                    Assert.True(answer.Carried[p] >= 0m, $"pool {p} spent {-answer.Carried[p]} it does not have");
                    for (var i = 0; i < row.Length; i++)
                        Assert.True(row[i] == 0m || (row[i] > 0m && (pools.Eligibility[p] >> i & 1) == 1), $"pool {p} class {i}: {row[i]}");
                }

                for (var i = 0; i < answer.Buys.Length; i++)
                    Assert.Equal(answer.Buys[i], Enumerable.Range(0, pools.Cash.Length).Sum(p => answer.Row(p)[i]));
                Assert.Equal(answer.Buys.Sum(), answer.Result.Spent);
                Assert.Equal(pools.Values.Sum() + answer.Result.Spent, answer.Result.EndValue);
            }
        });

    [Fact]
    public void Decimal_splits_satisfy_the_optimality_conditions() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            foreach (var deploy in new[] { false, true })
            {
                var answer = Answer.Of(pools, deploy);
                Assert.True(answer.Residual * answer.Result.EndValue <= Grid, $"residual {answer.Residual}, deploy {deploy}");
            }
        });

    [Fact]
    public void Double_splits_satisfy_the_optimality_conditions() =>
        Property.Holds(Generators.Pools(12, 5), pools =>
        {
            foreach (var fresh in new[] { [], Doubles.Of(pools.Fresh) })
            {
                var problem = new PoolProblem<double>(
                    Doubles.Of(pools.Values), Doubles.Of(pools.Targets), Doubles.Of(pools.Cash), pools.Eligibility, fresh);
                var (n, p) = (pools.Values.Length, pools.Cash.Length);
                var split = new double[p * n];
                var result = PooledFill.Solve(problem, new double[n], new double[n], split, new double[p]);
                var tolerance = 1e-11 * (result.EndValue + Doubles.Of(pools.Cash).Sum());
                Assert.InRange(OptimalityCheck.Pooled(problem, split) * result.EndValue, 0, tolerance);
            }
        });

    [Fact]
    public void Total_and_class_totals_agree_with_maximum_flow_and_pairwise_exchange() =>
        Property.Holds(Generators.Pools(5, 3), pools =>
        {
            var answer = Answer.Of(pools, deploy: false);
            var reference = References.Pooled(pools);
            var tolerance = 1e-7 * ((double)answer.Result.EndValue + 1);
            Assert.Equal(reference.Cast<double>().Sum(), (double)answer.Result.Spent, tolerance);
            for (var i = 0; i < answer.Buys.Length; i++)
                Assert.Equal(Enumerable.Range(0, pools.Cash.Length).Sum(p => reference[p, i]), (double)answer.Buys[i], tolerance);
        });

    [Fact]
    public void No_split_in_whole_units_of_a_tiny_portfolio_is_better() =>
        Property.Holds(Generators.TinyPools, pools =>
        {
            var answer = Answer.Of(pools, deploy: false);
            decimal[] after = [.. pools.Values.Zip(answer.Buys, (value, buy) => value + buy)];
            var squares = DriftMeasures.Of<decimal>(after, pools.Targets).SumOfSquares;
            foreach (var other in References.WholeUnitPurchases(pools))
            {
                var spent = other.Sum();
                decimal[] otherAfter = [.. pools.Values.Zip(other, (value, buy) => value + buy)];
                Assert.True(spent <= answer.Result.Spent + Grid, $"{spent} could be spent: {Generators.Text(other)}");
                if (Math.Abs(spent - answer.Result.Spent) <= Grid)
                    Assert.True(squares <= DriftMeasures.Of<decimal>(otherAfter, pools.Targets).SumOfSquares + 1e-12m, $"better: {Generators.Text(other)}");
            }
        });

    [Fact]
    public void The_total_spent_never_shrinks_when_a_pool_gets_cash() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            var before = Answer.Of(pools, deploy: false);
            for (var p = 0; p < pools.Cash.Length; p++)
            {
                decimal[] cash = [.. pools.Cash];
                cash[p] = (cash[p] * 1.3m) + 0.01m;
                var after = Answer.Of(pools with { Cash = cash }, deploy: false);
                Assert.True(after.Result.Spent >= before.Result.Spent - Grid, $"pool {p}: {before.Result.Spent} became {after.Result.Spent}");
            }
        });

    [Fact]
    public void Portfolio_drift_falls_by_the_law_of_buy_only_correction_whatever_the_pools() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            var answer = Answer.Of(pools, deploy: false);
            if (pools.Values.Sum() == 0m)
                return;
            decimal[] after = [.. pools.Values.Zip(answer.Buys, (value, buy) => value + buy)];
            var fall = DriftMeasures.Of<decimal>(pools.Values, pools.Targets).Portfolio - DriftMeasures.Of<decimal>(after, pools.Targets).Portfolio;
            var expected = BuyOnlyLaw.ExpectedReduction<decimal>(pools.Values, pools.Targets, answer.Result.Spent);
            var tolerance = (Grid / answer.Result.EndValue) + 1e-24m;
            Assert.InRange(fall, expected - tolerance, expected + tolerance);
        });

    [Fact]
    public void One_pool_that_can_buy_everything_is_the_forward_fill_exactly() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var n = fill.Values.Length;
            var forward = new decimal[n];
            var level = ForwardFill.Solve<decimal>(fill.Values, fill.Targets, fill.Cash, forward);
            foreach (decimal[] cash in new decimal[][] { [fill.Cash], [0.75m * fill.Cash, 0.25m * fill.Cash] })
            {
                var all = Array.ConvertAll(cash, _ => (1u << n) - 1);
                var answer = Answer.Of(new PoolCase(fill.Values, fill.Targets, cash, all, new decimal[cash.Length]), deploy: false);
                Assert.Equal(forward, answer.Buys);
                if (fill.Cash > 0m)
                    Assert.Equal(level, answer.Result.LowestLevel);
            }
        });

    [Fact]
    public void The_order_of_classes_and_pools_does_not_change_what_is_bought() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            var n = pools.Values.Length;
            var answer = Answer.Of(pools, deploy: false);
            uint Turn(uint mask) => (uint)Enumerable.Range(0, n).Sum(i => (mask >> i & 1) << (n - 1 - i));
            var turned = Answer.Of(
                new PoolCase(
                    [.. pools.Values.Reverse()],
                    [.. pools.Targets.Reverse()],
                    [.. pools.Cash.Reverse()],
                    [.. pools.Eligibility.Reverse().Select(Turn)],
                    [.. pools.FreshShare.Reverse()]),
                deploy: false);
            for (var i = 0; i < n; i++)
                Assert.InRange(turned.Buys[^(i + 1)], answer.Buys[i] - Grid, answer.Buys[i] + Grid);
        });

    [Fact]
    public void The_levels_are_those_at_which_the_classes_end() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            foreach (var deploy in new[] { false, true })
            {
                var answer = Answer.Of(pools, deploy);
                var end = answer.Result.EndValue;
                for (var i = 0; i < answer.Buys.Length && end > 0m; i++)
                {
                    var above = pools.Values[i] + answer.Buys[i] - (pools.Targets[i] * end) - (answer.Levels[i] * end);
                    Assert.True(above >= -Grid && (answer.Buys[i] <= Grid || above <= Grid), $"class {i} ends {above} from its level, deploy {deploy}");
                    Assert.True(deploy || answer.Levels[i] <= 0m, $"class {i} level {answer.Levels[i]}");
                    Assert.True(answer.Buys[i] == 0m || answer.Result.LowestLevel <= answer.Levels[i]);
                }
            }
        });

    [Fact]
    public void Totals_without_the_split_are_the_same() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            foreach (var deploy in new[] { false, true })
            {
                var answer = Answer.Of(pools, deploy);
                var (buys, levels) = (new decimal[pools.Values.Length], new decimal[pools.Values.Length]);
                var result = PooledFill.SolveTotals(Answer.Problem(pools, deploy), buys, levels);
                Assert.Equal(levels, answer.Levels);
                Assert.InRange(result.Spent, answer.Result.Spent - Grid, answer.Result.Spent + Grid);
                for (var i = 0; i < buys.Length; i++)
                    Assert.InRange(buys[i], answer.Buys[i] - Grid, answer.Buys[i] + Grid);
            }
        });

    [Fact]
    public void Policy_deploy_spends_fresh_cash_in_full_and_changes_nothing_when_nothing_was_carried() =>
        Property.Holds(Generators.Pools(7, 4), pools =>
        {
            var (carry, deploy) = (Answer.Of(pools, deploy: false), Answer.Of(pools, deploy: true));
            Assert.True(deploy.Result.Spent >= carry.Result.Spent);
            if (carry.Carried.Sum() == 0m)
                Assert.Equal(carry.Buys, deploy.Buys);
            for (var p = 0; p < pools.Cash.Length; p++)
            {
                var buysSomething = Enumerable.Range(0, pools.Values.Length).Any(i => (pools.Eligibility[p] >> i & 1) == 1 && pools.Targets[i] > 0m);
                Assert.True(!buysSomething || deploy.Carried[p] <= pools.Cash[p] - pools.Fresh[p], $"pool {p} carried fresh cash: {deploy.Carried[p]}");
                Assert.True(deploy.Carried[p] >= carry.Carried[p] - pools.Fresh[p], $"pool {p} spent proceeds above target");
                Assert.True(buysSomething || deploy.Carried[p] == pools.Cash[p]);
            }
        });

    private sealed record Answer(
        decimal[] Buys, decimal[] Levels, decimal[] Split, decimal[] Carried, PooledFillResult<decimal> Result, decimal Residual)
    {
        public static PoolProblem<decimal> Problem(PoolCase pools, bool deploy) =>
            new(pools.Values, pools.Targets, pools.Cash, pools.Eligibility, deploy ? pools.Fresh : []);

        public static Answer Of(PoolCase pools, bool deploy)
        {
            var (n, p) = (pools.Values.Length, pools.Cash.Length);
            var (buys, levels, split, carried) = (new decimal[n], new decimal[n], new decimal[p * n], new decimal[p]);
            var problem = Problem(pools, deploy);
            var result = PooledFill.Solve(problem, buys, levels, split, carried);
            return new Answer(buys, levels, split, carried, result, OptimalityCheck.Pooled(problem, split));
        }

        public decimal[] Row(int pool) => Split[(pool * Buys.Length)..((pool + 1) * Buys.Length)];
    }
}
