namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is the price of everything about to be traded close to an independent second price?</summary>
public sealed class PriceCollarGate : IGate
{
    /// <inheritdoc/>
    public string Name => "price collar";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var collar = input.Policy.Limits.PriceCollar;
        var (blocked, asks, largest) = (new List<string>(), new List<string>(), 0m);
        foreach (var legs in input.Orders.GroupBy(leg => leg.Instrument!))
        {
            var quote = input.Inputs.Read.Quotes.FirstOrDefault(q => q.Instrument == legs.Key)
                ?? throw new KeyNotFoundException($"there is no price of {legs.Key}; add one to the price source.");
            if (quote.Reference is not { } reference)
            {
                asks.Add($"{GateWords.Names(legs)}: {legs.Key} at {quote.Price} has 0 independent reference prices and 1 is needed; compare it with another "
                    + "source and approve, or add a reference");
            }
            else if (reference.Currency != quote.Price.Currency)
            {
                blocked.Add($"{GateWords.Names(legs)}: {legs.Key} is priced {quote.Price} and its reference {reference}; correct the currency of one");
            }
            else
            {
                var gap = Math.Abs((quote.Price.Amount / reference.Amount) - 1m);
                largest = Math.Max(largest, gap);
                if (gap > collar)
                {
                    blocked.Add($"{GateWords.Names(legs)}: {legs.Key} at {quote.Price} is {GateWords.Percent(gap)} away from its reference {reference}, and "
                        + $"{GateWords.Percent(collar)} are allowed; find out which price is wrong, or wait until they agree");
                }
            }
        }

        return Verdict.Worst(blocked, asks, $"prices are at most {GateWords.Percent(largest)} away from their references, {GateWords.Percent(collar)} are allowed");
    }
}
