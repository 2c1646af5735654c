namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is every order's limit made from a price of this moment? One that its exchange tells some minutes late is good enough for a
/// limit order, and a person should know.</summary>
public sealed class DelayedPriceGate : IGate
{
    /// <inheritdoc/>
    public string Name => "delayed price";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var asks = new List<string>();
        foreach (var legs in input.Orders.GroupBy(leg => leg.Instrument!))
        {
            if (input.Inputs.Read.Quotes.FirstOrDefault(q => q.Instrument == legs.Key) is { IsDelayed: true } quote)
            {
                asks.Add($"{GateWords.Names(legs)}: {legs.Key} at {quote.Price} is told late ({quote.Source}), and only prices of the moment need no approval; "
                    + $"approve it: its limit stays within {GateWords.Percent(input.Policy.Limits.SlippageBuffer)} of that price");
            }
        }

        return Verdict.Worst([], asks, "0 prices of orders are told late, 0 are allowed");
    }
}
