using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>What may be sold, and in which order (semantics §4).</summary>
public sealed class SaleRuleTests
{
    [Fact]
    public void Behind_a_short_term_lot_nothing_can_be_reached()
    {
        var plan = Overweight().WithLot("a", "x0", 300_000m).WithLot("a", "x0", 100_000m, acquired: TestHousehold.Lately.AddDays(-1))
            .WithLot("a", "x0", 300_000m, acquired: TestHousehold.Lately).Plan();
        Assert.Equal(["l1"], plan.Legs.Single(l => l.IsSale).Lots.Select(p => p.Lot.Value));
    }

    [Fact]
    public void A_household_that_holds_only_short_term_lots_sells_nothing_and_learns_when_it_may()
    {
        var plan = Overweight().WithLot("a", "x0", 700_000m, acquired: TestHousehold.Lately).Plan();
        Assert.Empty(plan.Legs);
        var reason = Assert.IsType<Reason.NoSellableLots>(plan.Class(0).Selling);
        Assert.Equal((700_000m, TestHousehold.Lately.AddMonths(12).AddDays(1)), (reason.Units.Units, reason.Earliest));
    }

    [Fact]
    public void What_can_never_become_long_term_may_be_sold()
    {
        var household = Overweight().WithTax("never", null, 0m, 0.3m);
        household = household with { Instruments = [.. household.Instruments.Select(i => i with { TaxClass = "never" })] };
        Assert.True(household.WithLot("a", "x0", 700_000m, acquired: TestHousehold.Lately).Plan().Sum(LegPurpose.Trim) > 100_000m);
    }

    [Fact]
    public void With_the_policy_off_or_allowed_for_one_review_short_term_lots_are_sold()
    {
        var household = Overweight().WithLot("a", "x0", 700_000m, acquired: TestHousehold.Lately);
        Assert.NotEmpty((household with { AllowShortTerm = true }).Plan().Legs);
        Assert.NotEmpty((household with { Sell = household.Sell with { LongTermOnly = false } }).Plan().Legs);
    }

    [Fact]
    public void Tagged_Sell_goes_first_then_the_least_tax_then_declared_order()
    {
        var household = TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("a").WithTax("t", 12, 0.125m, 0.3m)
            .WithInstrument("buy", 0, "a", tax: "t").WithInstrument("cheap", 0, "a", tag: InstrumentTag.Hold, tax: "t")
            .WithInstrument("same", 0, "a", tag: InstrumentTag.Hold, tax: "t").WithInstrument("old", 0, "a", tag: InstrumentTag.Sell, tax: "t")
            .WithInstrument("x1", 1, "a")
            .WithLot("a", "buy", 500_000m).WithLot("a", "cheap", 30_000m, cost: 0.8m).WithLot("a", "same", 60_000m, cost: 0.8m).WithLot("a", "old", 10_000m)
            .WithLot("a", "x1", 300_000m);
        var plan = household.Plan();
        Assert.Equal(["old", "cheap", "same", "buy"], plan.Legs.Where(l => l.IsSale).Select(l => l.Instrument!.Value));
        Assert.Equal([10_000m, 30_000m, 60_000m], plan.Legs.Where(l => l.IsSale).Take(3).Select(l => l.Value.Amount));
    }

    [Fact]
    public void Units_that_do_not_add_up_to_their_lots_are_not_sellable()
    {
        var household = Overweight().WithLot("a", "x0", 700_000m);
        var inputs = household.Inputs();
        var reading = inputs.Read.Accounts[0];
        inputs = inputs with
        {
            Read = inputs.Read with { Accounts = [reading with { Holdings = [.. reading.Holdings.Select(h => h with { Quantity = h.Quantity + new Quantity(0.01m) })] }] },
        };
        var plan = Decision.Decide(household.Policy(), household.State(), inputs);
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
        Assert.Contains(plan.Notices, n => n.Text.Contains("x0 in a is not sellable"));
    }

    [Fact]
    public void A_class_that_is_not_overweight_is_not_sold_although_the_overweight_one_cannot_be()
    {
        var plan = TestHousehold.WithTargets(0.3m, 0.3m, 0.4m).WithAccount("a")
            .WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a").WithInstrument("x2", 2, "a")
            .WithLot("a", "x0", 600_000m, acquired: TestHousehold.Lately).WithLot("a", "x1", 300_000m).WithLot("a", "x2", 100_000m).Plan();
        Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
        Assert.IsType<Reason.NotOverweight>(plan.Class(1).Selling);
    }

    [Fact]
    public void Units_that_an_open_order_sells_are_not_sold_again()
    {
        // 300,000 of the 400,000 long-term units are on their way to the market; the other 300,000 are short-term.
        var household = Overweight().WithLot("a", "x0", 400_000m).WithLot("a", "x0", 500_000m, acquired: TestHousehold.Lately);
        var earlier = household.Plan();
        var sale = earlier.Legs.Single(l => l.IsSale);
        var batch = new BatchId("abcdefghij");
        var plan = household.After(
            new Fact.BatchPlanned(
                batch, "hash", new Slot(2026, 5), ReviewKind.Scheduled, earlier.Program, [sale with { Quantity = new Quantity(300_000m), Value = new Money(300_000m, Currency.Inr) }],
                false, DateTimeOffset.UnixEpoch, TestHousehold.Today),
            new Fact.LegMoved(batch, sale.Id, LegState.Scheduled, null, null, null, ""),
            new Fact.LegMoved(batch, sale.Id, LegState.Submitting, sale.Quantity, "key", DateTimeOffset.UnixEpoch, "")).Plan();
        Assert.True(plan.Sum(LegPurpose.Trim) is > 0m and <= 100_000m);
    }

    [Fact]
    public void A_sale_below_the_smallest_order_is_left_out_and_the_next_source_is_used()
    {
        var household = TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("a")
            .WithInstrument("little", 0, "a", tag: InstrumentTag.Sell, minimum: 50_000m).WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a")
            .WithLot("a", "little", 10_000m).WithLot("a", "x0", 590_000m).WithLot("a", "x1", 400_000m);
        var plan = household.Plan();
        Assert.Equal("x0", plan.Legs.Single(l => l.IsSale).Instrument!.Value);
        Assert.InRange(plan.Proof.After.Portfolio.Points, 9.99m, 10m);
    }

    [Fact]
    public void An_uneconomic_sale_is_left_out()
    {
        // 20 on a sale of about 1,000 is 2 %.
        var household = TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("a").WithCharges("fixed", @fixed: 20m)
            .WithInstrument("x0", 0, "a", charges: "fixed").WithInstrument("x1", 1, "a").WithLot("a", "x0", 50_600m).WithLot("a", "x1", 49_400m);
        var plan = household.Plan();
        Assert.Empty(plan.Legs);
        Assert.NotEmpty((household with { MaximumFixedCostShare = 0.05m }).Plan().Legs);
    }

    private static TestHousehold Overweight() =>
        TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("a").WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a").WithLot("a", "x1", 300_000m);
}
