using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class DelayedPriceGateTests
{
    private static readonly DelayedPriceGate Gate = new();

    [Fact]
    public void Prices_of_the_moment_are_clear() => VerdictAssert.Cleared(new GateCase().Judge(Gate), "0 prices of orders are told late");

    [Fact]
    public void A_delayed_price_of_an_order_needs_an_approval_whatever_the_policy_says()
    {
        var late = Late("c0");
        VerdictAssert.NeedsApproval(late.Judge(Gate), "B1: c0 at 1 INR is told late");
        var input = late.Policy(p => p with { Approval = p.Approval with { Rule = Domain.Policy.ApprovalRule.Automatic } }).Input();
        Assert.Contains(ApprovalNeed.Of(input, AllGates.Judge(input)), reason => reason.StartsWith("delayed price: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_delayed_price_of_what_is_only_held_needs_none() => VerdictAssert.Cleared(Late("c1").Judge(Gate), "0 prices");

    private static GateCase Late(string instrument) => new GateCase().Quote(instrument, q => q with { IsDelayed = true })
        with
    { Legs = _ => [GateCase.Leg("B1", LegPurpose.Invest, 100, "c0")] };
}
