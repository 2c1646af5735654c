using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

/// <summary>Semantics §3 for one pool, before trading units.</summary>
public sealed class ForwardFillProperties
{
    private const decimal Grid = 0.00000000001m;

    [Fact]
    public void Decimal_buys_are_never_negative_and_sum_to_the_cash_to_the_last_digit() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, _) = Solve(fill);
            Assert.All(buys, buy => Assert.True(buy >= 0m, $"negative buy {buy}"));
            Assert.Equal(fill.Cash, buys.Sum());
            Assert.Equal(fill.Cash, buys.Reverse().Sum());
        });

    [Fact]
    public void Nothing_is_bought_above_its_target() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, level) = Solve(fill);
            Assert.True(level <= 0m, $"level {level}");
            var end = fill.Values.Sum() + fill.Cash;
            for (var i = 0; i < buys.Length; i++)
                Assert.True(buys[i] == 0m || fill.Values[i] + buys[i] <= (fill.Targets[i] * end) + Grid, $"class {i} ends above target");
        });

    [Fact]
    public void Decimal_buys_satisfy_the_optimality_conditions() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, level) = Solve(fill);
            var end = fill.Values.Sum() + fill.Cash;
            var residual = OptimalityCheck.Forward<decimal>(fill.Values, fill.Targets, fill.Cash, buys, level);
            Assert.True(residual * end <= Grid, $"residual {residual}");
        });

    [Fact]
    public void Double_buys_satisfy_the_optimality_conditions() =>
        Property.Holds(Generators.Fills(40), fill =>
        {
            var (values, targets, cash) = (Doubles.Of(fill.Values), Doubles.Of(fill.Targets), (double)fill.Cash);
            var buys = new double[values.Length];
            var level = ForwardFill.Solve<double>(values, targets, cash, buys);
            Assert.True(level <= 0);
            Assert.InRange(OptimalityCheck.Forward<double>(values, targets, cash, buys, level), 0, 1e-13);
        });

    [Fact]
    public void The_purchase_agrees_with_a_bisection_on_the_water_level() =>
        Property.Holds(Generators.Fills(8), fill =>
        {
            var (buys, _) = Solve(fill);
            var reference = References.Forward(fill.Values, fill.Targets, fill.Cash);
            for (var i = 0; i < buys.Length; i++)
                Assert.InRange(buys[i], reference[i] - Grid, reference[i] + Grid);
        });

    [Fact]
    public void The_order_of_the_classes_does_not_matter() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, level) = Solve(fill);
            var (turned, turnedLevel) = Solve(new FillCase([.. fill.Values.Reverse()], [.. fill.Targets.Reverse()], fill.Cash));
            Assert.Equal(level, turnedLevel, 20);
            for (var i = 0; i < buys.Length; i++)
                Assert.InRange(turned[^(i + 1)], buys[i] - Grid, buys[i] + Grid);
        });

    [Fact]
    public void More_cash_never_shrinks_a_buy() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, _) = Solve(fill);
            foreach (var more in new[] { 0.01m, 1m, 0.1m * fill.Cash, 100m * fill.Cash })
            {
                var (bigger, _) = Solve(fill with { Cash = fill.Cash + more });
                for (var i = 0; i < buys.Length; i++)
                    Assert.True(bigger[i] >= buys[i] - Grid, $"{more} more cash shrank class {i} from {buys[i]} to {bigger[i]}");
            }
        });

    [Fact]
    public void Portfolio_drift_falls_by_the_law_of_buy_only_correction() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, _) = Solve(fill);
            if (fill.Values.Sum() == 0m)
                return;
            decimal[] after = [.. fill.Values.Zip(buys, (value, buy) => value + buy)];
            var fall = DriftMeasures.Of<decimal>(fill.Values, fill.Targets).Portfolio - DriftMeasures.Of<decimal>(after, fill.Targets).Portfolio;
            var expected = BuyOnlyLaw.ExpectedReduction<decimal>(fill.Values, fill.Targets, fill.Cash);
            var tolerance = (Grid / (fill.Values.Sum() + fill.Cash)) + 1e-24m;
            Assert.InRange(fall, expected - tolerance, expected + tolerance);
        });

    [Fact]
    public void The_worst_underweight_and_the_sum_of_squares_are_no_worse_than_those_of_a_proportional_split() =>
        Property.Holds(Generators.Fills(12), fill =>
        {
            var (buys, _) = Solve(fill);
            decimal[] filled = [.. fill.Values.Zip(buys, (value, buy) => value + buy)];
            decimal[] proportional = [.. fill.Values.Zip(fill.Targets, (value, target) => value + (target * fill.Cash))];
            var (best, other) = (DriftMeasures.Of<decimal>(filled, fill.Targets), DriftMeasures.Of<decimal>(proportional, fill.Targets));
            Assert.True(best.SumOfSquares <= other.SumOfSquares + 1e-12m);
            Assert.True(best.WorstUnderweight >= other.WorstUnderweight - 1e-12m);
        });

    private static (decimal[] Buys, decimal Level) Solve(FillCase fill)
    {
        var buys = new decimal[fill.Values.Length];
        return (buys, ForwardFill.Solve<decimal>(fill.Values, fill.Targets, fill.Cash, buys));
    }
}
