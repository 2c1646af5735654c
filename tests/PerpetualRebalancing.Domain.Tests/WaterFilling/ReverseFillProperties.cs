using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

/// <summary>Semantics §4, the part that concerns the kernel: a given total and a given end value.</summary>
public sealed class ReverseFillProperties
{
    private const decimal Grid = 0.00000000001m;

    [Fact]
    public void Sales_stay_within_their_caps_and_sum_to_the_total_to_the_last_digit() =>
        Property.Holds(Generators.Sales(12), sale =>
        {
            foreach (var belowTarget in new[] { false, true })
            {
                var (sales, result) = Solve(sale, belowTarget);
                var most = ReverseFill.MostSellable<decimal>(sale.Values, sale.Targets, sale.Caps, sale.EndValue, belowTarget);
                Assert.Equal(Math.Min(sale.Total, most), result.Sold);
                Assert.Equal(result.Sold, sales.Sum());
                for (var i = 0; i < sales.Length; i++)
                    Assert.InRange(sales[i], 0m, sale.Caps[i]);
            }
        });

    [Fact]
    public void A_drift_sale_never_goes_below_target_nor_touches_a_class_that_is_not_overweight() =>
        Property.Holds(Generators.Sales(12), sale =>
        {
            var (sales, result) = Solve(sale, belowTarget: false);
            Assert.True(result.Level >= 0m, $"level {result.Level}");
            for (var i = 0; i < sales.Length; i++)
                Assert.True(sales[i] <= Math.Max(0m, sale.Values[i] - (sale.Targets[i] * sale.EndValue)), $"class {i} sold {sales[i]}");
        });

    [Fact]
    public void Decimal_sales_satisfy_the_optimality_conditions() =>
        Property.Holds(Generators.Sales(12), sale =>
        {
            foreach (var belowTarget in new[] { false, true })
            {
                var (sales, result) = Solve(sale, belowTarget);
                var residual = OptimalityCheck.Reverse<decimal>(
                    sale.Values, sale.Targets, sale.Caps, result.Sold, sale.EndValue, sales, result.Level, belowTarget);
                Assert.True(residual * sale.EndValue <= Grid, $"residual {residual}, below target {belowTarget}");
            }
        });

    [Fact]
    public void Double_sales_satisfy_the_optimality_conditions() =>
        Property.Holds(Generators.Sales(40), sale =>
        {
            var (values, targets, caps) = (Doubles.Of(sale.Values), Doubles.Of(sale.Targets), Doubles.Of(sale.Caps));
            var (total, end) = ((double)sale.Total, (double)sale.EndValue);
            var sales = new double[values.Length];
            foreach (var belowTarget in new[] { false, true })
            {
                var result = ReverseFill.Solve<double>(values, targets, caps, total, end, sales, belowTarget);
                var residual = OptimalityCheck.Reverse<double>(values, targets, caps, result.Sold, end, sales, result.Level, belowTarget);
                var scale = Math.Max(end, values.Sum());
                Assert.True(residual * end <= 1e-12 * scale, $"residual {residual}");
            }
        });

    [Fact]
    public void Sales_agree_with_a_bisection_on_the_level() =>
        Property.Holds(Generators.Sales(8), sale =>
        {
            foreach (var belowTarget in new[] { false, true })
            {
                var (sales, _) = Solve(sale, belowTarget);
                var reference = References.Reverse(sale, belowTarget ? -sale.EndValue - sale.Values.Sum() : 0m);
                for (var i = 0; i < sales.Length; i++)
                    Assert.InRange(sales[i], reference[i] - Grid, reference[i] + Grid);
            }
        });

    [Fact]
    public void A_larger_total_never_shrinks_a_sale_at_the_same_end_value() =>
        Property.Holds(Generators.Sales(12), sale =>
        {
            var (sales, result) = Solve(sale, belowTarget: true);
            var (bigger, biggerResult) = Solve(sale with { Total = (sale.Total * 1.1m) + 0.01m }, belowTarget: true);
            Assert.True(biggerResult.Level <= result.Level);
            for (var i = 0; i < sales.Length; i++)
                Assert.True(bigger[i] >= sales[i] - Grid, $"class {i} fell from {sales[i]} to {bigger[i]}");
        });

    [Fact]
    public void The_order_of_the_classes_does_not_matter() =>
        Property.Holds(Generators.Sales(12), sale =>
        {
            var (sales, result) = Solve(sale, belowTarget: false);
            var turned = sale with { Values = [.. sale.Values.Reverse()], Targets = [.. sale.Targets.Reverse()], Caps = [.. sale.Caps.Reverse()] };
            var (turnedSales, turnedResult) = Solve(turned, belowTarget: false);
            Assert.Equal(result.Level, turnedResult.Level, 20);
            for (var i = 0; i < sales.Length; i++)
                Assert.InRange(turnedSales[^(i + 1)], sales[i] - Grid, sales[i] + Grid);
        });

    private static (decimal[] Sales, ReverseFillResult<decimal> Result) Solve(SaleCase sale, bool belowTarget)
    {
        var sales = new decimal[sale.Values.Length];
        return (sales, ReverseFill.Solve<decimal>(sale.Values, sale.Targets, sale.Caps, sale.Total, sale.EndValue, sales, belowTarget));
    }
}
