namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Does the day's number of orders, with those about to be placed, stay under its limit?</summary>
public sealed class DailyOrdersGate : IGate
{
    /// <inheritdoc/>
    public string Name => "daily orders";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var limit = input.Policy.Limits.MaximumDailyOrders;
        var orders = input.Orders.Count();
        var day = input.Placed.Orders + orders;
        var words = $"{GateWords.Count(input.Placed.Orders, "order")} placed today and {orders} about to be make {day}, and {limit} is the most for one day";
        return day > limit
            ? new Verdict.Blocked($"{words}; place the rest tomorrow, or raise limits.maximumDailyOrders")
            : new Verdict.Cleared(words);
    }
}
