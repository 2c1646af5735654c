namespace PerpetualRebalancing.Domain.Tests;

/// <summary>Caught: a decimal can be minus zero (rounding -0.001 makes one), and ThrowIfNegative refuses it.</summary>
public class NegativeZeroTests
{
    private static readonly decimal MinusZero = Math.Round(-0.001m, 2);

    [Fact]
    public void Minus_zero_is_zero_wherever_negative_numbers_are_refused()
    {
        Assert.True(decimal.IsNegative(MinusZero));
        Assert.Equal(new Weight(0m), new Weight(MinusZero));
        Assert.Equal(Quantity.Zero, new Quantity(MinusZero));
        Assert.Equal("0", Canonical.Text(MinusZero));
    }
}
