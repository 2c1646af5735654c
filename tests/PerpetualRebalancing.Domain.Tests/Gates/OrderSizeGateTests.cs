using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class OrderSizeGateTests
{
    private static readonly OrderSizeGate Gate = new();

    [Fact]
    public void An_order_of_exactly_the_limit_is_clear() =>
        VerdictAssert.Cleared(Limited(28_000).Judge(Gate), "largest order is 28000 INR, 28000 INR is the most");

    [Fact]
    public void A_larger_order_blocks() => VerdictAssert.Blocked(
        Limited(27_999.99m).Judge(Gate), "B1 (c0 in a) is an order of 28000 INR, and 27999.99 INR is the most", "limits.maximumOrder");

    [Fact]
    public void Sales_count_too() => VerdictAssert.Blocked(
        (Limited(99) with { Legs = _ => [GateCase.Leg("S1", LegPurpose.Trim, 100, "c0")] }).Judge(Gate), "S1 (c0 in a) is an order of 100 INR");

    [Fact]
    public void A_foreign_order_is_measured_in_base_currency()
    {
        var abroad = GateCase.Leg("B1", LegPurpose.Invest, 0, "c0") with { Account = new AccountId("usd"), Value = new Money(100, Currency.Usd) };
        var gate = (new GateCase() with { Legs = _ => [abroad] }).Dollars(0, new DateOnly(2026, 6, 30));
        VerdictAssert.Cleared(gate.Limits(l => l with { MaximumOrder = GateCase.Inr(8_000) }).Judge(Gate), "8000 INR");
        VerdictAssert.Blocked(gate.Limits(l => l with { MaximumOrder = GateCase.Inr(7_999) }).Judge(Gate), "8000 INR, and 7999 INR");
    }

    [Fact]
    public void Money_that_a_person_moves_is_not_an_order() => VerdictAssert.Cleared(
        (Limited(99) with { Legs = _ => [GateCase.Leg("F1", LegPurpose.Fund, 100, to: "usd")] }).Judge(Gate), "largest order is 0 INR, 99 INR");

    private static GateCase Limited(decimal most) => new GateCase().Limits(l => l with { MaximumOrder = GateCase.Inr(most) });
}
