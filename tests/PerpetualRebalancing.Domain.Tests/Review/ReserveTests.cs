using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>Routing, job loss, retirement (semantics §2 and §4). Spending is 10,000 a month.</summary>
public sealed class ReserveTests
{
    private static readonly decimal[] Targets = [0.4m, 0.6m];

    [Fact]
    public void Cash_runs_through_tax_then_reserve_then_core()
    {
        var plan = (TestHousehold.OnePool(Targets, [400_000m, 600_000m], 200_000m) with { Expenses = (10_000m, 10_000m) }).WithTaxDue("m", 30_000m).Plan();
        Assert.Equal(
            [(Destination.TaxReserve, 30_000m), (Destination.LiquidityReserve, 120_000m), (Destination.Core, 50_000m)],
            plan.Routing.Select(r => (r.To, r.Amount.Amount)));
        Assert.Equal(50_000m, plan.Sum(LegPurpose.Invest));
    }

    [Fact]
    public void A_job_loss_suspends_top_ups_and_draws_essential_expenses()
    {
        var household = TestHousehold.WithTargets(Targets).WithAccount("a", 150_000m, reserve: 100_000m).WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a")
            with
        { Expenses = (15_000m, 10_000m) };
        Assert.Equal(20_000m, household.Plan().Flow("a").ToReserve.Amount);

        var plan = household.After(new Fact.JobLossSet(true)).Plan();
        Assert.Equal(10_000m, plan.Sum(LegPurpose.Withdraw));
        Assert.Equal(-10_000m, plan.Flow("a").ToReserve.Amount);
        Assert.Equal(50_000m, plan.Sum(LegPurpose.Invest));
        Assert.Contains(plan.Routing, r => r.Reason is Reason.Suspended && r.Amount.IsZero);
    }

    [Fact]
    public void A_reserve_instrument_is_bought_for_top_ups_and_sold_for_draws()
    {
        var household = TestHousehold.OnePool(Targets, [400_000m, 600_000m], 50_000m).WithInstrument("liquid", -1, "a", price: 1_000m, step: 1m, tax: "t")
            .WithTax("t", 12, 0.1m, 0.2m) with
        { Expenses = (10_000m, 10_000m) };
        Assert.Equal(50_000m, household.Plan().Sum(LegPurpose.ReserveTopUp, "liquid"));

        // 1,000 a unit, cost 500, held long: 11 units bring 11,000 less 550 tax. What exceeds the spending stays in the reserve.
        var drawn = (household with { Phase = Phase.Retirement }).WithLot("a", "liquid", 500m, cost: 500m).Plan();
        Assert.Equal(11_000m, drawn.Sum(LegPurpose.ReserveDraw));
        Assert.Equal(10_000m, drawn.Sum(LegPurpose.Withdraw));
        Assert.Equal(550m, drawn.Flow("a").ToTaxReserve.Amount);
        Assert.Equal(450m, drawn.Flow("a").ToReserve.Amount);
        Assert.Equal(0m, drawn.Flow("a").Residual.Amount);
    }

    [Fact]
    public void In_retirement_a_month_is_withdrawn_and_a_reserve_above_its_floor_sells_nothing()
    {
        var plan = Retired(reserve: 130_000m).Plan();
        Assert.Equal(10_000m, plan.Sum(LegPurpose.Withdraw));
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
        Assert.Equal(120_000m, plan.Reserves.LiquidityAfter.Amount);
    }

    [Fact]
    public void The_withdrawal_comes_before_the_floor_test_and_the_sale_raises_floor_plus_refill_net_of_tax()
    {
        // 129,999 less the month is a rupee under twelve months; lots cost nothing and are taxed at 12.5 %.
        var plan = Retired(reserve: 129_999m).Plan();
        Assert.InRange(plan.Reserves.LiquidityAfter.Amount, 179_999.95m, 180_000.05m);
        Assert.Equal(60_001m / 0.875m, plan.Sum(LegPurpose.LiquiditySale), 0);
        Assert.DoesNotContain(plan.Legs, l => l.Purpose == LegPurpose.Invest);
        Assert.All(plan.Classes, c => Assert.InRange(c.DriftAfter.Points, -0.01m, 0.01m));
    }

    [Fact]
    public void A_review_that_needs_a_drift_sale_and_a_liquidity_sale_makes_the_larger_one()
    {
        // Drift alone wants 100,000 at the start of a program; the reserve wants 140,000 net.
        var alone = Retired(reserve: 50_000m, over: 0.02m).Plan();
        var both = Retired(reserve: 50_000m, over: 0.11m).Plan();
        Assert.IsType<ProgramStep.Sell>(both.Program);
        Assert.All(both.Legs.Where(l => l.IsSale), l => Assert.Equal(LegPurpose.LiquiditySale, l.Purpose));
        Assert.Equal(alone.Sum(LegPurpose.LiquiditySale), both.Sum(LegPurpose.LiquiditySale), 0);
        Assert.Equal(140_000m / 0.875m, both.Sum(LegPurpose.LiquiditySale), 0);
    }

    [Fact]
    public void A_harvest_that_lifts_the_reserve_over_its_floor_makes_the_liquidity_sale_unnecessary()
    {
        // The reserve is short by one rupee of its floor; the drift sale alone brings more than that.
        var plan = Retired(reserve: 129_999m, over: 0.11m).Plan();
        Assert.All(plan.Legs.Where(l => l.IsSale), l => Assert.Equal(LegPurpose.Trim, l.Purpose));
        Assert.True(plan.Reserves.LiquidityAfter.Amount > 120_000m);
    }

    [Fact]
    public void Spending_that_the_reserve_cannot_pay_is_paid_from_what_the_review_adds_to_it()
    {
        var plan = Retired(reserve: 4_000m).Plan();
        Assert.Equal([4_000m, 6_000m], plan.Legs.Where(l => l.Purpose == LegPurpose.Withdraw).Select(l => l.Value.Amount));
        Assert.InRange(plan.Reserves.LiquidityAfter.Amount, 179_999.95m, 180_000.05m);
        Assert.All(plan.Flows, f => Assert.Equal(0m, f.Residual.Amount));
    }

    [Fact]
    public void Spending_that_nothing_can_pay_is_a_critical_notice()
    {
        var plan = (TestHousehold.WithTargets(1m).WithAccount("a", 4_000m, reserve: 4_000m) with { Phase = Phase.Retirement, Expenses = (10_000m, 10_000m) }).Plan();
        Assert.Equal(4_000m, plan.Sum(LegPurpose.Withdraw));
        Assert.Contains(plan.Notices, n => n.Severity == Severity.Critical && n.Text.StartsWith("Spending of 6000 INR cannot be paid"));
    }

    [Fact]
    public void When_long_term_lots_do_not_suffice_a_person_is_asked_with_the_tax_of_short_term_ones()
    {
        var household = Retired(reserve: 50_000m);
        household = household with { Lots = [.. household.Lots.Select(l => l with { Acquired = TestHousehold.Lately })] };
        var asked = household.Plan();
        Assert.DoesNotContain(asked.Legs, l => l.IsSale);
        var notice = asked.Notices.Single(n => n.Severity == Severity.Critical);

        // 140,000 net at 20 %: 175,000 of gains.
        Assert.Contains("needs 140000 INR more", notice.Text);
        Assert.Contains("extra tax of 35000", notice.Text);
        var allowed = (household with { AllowShortTerm = true }).Plan();
        Assert.InRange(allowed.Reserves.LiquidityAfter.Amount, 179_999.95m, 180_000.05m);
    }

    [Fact]
    public void Draws_and_sales_of_one_review_share_the_years_exemption()
    {
        // The draw uses the whole exemption, so every rupee of the liquidity sale's gain is taxed.
        var household = Retired(reserve: 0m).WithInstrument("liquid", -1, "a", tax: "t").WithLot("a", "liquid", 20_000m) with { Exemption = 10_000m };
        var plan = household.Plan();
        var sale = plan.Legs.Where(l => l.Purpose == LegPurpose.LiquiditySale).ToArray();
        Assert.Equal(10_000m, plan.Sum(LegPurpose.ReserveDraw));
        Assert.Equal(sale.Sum(l => l.Value.Amount) * 0.125m, sale.Sum(l => l.Tax.Amount), 1);
    }

    [Fact]
    public void An_ad_hoc_review_routes_only_what_arrived_since_and_neither_sells_nor_advances_the_program()
    {
        var household = TestHousehold.WithTargets(Targets).WithAccount("a", 150m, carried: 80m, carriedProceeds: 20m)
            .WithInstrument("x0", 0, "a").WithInstrument("x1", 1, "a").WithLot("a", "x0", 90_000m).WithLot("a", "x1", 10_000m);
        var plan = (household with { Kind = ReviewKind.AdHoc }).Plan();
        Assert.IsType<ProgramStep.NotAsked>(plan.Program);
        Assert.Equal(50m, plan.Sum(LegPurpose.Invest));
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
        Assert.All(plan.Classes, c => Assert.IsType<Reason.AdHocNeverSells>(c.Selling));
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.None), SellProgram.Close(household.Sell, plan.Program, plan.Proof.After.Portfolio));
    }

    [Fact]
    public void Claims_larger_than_the_cash_block_the_account_and_the_others_go_on()
    {
        var plan = TestHousehold.WithTargets(Targets).WithAccount("a", 99m, tax: 100m).WithAccount("b", 1_000m)
            .WithInstrument("x0", 0, "a b").WithInstrument("x1", 1, "a b").WithLot("a", "x0", 90_000m).WithLot("b", "x1", 10_000m).Plan();
        Assert.All(plan.Legs, l => Assert.Equal("b", l.Account.Value));
        Assert.Contains(plan.Notices, n => n.Severity == Severity.Critical && n.Text.Contains("Account a is blocked"));
    }

    private static TestHousehold Retired(decimal reserve, decimal over = 0m)
    {
        var household = TestHousehold.OnePool(Targets, [400_000m + (over * 1_000_000m), 600_000m - (over * 1_000_000m)], 0m).WithTax("t", 12, 0.125m, 0.2m);
        return household with
        {
            Phase = Phase.Retirement,
            Expenses = (10_000m, 10_000m),
            Accounts = [household.Accounts[0] with { Cash = reserve, Reserve = reserve }],
            Instruments = [.. household.Instruments.Select(i => i with { TaxClass = "t" })],
        };
    }
}
