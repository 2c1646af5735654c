using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tests.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class TurnoverGateTests
{
    private static readonly TurnoverGate Gate = new();

    [Fact]
    public void A_turnover_of_exactly_the_limit_is_clear() => VerdictAssert.Cleared(
        Limited(0.07m).Judge(Gate), "trades 70000 INR, 7 % of the core portfolio of 1000000 INR before it", "7 % is the most");

    [Fact]
    public void A_batch_that_only_invests_cash_needs_approval_above_it() =>
        VerdictAssert.NeedsApproval(Limited(0.0699m).Judge(Gate), "7 % of the core portfolio", "6.99 % is the most", "approve it if");

    [Fact]
    public void A_batch_that_sells_blocks_above_it_and_sells_and_buys_add_up()
    {
        var selling = new GateCase().Plan(p => p with { Legs = [GateCase.Leg("S1", LegPurpose.Trim, 50_000, "c0"), GateCase.Leg("B1", LegPurpose.Invest, 40_000, "c1")] });
        VerdictAssert.Cleared(selling.Limits(l => l with { MaximumTurnover = 0.09m }).Judge(Gate), "9 %");
        VerdictAssert.Blocked(selling.Limits(l => l with { MaximumTurnover = 0.08999m }).Judge(Gate), "trades 90000 INR, 9 %", "8.999 % is the most", "maximumTurnoverPercent");
    }

    [Fact]
    public void The_whole_batch_counts_and_not_only_what_is_about_to_be_placed() =>
        VerdictAssert.NeedsApproval((Limited(0.0699m) with { Legs = _ => [] }).Judge(Gate), "70000 INR");

    // A new investor's first month must work: 100 % of what will be there, within a limit of 100 % and never a division by zero.
    [Theory]
    [InlineData(0, "100 % of the core portfolio of 70000 INR after it")]
    [InlineData(69_999, "of the core portfolio of 139999 INR after it")]
    [InlineData(70_000, "100 % of the core portfolio of 70000 INR before it")]
    public void A_young_portfolio_is_measured_after_the_purchase(decimal held, string words) =>
        VerdictAssert.Cleared((Limited(1m) with { Pool = Young(held) }).Judge(Gate), words);

    [Fact]
    public void A_new_investor_is_asked_under_a_tight_limit_and_not_blocked() =>
        VerdictAssert.NeedsApproval((Limited(0.15m) with { Pool = Young(0) }).Judge(Gate), "100 %", "15 % is the most");

    [Fact]
    public void Legs_of_the_reserve_do_not_count() => VerdictAssert.Cleared(
        Limited(0.01m).Plan(p => p with { Legs = [GateCase.Leg("R1", LegPurpose.ReserveTopUp, 900_000, "c0"), GateCase.Leg("W1", LegPurpose.Withdraw, 900_000)] }).Judge(Gate),
        "0 % of the core portfolio");

    [Fact]
    public void Trading_a_core_that_is_not_there_blocks() => VerdictAssert.Blocked(
        (Limited(1m) with { Pool = Young(0) }).Plan(p => p with { CoreAfter = GateCase.Inr(0) }).Judge(Gate), "trades 70000 INR against a core portfolio of 0 INR after it");

    private static GateCase Limited(decimal most) => new GateCase().Limits(l => l with { MaximumTurnover = most });

    private static OnePool Young(decimal held) => new() { Values = [held * 0.4m, held * 0.2m, held * 0.1m, held * 0.1m, held * 0.05m, held * 0.05m, held * 0.1m], Cash = 70_000 };
}
