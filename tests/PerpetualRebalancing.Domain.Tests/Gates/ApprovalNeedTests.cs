using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class ApprovalNeedTests
{
    [Fact]
    public void Always_ask_asks_about_any_leg_and_about_nothing_when_there_is_none()
    {
        Assert.Single(Need(Under(ApprovalRule.AlwaysAsk)));
        Assert.Empty(Need(Under(ApprovalRule.AlwaysAsk).Plan(p => p with { Legs = [] })));
    }

    [Fact]
    public void Automatic_asks_only_when_a_gate_wants_it()
    {
        Assert.Empty(Need(Under(ApprovalRule.Automatic)));
        Assert.StartsWith("price collar: ", Assert.Single(Need(Under(ApprovalRule.Automatic).Quote("c0", q => q with { Reference = null }))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70_000, true)]
    [InlineData(69_999.99, false)]
    public void A_turnover_of_exactly_the_amount_goes_ahead(decimal askAbove, bool automatic)
    {
        var reasons = Need(Under(ApprovalRule.AskAboveOrSelling, askAbove));
        Assert.Equal(automatic ? [] : ["the batch trades 70000 INR, and the policy asks above 69999.99 INR"], reasons);
    }

    [Theory]
    [InlineData(LegPurpose.Trim)]
    [InlineData(LegPurpose.LiquiditySale)]
    [InlineData(LegPurpose.ReserveDraw)]
    public void Any_sale_is_asked_about_however_small(LegPurpose purpose) => Assert.Equal(
        "the batch sells 1 INR in 1 leg (S1), and the policy asks before any sale",
        Assert.Single(Need(Under(ApprovalRule.AskAboveOrSelling, 1e9m).Plan(p => p with { Legs = [GateCase.Leg("S1", purpose, 1, "c0")] }))));

    [Fact]
    public void All_reasons_are_given() =>
        Assert.Equal(2, Need(Under(ApprovalRule.AlwaysAsk).Quote("c0", q => q with { Reference = null })).Length);

    private static GateCase Under(ApprovalRule rule, decimal askAbove = 0) =>
        new GateCase().Policy(p => p with { Approval = p.Approval with { Rule = rule, AskAbove = GateCase.Inr(askAbove) } });

    private static ImmutableArray<string> Need(GateCase from)
    {
        var input = from.Input();
        return ApprovalNeed.Of(input, AllGates.Judge(input));
    }
}
