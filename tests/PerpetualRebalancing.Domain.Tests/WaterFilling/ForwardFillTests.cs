using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

public sealed class ForwardFillTests
{
    [Fact]
    public void The_first_month_of_a_new_investor_buys_the_targets()
    {
        var buys = new decimal[3];
        var level = ForwardFill.Solve<decimal>([0m, 0m, 0m], [0.5m, 0.3m, 0.2m], 1000m, buys);
        Assert.Equal([500m, 300m, 200m], buys);
        Assert.Equal(0m, level);
    }

    [Fact]
    public void Without_value_and_cash_nothing_is_bought_and_the_level_is_zero()
    {
        decimal[] buys = [9m, 9m];
        Assert.Equal(0m, ForwardFill.Solve<decimal>([0m, 0m], [0.5m, 0.5m], 0m, buys));
        Assert.Equal([0m, 0m], buys);
    }

    [Fact]
    public void Without_cash_the_level_is_the_worst_drift()
    {
        var buys = new decimal[3];
        Assert.Equal(-0.2m, ForwardFill.Solve<decimal>([300m, 300m, 400m], [0.5m, 0.3m, 0.2m], 0m, buys));
        Assert.Equal([0m, 0m, 0m], buys);
    }

    [Fact]
    public void Cash_that_does_not_divide_is_spent_to_the_last_digit_and_the_residual_goes_to_the_first_of_equals()
    {
        var buys = new decimal[4];
        ForwardFill.Solve<decimal>([0m, 0m, 0m, 3000m], [0.25m, 0.25m, 0.25m, 0.25m], 100m, buys);
        Assert.Equal([33.333333333334m, 33.333333333333m, 33.333333333333m, 0m], buys);
    }

    [Fact]
    public void Less_cash_than_a_grid_step_still_goes_to_the_class_furthest_below()
    {
        var buys = new decimal[3];
        ForwardFill.Solve<decimal>([600m, 100m, 300m], [0.5m, 0.3m, 0.2m], 0.00000000000000001m, buys);
        Assert.Equal([0m, 0.00000000000000001m, 0m], buys);
    }

    [Fact]
    public void Targets_of_28_digits_do_not_break_the_sum()
    {
        decimal[] targets = [0.3333333333333333333333333333m, 0.3333333333333333333333333333m, 0.3333333333333333333333333334m];
        var buys = new decimal[3];
        ForwardFill.Solve<decimal>([123456789.01m, 98765432.1m, 111111111.11m], targets, 7654321.07m, buys);
        Assert.Equal(7654321.07m, buys[0] + buys[1] + buys[2]);
        Assert.Equal(7654321.07m, buys[2] + buys[1] + buys[0]);
    }

    [Fact]
    public void A_class_with_a_zero_target_is_never_bought()
    {
        var buys = new decimal[3];
        ForwardFill.Solve<decimal>([0m, 50m, 50m], [0m, 0.5m, 0.5m], 10m, buys);
        Assert.Equal([0m, 5m, 5m], buys);
    }
}
