using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>Trading units, uneconomic legs, funding (semantics §3 and §6).</summary>
public sealed class PurchaseTests
{
    [Fact]
    public void Shares_are_floored_and_then_bought_one_by_one_for_the_class_furthest_below_target()
    {
        // 250 each way by the exact split: 2 and 1 shares; the 110 left pay for one more of the cheaper one.
        var plan = TestHousehold.WithTargets(0.5m, 0.5m).WithAccount("a", 500m)
            .WithInstrument("x0", 0, "a", price: 110m, step: 1m).WithInstrument("x1", 1, "a", price: 170m, step: 1m).Plan();
        Assert.Equal([220m, 170m], plan.Legs.Select(l => l.Value.Amount));
        Assert.Equal(110m, plan.Proof.RoundingResidual.Amount);
    }

    [Fact]
    public void What_flooring_left_buys_one_more_unit_that_ends_at_or_below_target()
    {
        // Of 300 new rupees 150 go to each class: 1 share of 100 each; the 100 left buy the first declared, which ends at target.
        var plan = TestHousehold.OnePoolOfShares([0.5m, 0.5m], [900m, 1_000m], 300m, price: 100m).Plan();
        Assert.Equal([200m, 100m], plan.Classes.Select(c => c.Bought.Amount));
        Assert.Equal(0m, plan.Flow("a").Carried.Amount);
    }

    [Fact]
    public void A_smallest_order_that_cannot_be_paid_is_carried_and_said()
    {
        var plan = TestHousehold.WithTargets(0.5m, 0.5m).WithAccount("a", 900m)
            .WithInstrument("x0", 0, "a", minimum: 500m).WithInstrument("x1", 1, "a").Plan();
        Assert.Equal(450m, plan.Sum(LegPurpose.Invest));
        Assert.IsType<Reason.BelowOneUnit>(plan.Class(0).Buying);
        Assert.Equal(450m, plan.Flow("a").Carried.Amount);
    }

    [Fact]
    public void Orders_are_rounded_down_to_the_multiple_a_fund_wants()
    {
        var plan = TestHousehold.WithTargets(1m).WithAccount("a", 1_250m).WithInstrument("x0", 0, "a", multiple: 100m).Plan();
        Assert.Equal(1_200m, plan.Sum(LegPurpose.Invest));
    }

    [Fact]
    public void A_fund_is_bought_by_amount_and_the_units_follow_from_its_nav()
    {
        // Caught: 248.482 units of 20.1234 are 5,000.30 or 4,999.97 rupees, never the 5,000 that was ordered.
        var household = TestHousehold.WithTargets(1m).WithAccount("a", 5_999.99m).WithCharges("stamp", rate: 0.00005m, roundTo: 0.01m)
            .WithInstrument("x0", 0, "a", price: 20.1234m, step: 0.001m, minimum: 5_000m, multiple: 1_000m, charges: "stamp");
        var leg = Assert.Single(household.Plan().Legs);
        Assert.Equal((4_999.75m, 0.25m, 248.454m), (leg.Value.Amount, leg.Charges.Amount, leg.Quantity.Units));
        var flow = household.Plan().Flow("a");
        Assert.Equal((999.99m, 0m), (flow.Carried.Amount, flow.Residual.Amount));
    }

    [Fact]
    public void Uneconomic_legs_are_dropped_one_at_a_time_the_worst_first_and_of_equals_the_last()
    {
        // 20 on 1,000 is 2 % for each of three; without the last the other two are 1,500 and 1.3 %.
        var plan = TestHousehold.WithTargets(0.25m, 0.25m, 0.25m, 0.25m).WithAccount("a", 3_000m).WithCharges("fixed", @fixed: 20m)
            .WithInstrument("x0", 0, "a", charges: "fixed").WithInstrument("x1", 1, "a", charges: "fixed").WithInstrument("x2", 2, "a", charges: "fixed")
            .WithInstrument("x3", 3, "a").WithLot("a", "x0", 8_000m).WithLot("a", "x1", 8_000m).WithLot("a", "x2", 8_000m).WithLot("a", "x3", 13_000m).Plan();
        Assert.Equal(["x0", "x1"], plan.Legs.Select(l => l.Instrument!.Value));
        Assert.All(plan.Legs, l => Assert.InRange(l.Value.Amount, 1_440m, 1_500m));
        Assert.IsType<Reason.Uneconomic>(plan.Class(2).Buying);
    }

    [Fact]
    public void Exact_charges_never_overdraw_an_account()
    {
        // Lines are rounded up to whole rupees: the smooth estimate of 0.11 % would leave nothing for that.
        var plan = TestHousehold.WithTargets(0.5m, 0.5m).WithAccount("a", 1_000m).WithCharges("rupees", rate: 0.0011m, roundTo: 1m)
            .WithInstrument("x0", 0, "a", charges: "rupees").WithInstrument("x1", 1, "a", charges: "rupees").Plan();
        Assert.InRange(plan.Flow("a").Carried.Amount, 0m, 2m);
        Assert.Equal(0m, plan.Flow("a").Residual.Amount);
    }

    [Fact]
    public void Money_is_moved_once_per_route_and_the_purchases_wait_for_it()
    {
        var plan = Abroad(cash: 100_000m).Plan();
        var funding = plan.Legs.Single(l => l.Purpose == LegPurpose.Fund);
        Assert.Equal(("home", "abroad"), (funding.Account.Value, funding.To!.Value));

        // The fee of 500 and 1 % come out of what is sent; 85 rupees to the dollar.
        Assert.Equal(100_000m, funding.Value.Amount + funding.Charges.Amount, 0);
        var waiting = plan.Legs.Where(l => l.WaitsFor == funding.Id).ToArray();
        Assert.Equal(["u0", "u1"], waiting.Select(l => l.Instrument!.Value).Order());
        Assert.All(waiting, l => Assert.Equal("abroad", l.Account.Value));
        Assert.InRange(waiting.Sum(l => l.Value.Amount), (funding.Value.Amount / 85m) - 1m, funding.Value.Amount / 85m);
        Assert.All(plan.Flows, f => Assert.Equal(0m, f.Residual.Amount));
    }

    [Fact]
    public void No_second_transfer_is_planned_while_one_is_on_its_way()
    {
        var household = Abroad(cash: 100_000m);
        var state = household.State() with
        {
            InTransit = [new MoneyInTransit(new BatchId("b"), new LegId("F1"), new AccountId("home"), new AccountId("abroad"), new Money(1m, Currency.Inr))],
        };
        var plan = Decision.Decide(household.Policy(), state, household.Inputs());
        Assert.Empty(plan.Legs);
        Assert.Equal(100_000m, plan.Flow("home").Carried.Amount);
    }

    [Fact]
    public void A_transfer_below_its_minimum_is_not_made_and_the_rest_is_solved_again_without_it()
    {
        // 780 of 3,000 would go abroad. Without that the home class is overweight, and buying it for its share would end above target.
        var household = Abroad(cash: 3_000m, minimum: 5_000m).WithInstrument("h2", 2, "home")
            .WithLot("abroad", "u0", 0.6m).WithLot("abroad", "u1", 0.3m).WithLot("home", "h2", 5_000m) with
        { Targets = [0.1m, 0.1m, 0.8m] };
        var plan = household.Plan();
        Assert.Empty(plan.Legs);
        Assert.IsType<Reason.BelowOneUnit>(plan.Class(0).Buying);
        Assert.IsType<Reason.Overweight>(plan.Class(2).Buying);
    }

    [Fact]
    public void Nothing_is_sent_to_a_blocked_account()
    {
        var household = Abroad(cash: 100_000m);
        household = household with { Accounts = [household.Accounts[0], household.Accounts[1] with { Tax = 5m }] };
        Assert.DoesNotContain(household.Plan().Legs, l => l.Purpose == LegPurpose.Fund);
    }

    [Fact]
    public void Proceeds_that_would_need_a_transfer_count_as_not_bought_when_the_sale_is_sized()
    {
        // The same overweight, with the underweight class bought at home or abroad: waiting for the bank, more must be sold now.
        TestHousehold Sized(bool atHome) => TestHousehold.WithTargets(0.4m, 0.6m).WithAccount("home").WithAccount("abroad")
            .WithInstrument("h0", 0, "home").WithInstrument("u1", 1, atHome ? "home" : "abroad").WithRoute("home", "abroad")
            .WithLot("home", "h0", 600_000m).WithLot(atHome ? "home" : "abroad", "u1", 400_000m);
        Assert.Equal(100_000m, Sized(atHome: true).Plan().Sum(LegPurpose.Trim), 0);

        // (600,000 − S)/(1,000,000 − S) = 0.5.
        var abroad = Sized(atHome: false).Plan();
        Assert.Equal(200_000m, abroad.Sum(LegPurpose.Trim), 0);
        Assert.Equal(200_000m, abroad.Sum(LegPurpose.Fund), 0);
    }

    [Fact]
    public void The_first_month_of_a_new_investor_works()
    {
        var plan = TestHousehold.OnePool([0.5m, 0.3m, 0.2m], [0m, 0m, 0m], 10_000m).Plan();
        Assert.Equal([5_000m, 3_000m, 2_000m], plan.Classes.Select(c => c.Bought.Amount));
        Assert.IsType<ProgramStep.Idle>(plan.Program);
    }

    [Fact]
    public void A_portfolio_on_target_gets_cash_by_its_targets()
    {
        var plan = TestHousehold.OnePool([0.5m, 0.3m, 0.2m], [500_000m, 300_000m, 200_000m], 10_000m).Plan();
        Assert.Equal([5_000m, 3_000m, 2_000m], plan.Classes.Select(c => c.Bought.Amount));
    }

    [Fact]
    public void Nothing_to_invest_is_a_plan_without_legs()
    {
        var plan = TestHousehold.OnePool([0.5m, 0.5m], [510_000m, 490_000m], 0m).Plan();
        Assert.Empty(plan.Legs);
        Assert.All(plan.Classes, c => Assert.IsType<Reason.NoCash>(c.Buying));
        Assert.Empty(TestHousehold.OnePool([0.5m, 0.5m], [0m, 0m], 0m).Plan().Legs);
    }

    private static TestHousehold Abroad(decimal cash, decimal minimum = 0m) => TestHousehold.WithTargets(0.5m, 0.5m).WithRate(Currency.Usd, 85m)
        .WithAccount("home", cash).WithAccount("abroad", 0m, Currency.Usd)
        .WithInstrument("u0", 0, "abroad", price: 10m).WithInstrument("u1", 1, "abroad", price: 20m).WithRoute("home", "abroad", fee: 500m, feeRate: 0.01m, minimum);
}
