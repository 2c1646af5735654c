using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class DailyValueGateTests
{
    private static readonly DailyValueGate Gate = new();

    [Fact]
    public void A_day_of_exactly_the_limit_is_clear() => VerdictAssert.Cleared(
        Day(placed: 30_000, most: 100_000).Judge(Gate), "30000 INR placed today and 70000 INR about to be make 100000 INR", "100000 INR is the most");

    [Fact]
    public void What_was_placed_already_counts() => VerdictAssert.Blocked(
        Day(placed: 30_000.01m, most: 100_000).Judge(Gate), "make 100000.01 INR, and 100000 INR is the most", "tomorrow");

    [Fact]
    public void Money_that_a_person_moves_does_not_count() => VerdictAssert.Cleared(
        (Day(placed: 0, most: 10) with { Legs = _ => [GateCase.Leg("W1", LegPurpose.Withdraw, 100)] }).Judge(Gate), "make 0 INR");

    private static GateCase Day(decimal placed, decimal most) =>
        new GateCase { Placed = new PlacedToday(GateCase.Inr(placed), 3) }.Limits(l => l with { MaximumDailyValue = GateCase.Inr(most) });
}
