using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

/// <summary>US-LOT-01, 26 CFR 1.1012-1(c): 100 units sold at 120 on 1 June 2026 out of three lots. First in first out is the rule without
/// an instruction to the broker; the others are standing instructions.</summary>
public sealed class LotMethodTests
{
    [Theory]
    [InlineData(LotMethod.Fifo, "A", 7_000, true)] // 120 - 50, held since 2020
    [InlineData(LotMethod.HighestCost, "C", -500, false)] // 120 - 125, held since February
    [InlineData(LotMethod.LeastTax, "C", -500, false)] // a loss against 10 and 70 a unit of gain
    [InlineData(LotMethod.Specific, "B", 1_000, true)] // 120 - 110: the highest cost among the long-term ones
    public void Each_method_takes_the_lot_it_says(LotMethod method, string lot, decimal gain, bool isLong)
    {
        var household = Household(method, c: 12_500);
        household.Sell(new(2026, 6, 1), 100, 12_000);
        Assert.Equal(new[] { "A", "B", "C" }.Except([lot]), household.Lots(UsHousehold.Taxable).Select(l => l.Id.Value));
        var entry = Assert.Single(household.State.Gains);
        Assert.Equal((gain, isLong ? "long" : "short"), (entry.Amount.Amount, entry.Bucket.Value));
    }

    // The highest cost is not the least tax: a short-term gain of 5 at 24 % costs more than a long-term one of 7 at 15 %.
    [Fact]
    public void The_highest_cost_is_not_the_least_tax_when_that_lot_is_short_term()
    {
        var rules = Household(LotMethod.HighestCost, c: 11_500) is var h ? h.Law.Open(h.Policy, h.State, new(2026, 6, 1)) : null;
        Assert.Equal(500m * 0.24m, rules!.Tax(UsHousehold.Ann, [500m, 0m, 0m]));
        Assert.Equal(700m * 0.15m, rules.Tax(UsHousehold.Ann, [0m, 700m, 0m]));
        Assert.Equal("C", First(LotMethod.HighestCost));
        Assert.Equal("B", First(LotMethod.LeastTax));

        static string First(LotMethod method)
        {
            var household = Household(method, c: 11_500, b: 11_300);
            household.Sell(new(2026, 6, 1), 100, 12_000);
            return new[] { "A", "B", "C" }.Except(household.Lots(UsHousehold.Taxable).Select(l => l.Id.Value)).Single();
        }
    }

    // The sale of an IRA is not taxed, so every lot is as good as the first.
    [Fact]
    public void A_sale_in_an_ira_causes_no_tax_and_no_loss()
    {
        var household = new UsHousehold();
        household.Buy(new(2026, 1, 5), 10, 1_000, "a", UsHousehold.Ira);
        household.Sell(new(2026, 3, 2), 10, 500, account: UsHousehold.Ira);
        Assert.Equal((0m, 0), (household.Counted(), household.State.OpenLosses.Length));
        Assert.Equal(0m, household.State.TaxDue[UsHousehold.Ann].Amount);
    }

    private static UsHousehold Household(LotMethod method, decimal c, decimal b = 11_000) => new(
        150_000m, lots: method, held: [("A", new(2020, 1, 2), 100, 5_000), ("B", new(2025, 1, 2), 100, b), ("C", new(2026, 2, 2), 100, c)]);
}
