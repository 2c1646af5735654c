namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is every single order small enough?</summary>
public sealed class OrderSizeGate : IGate
{
    /// <inheritdoc/>
    public string Name => "order size";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var limit = input.Policy.Limits.MaximumOrder;
        var (blocked, largest) = (new List<string>(), Money.Zero(input.Policy.Base));
        foreach (var leg in input.Orders)
        {
            var value = input.InBase(leg.Value);
            largest = Money.Max(largest, value);
            if (value > limit)
            {
                blocked.Add($"{GateWords.Name(leg)} is an order of {value.Rounded}, and {limit} is the most; spread the cash over several reviews, "
                    + "or raise limits.maximumOrder");
            }
        }

        return Verdict.Worst(blocked, [], $"the largest order is {largest.Rounded}, {limit} is the most");
    }
}
