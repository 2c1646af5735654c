using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

public sealed class SellEngineTests
{
    [Theory]
    [InlineData(0.125, 0)]
    [InlineData(0.125, 200_000)]
    [InlineData(0.20, 50_000)]
    [InlineData(0, 100_000)]
    public void With_one_pool_and_one_flat_tax_rate_the_sale_is_the_closed_form(decimal taxRate, decimal cash)
    {
        decimal[] values = [5_600_000, 1_500_000, 700_000, 700_000, 300_000, 300_000, 900_000];
        var pool = new OnePool { Values = values, Cash = cash, TaxRate = taxRate };
        var plan = pool.Plan();

        // semantics §4: S = (Σ_O v − c₀·V₁)/(1 − c₀·k), c₀ = ceiling + Σ_O target, V₁ the value after the fresh-cash buy.
        var over = Enumerable.Range(0, 7).Where(i => values[i] / values.Sum() > pool.Targets[i] + 0.01m).ToArray();
        var c0 = 0.10m + over.Sum(i => pool.Targets[i]);
        var expected = (over.Sum(i => values[i]) - (c0 * (values.Sum() + cash))) / (1m - (c0 * taxRate));
        var sold = plan.Legs.Where(l => l.Purpose == LegPurpose.Trim).Sum(l => l.Value.Amount);

        Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.InRange(sold, expected - 0.01m, expected + 0.05m);
        Assert.InRange(plan.Proof.Ideal.Portfolio.Fraction, 0.0999999m, 0.10m);
        Assert.True(plan.Proof.After.Portfolio.Points < 10.0001m);
        Assert.All(plan.Flows, f => Assert.Equal(0m, f.Residual.Amount));
        Assert.True(plan.Proof.BuyResidual < 1e-9m && plan.Proof.SellResidual < 1e-9m);
        Assert.DoesNotContain(plan.Legs, l => l.Purpose == LegPurpose.Invest && over.Contains(int.Parse(l.Class!.Value[1..], null)));
    }
}
