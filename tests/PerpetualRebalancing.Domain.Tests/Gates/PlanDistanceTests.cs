using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class PlanDistanceTests
{
    private static readonly PlannedLeg Sale = GateCase.Leg("S1", LegPurpose.Trim, 500, "c0");
    private static readonly PlannedLeg Buy = GateCase.Leg("B1", LegPurpose.Invest, 1_000, "c1");
    private static readonly PlannedLeg Fund = GateCase.Leg("F1", LegPurpose.Fund, 200, to: "usd");
    private static readonly PlannedLeg Withdrawal = GateCase.Leg("W1", LegPurpose.Withdraw, 300);

    [Fact]
    public void The_same_plan_is_covered() => Assert.Null(Within(Sale, Buy, Fund, Withdrawal));

    [Fact]
    public void Less_or_nothing_of_a_purchase_is_covered() => Assert.Null(Within(Sale, Fund, Withdrawal, Buy with { Value = GateCase.Inr(1) }));

    [Theory]
    [InlineData(1_021, true)]
    [InlineData(1_021.01, false)]
    public void A_buy_may_grow_by_the_tolerance_and_a_unit(decimal amount, bool covered) => Same(
        covered ? null : "buying c1 in a: 1021.01 INR, and 1000 INR was approved; beyond 2 % of 1000 INR", Within(Sale, Fund, Withdrawal, Buy with { Value = GateCase.Inr(amount) }));

    [Fact]
    public void A_little_money_may_go_to_another_purchase()
    {
        var other = GateCase.Leg("B2", LegPurpose.Invest, 20, "c2");
        Assert.Null(Within(Sale, Fund, Withdrawal, Buy with { Value = GateCase.Inr(980) }, other));
        Assert.NotNull(Within(Sale, Fund, Withdrawal, Buy with { Value = GateCase.Inr(970) }, other with { Value = GateCase.Inr(30) }));
    }

    [Theory]
    [InlineData(511, true)]
    [InlineData(489, true)]
    [InlineData(511.01, false)]
    [InlineData(488.99, false)]
    [InlineData(0, false)]
    public void A_sale_that_is_larger_or_smaller_beyond_the_tolerance_is_another_decision(decimal value, bool covered) =>
        Assert.Equal(covered, Within(Fund, Withdrawal, Buy, Sale with { Value = GateCase.Inr(value) }) is null);

    [Fact]
    public void A_transfer_has_the_tolerance_of_the_purchase_it_pays_for_and_a_withdrawal_has_none()
    {
        Assert.Null(Within(Sale, Buy, Withdrawal, Fund with { Value = GateCase.Inr(204) }));
        Assert.NotNull(Within(Sale, Buy, Withdrawal, Fund with { Value = GateCase.Inr(204.01m) }));
        Same("withdrawing from a: 300.01 INR, and 300 INR was approved; beyond 0 % of 300 INR", Within(Sale, Buy, Fund, Withdrawal with { Value = GateCase.Inr(300.01m) }));
    }

    [Fact]
    public void Another_instrument_account_side_or_receiver_is_new()
    {
        Assert.NotNull(Within(Sale, Fund, Withdrawal, Buy, GateCase.Leg("B2", LegPurpose.Invest, 50, "c2")));
        Assert.NotNull(Within(Sale, Fund, Withdrawal, Buy with { Account = new AccountId("b") }));
        Assert.NotNull(Within(Sale, Fund, Withdrawal, Buy, GateCase.Leg("S1", LegPurpose.Trim, 50, "c1")));
        Assert.NotNull(Within(Sale, Buy, Withdrawal, Fund with { To = new AccountId("gbp") }));
    }

    [Fact]
    public void Legs_of_one_instrument_are_taken_together_so_that_splitting_one_does_not_double_it() =>
        Assert.NotNull(Within(Sale, Fund, Withdrawal, Buy, Buy with { Id = new LegId("B2") }));

    [Fact]
    public void Legs_are_compared_by_what_they_do_and_not_by_their_names() => Assert.Null(Within(Sale, Fund, Withdrawal, Buy with { Id = new LegId("B9") }));

    [Fact]
    public void An_approval_is_for_one_review()
    {
        var plan = Plan(Buy);
        Assert.Contains("review of 2026-06", PlanDistance.Within(plan, plan with { Slot = new Slot(2026, 7) }, 0.02m), StringComparison.Ordinal);
        Assert.Contains("AdHoc", PlanDistance.Within(plan, plan with { Kind = ReviewKind.AdHoc }, 0.02m), StringComparison.Ordinal);
    }

    [Fact]
    public void Short_term_lots_must_have_been_approved()
    {
        var plan = Plan(Sale);
        Assert.Null(PlanDistance.Within(plan with { AllowsShortTerm = true }, plan, 0.02m));
        Assert.Contains("short-term", PlanDistance.Within(plan, plan with { AllowsShortTerm = true }, 0.02m), StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_tolerance_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PlanDistance.Within(Plan(), Plan(), -0.01m));

    private static string? Within(params PlannedLeg[] fresh) => PlanDistance.Within(Plan(Sale, Buy, Fund, Withdrawal), Plan(fresh), 0.02m);

    private static Plan Plan(params PlannedLeg[] legs) => new GateCase().Input().Plan with { Legs = [.. legs] };

    private static void Same(string? expected, string? actual) => Assert.Equal(expected, actual);
}
