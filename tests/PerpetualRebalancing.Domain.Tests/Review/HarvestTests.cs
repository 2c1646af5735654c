using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>Proposals of sales that only taxes ask for (seed 000: off by default; tax facts 0.8 and 1.9).</summary>
public class HarvestTests
{
    /// <summary>1,000 shares bought at 100 that stand at 400: a gain of 300,000, of which the year leaves 125,000 untaxed.</summary>
    private static readonly TestHousehold Household = (TestHousehold.WithTargets(1m) with { Exemption = 125_000m, Harvest = new(Gains: true, Losses: true) })
        .WithTax("equity", 12, 0.125m, 0.2m).WithAccount("a").WithInstrument("x", 0, "a", price: 400m, step: 1m, tax: "equity").WithLot("a", "x", 1000m, 100m);

    [Fact]
    public void Nothing_is_proposed_unless_the_household_asks() =>
        Assert.Empty((Household with { Harvest = new(Gains: false, Losses: false) }).Plan().Proposals);

    [Fact]
    public void The_unused_exemption_is_worth_what_the_gain_would_cost_once_it_is_used_up()
    {
        // 416 shares make 124,800 and 417 make 125,100, which is too much. 124,800 · 12.5 % = 15,600.
        var proposal = Assert.Single(Household.Plan().Proposals);
        Assert.Equal(HarvestKind.TaxFreeGain, proposal.Kind);
        Assert.Equal((416m, 124_800m, 0m), (proposal.Quantity.Units, proposal.Gain.Amount, proposal.Cost.Amount));
        Assert.InRange(proposal.Benefit.Amount, 15_550m, 15_600m);
        Assert.Equal(proposal.Sell, proposal.Buy);
        Assert.Contains("next trading day", proposal.How, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_accounts_do_not_use_one_exemption_twice()
    {
        var plan = Household.WithAccount("b").WithInstrument("y", 0, "b", price: 400m, step: 1m, tax: "equity").WithLot("b", "y", 1000m, 100m).Plan();
        Assert.InRange(plan.Proposals.Sum(p => p.Gain.Amount), 124_000m, 125_000m);
    }

    [Fact]
    public void A_year_that_holds_a_loss_would_waste_it() => Assert.Empty((Household with { HasLosses = true }).Plan().Proposals);

    [Fact]
    public void Early_in_the_year_the_exemption_may_still_be_needed() =>
        Assert.Empty((Household with { TaxYearEnd = TestHousehold.Today.AddDays(200) }).Plan().Proposals);

    [Fact]
    public void Costs_above_the_benefit_are_not_proposed()
    {
        // Each order costs 8,000: together more than the 15,600 that are saved.
        var dear = Household.WithCharges("dear", @fixed: 8_000m);
        dear = dear with { Instruments = [.. dear.Instruments.Select(i => i with { Charges = "dear" })] };
        Assert.Empty(dear.Plan().Proposals);
    }

    [Fact]
    public void A_plans_own_sale_uses_the_year_first()
    {
        // The sale of c0 for drift takes the exemption; nothing is left for c1, which is not sold.
        var overweight = (TestHousehold.WithTargets(0.3m, 0.7m) with { Exemption = 125_000m, Harvest = new(Gains: true, Losses: false) })
            .WithTax("equity", 12, 0.125m, 0.2m).WithAccount("a")
            .WithInstrument("x", 0, "a", price: 400m, step: 1m, tax: "equity").WithLot("a", "x", 2000m, 100m)
            .WithInstrument("y", 1, "a", price: 400m, step: 1m, tax: "equity", tag: InstrumentTag.Hold).WithLot("a", "y", 1000m, 100m);
        var plan = overweight.Plan();
        Assert.True(plan.Legs.Where(l => l.IsSale).SelectMany(l => l.Lots).Sum(l => l.Gain.Amount) > 125_000m, "The story sells too little.");
        Assert.Empty(plan.Proposals);
    }
}
