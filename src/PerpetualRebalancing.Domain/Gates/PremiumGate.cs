namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is any exchange-traded fund about to be bought far above its last NAV? In a rush the units of a fund whose own purchases are
/// capped trade at a premium that goes away again, at the buyer's expense.</summary>
public sealed class PremiumGate : IGate
{
    /// <summary>Above this fraction of the NAV a person is asked.</summary>
    private const decimal Asked = 0.02m;

    /// <summary>Above this fraction of the NAV nothing is bought.</summary>
    private const decimal Refused = 0.05m;

    /// <inheritdoc/>
    public string Name => "premium to NAV";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var (blocked, asks, largest) = (new List<string>(), new List<string>(), 0m);
        foreach (var legs in input.Orders.Where(leg => leg.IsPurchase).GroupBy(leg => leg.Instrument!))
        {
            var quote = input.Inputs.Read.Quotes.FirstOrDefault(q => q.Instrument == legs.Key)
                ?? throw new KeyNotFoundException($"there is no price of {legs.Key}; add one to the price source.");
            if (quote.Nav is not { } nav)
            {
                if (quote.NavFault is { } fault)
                {
                    asks.Add($"{GateWords.Names(legs)}: how far {legs.Key} at {quote.Price} is above its last NAV is not known ({fault}), and {GateWords.Percent(Asked)} need no approval; "
                        + "compare it with the fund house's NAV and approve it, or let it wait");
                }

                continue;
            }

            if (nav.Currency != quote.Price.Currency)
            {
                blocked.Add($"{GateWords.Names(legs)}: {legs.Key} is priced {quote.Price} and its NAV is {nav}; correct the currency of one");
                continue;
            }

            var premium = (quote.Price.Amount / nav.Amount) - 1m;
            largest = Math.Max(largest, premium);
            if (premium > Refused)
            {
                blocked.Add($"{GateWords.Names(legs)}: {legs.Key} at {quote.Price} is {GateWords.Percent(premium)} above its last NAV {nav}, and "
                    + $"{GateWords.Percent(Refused)} are allowed; plan again when the premium is gone");
            }
            else if (premium > Asked)
            {
                asks.Add($"{GateWords.Names(legs)}: {legs.Key} at {quote.Price} is {GateWords.Percent(premium)} above its last NAV {nav}, and "
                    + $"{GateWords.Percent(Asked)} need no approval; approve it, or let it wait");
            }
        }

        return Verdict.Worst(blocked, asks, $"purchases are at most {GateWords.Percent(largest)} above NAV, {GateWords.Percent(Asked)} are allowed");
    }
}
