namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Does the day's total, with what is about to be placed, stay under its limit?</summary>
public sealed class DailyValueGate : IGate
{
    /// <inheritdoc/>
    public string Name => "daily value";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var limit = input.Policy.Limits.MaximumDailyValue;
        var orders = input.ValueOf(input.Orders);
        var day = input.Placed.Value + orders;
        var words = $"{input.Placed.Value.Rounded} placed today and {orders.Rounded} about to be make {day.Rounded}, and {limit} is the most for one day";
        return day > limit
            ? new Verdict.Blocked($"{words}; place the rest tomorrow, or raise limits.maximumDailyValue")
            : new Verdict.Cleared(words);
    }
}
