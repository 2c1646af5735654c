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
    public void Less_or_nothing_of_what_was_approved_is_covered()
    {
        Assert.Null(Within());
        Assert.Null(Within(Sale with { Quantity = new Quantity(1) }, Buy with { Value = GateCase.Inr(1) }));
    }

    [Theory]
    [InlineData(1_020, true)]
    [InlineData(1_020.01, false)]
    public void A_buy_may_grow_by_exactly_the_tolerance(decimal amount, bool covered) => Same(
        covered ? null : "buying c1 in a: 1020.01 INR, and 1000 INR plus 2 % were approved", Within(Buy with { Value = GateCase.Inr(amount) }));

    [Fact]
    public void A_sale_may_not_grow_by_a_unit_whatever_it_brings()
    {
        Assert.Null(Within(Sale with { Value = GateCase.Inr(9_999) }));
        Same("selling c0 in a: 500.001 units, and 500 were approved", Within(Sale with { Quantity = new Quantity(500.001m), Value = GateCase.Inr(1) }));
    }

    [Fact]
    public void A_transfer_has_the_tolerance_of_the_purchase_it_pays_for_and_a_withdrawal_has_none()
    {
        Assert.Null(Within(Fund with { Value = GateCase.Inr(204) }));
        Same("sending money from a to usd: 204.01 INR, and 200 INR plus 2 % were approved", Within(Fund with { Value = GateCase.Inr(204.01m) }));
        Same("withdrawing from a: 300.01 INR, and 300 INR plus 0 % were approved", Within(Withdrawal with { Value = GateCase.Inr(300.01m) }));
    }

    [Fact]
    public void Another_instrument_account_side_or_receiver_is_new()
    {
        Same("buying c2 in a is new: B1 of 5 INR was not approved", Within(GateCase.Leg("B1", LegPurpose.Invest, 5, "c2")));
        Same("buying c1 in b is new: B1 of 1000 INR was not approved", Within(Buy with { Account = new AccountId("b") }));
        Same("selling c1 in a is new: S1 of 5 INR was not approved", Within(GateCase.Leg("S1", LegPurpose.Trim, 5, "c1")));
        Same("sending money from a to gbp is new: F1 of 200 INR was not approved", Within(Fund with { To = new AccountId("gbp") }));
    }

    [Fact]
    public void Legs_of_one_instrument_are_taken_together_so_that_splitting_one_does_not_double_it() => Same(
        "buying c1 in a: 2000 INR, and 1000 INR plus 2 % were approved", Within(Buy, Buy with { Id = new LegId("B2") }));

    [Fact]
    public void Legs_are_compared_by_what_they_do_and_not_by_their_names() => Assert.Null(Within(Buy with { Id = new LegId("B9") }));

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
