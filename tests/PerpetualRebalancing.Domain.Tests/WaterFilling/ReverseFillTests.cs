using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

public sealed class ReverseFillTests
{
    private static readonly decimal[] Thirds = [0.5m, 0.3m, 0.2m];

    [Fact]
    public void The_classes_highest_above_target_are_brought_to_one_level()
    {
        // End value 1000: heights 100, 50, -150. Selling 110 leaves both at 20, which is 2 % above target.
        var sales = new decimal[3];
        var result = ReverseFill.Solve<decimal>([600m, 350m, 50m], Thirds, [600m, 350m, 50m], 110m, 1000m, sales);
        Assert.Equal([80m, 30m, 0m], sales);
        Assert.Equal(new ReverseFillResult<decimal>(0.02m, 110m), result);
    }

    [Fact]
    public void A_cap_moves_the_rest_of_the_sale_to_the_next_class()
    {
        var sales = new decimal[3];
        var result = ReverseFill.Solve<decimal>([600m, 350m, 50m], Thirds, [65m, 350m, 50m], 105m, 1000m, sales);
        Assert.Equal([65m, 40m, 0m], sales);
        Assert.Equal(0.01m, result.Level);
    }

    [Fact]
    public void A_drift_sale_stops_at_target_and_says_what_it_really_sold()
    {
        var sales = new decimal[3];
        var result = ReverseFill.Solve<decimal>([600m, 350m, 50m], Thirds, [600m, 350m, 50m], 500m, 1000m, sales);
        Assert.Equal([100m, 50m, 0m], sales);
        Assert.Equal(new ReverseFillResult<decimal>(0m, 150m), result);
        Assert.Equal(150m, ReverseFill.MostSellable<decimal>([600m, 350m, 50m], Thirds, [600m, 350m, 50m], 1000m));
    }

    [Fact]
    public void A_liquidity_sale_may_go_below_target()
    {
        // The sale's cash leaves: 1000 - 400. Heights above the end targets 300, 170, -70 come down to one level of 35.
        var sales = new decimal[3];
        var result = ReverseFill.Solve<decimal>([600m, 350m, 50m], Thirds, [600m, 350m, 50m], 400m, 600m, sales, belowTarget: true);
        Assert.Equal([265m, 135m, 0m], sales);
        Assert.Equal(400m, result.Sold);

        result = ReverseFill.Solve<decimal>([500m, 300m, 200m], Thirds, [500m, 300m, 200m], 300m, 1000m, sales, belowTarget: true);
        Assert.Equal([100m, 100m, 100m], sales);
        Assert.Equal(-0.1m, result.Level);
    }

    [Fact]
    public void A_liquidity_sale_beyond_every_cap_sells_the_caps()
    {
        var sales = new decimal[3];
        var result = ReverseFill.Solve<decimal>([600m, 350m, 50m], Thirds, [10m, 20m, 30m], 1000m, 940m, sales, belowTarget: true);
        Assert.Equal([10m, 20m, 30m], sales);
        Assert.Equal(60m, result.Sold);
        Assert.Equal(60m, ReverseFill.MostSellable<decimal>([600m, 350m, 50m], Thirds, [10m, 20m, 30m], 940m, belowTarget: true));
    }

    [Fact]
    public void Selling_nothing_sells_nothing_and_reports_the_highest_drift()
    {
        var sales = new decimal[3];
        var result = ReverseFill.Solve<decimal>([600m, 350m, 50m], Thirds, [600m, 350m, 50m], 0m, 1000m, sales);
        Assert.Equal([0m, 0m, 0m], sales);
        Assert.Equal(new ReverseFillResult<decimal>(0.1m, 0m), result);
    }

    [Fact]
    public void A_total_that_does_not_divide_is_sold_to_the_last_digit()
    {
        var sales = new decimal[4];
        ReverseFill.Solve<decimal>([400m, 400m, 400m, 0m], [0.25m, 0.25m, 0.25m, 0.25m], [400m, 400m, 400m, 0m], 100m, 1200m, sales);
        Assert.Equal([33.333333333334m, 33.333333333333m, 33.333333333333m, 0m], sales);
    }
}
