using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class DailyOrdersGateTests
{
    private static readonly DailyOrdersGate Gate = new();

    [Fact]
    public void A_day_of_exactly_the_limit_is_clear() =>
        VerdictAssert.Cleared(Day(placed: 3, most: 10).Judge(Gate), "3 orders placed today and 7 about to be make 10, and 10 is the most");

    [Fact]
    public void One_order_more_blocks() => VerdictAssert.Blocked(Day(placed: 4, most: 10).Judge(Gate), "make 11, and 10 is the most", "limits.maximumDailyOrders");

    [Fact]
    public void Money_that_a_person_moves_is_not_an_order() => VerdictAssert.Cleared(
        (Day(placed: 10, most: 10) with { Legs = _ => [GateCase.Leg("W1", LegPurpose.Withdraw, 100)] }).Judge(Gate), "0 about to be");

    private static GateCase Day(int placed, int most) =>
        new GateCase { Placed = new PlacedToday(GateCase.Inr(0), placed) }.Limits(l => l with { MaximumDailyOrders = most });
}
