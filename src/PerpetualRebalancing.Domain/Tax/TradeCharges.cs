using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>What the law makes of the charges of a trade: India deducts what was spent on the transfer, and never securities
/// transaction tax (ITA 1961 s.48, ITA 2025 s.72); the United States take all selling costs from the proceeds and add all buying costs
/// to the basis (26 CFR 1.263(a)-4, Form 8949 column g).</summary>
public static class TradeCharges
{
    /// <summary>What is deducted from the proceeds of a sale, per unit and in the instrument's currency. The exit load is left out: it is
    /// taken from the units that bear it.</summary>
    /// <param name="rules">The law.</param>
    /// <param name="account">Where the sale is.</param>
    /// <param name="lines">The charges of the sale.</param>
    /// <param name="units">How many units are sold, above zero.</param>
    public static decimal DeductedPerUnit(ITaxRules rules, AccountId account, ImmutableArray<ChargeLine> lines, Quantity units)
    {
        var sum = 0m;
        foreach (var line in lines)
        {
            sum += line.Name != ChargeBook.ExitLoadName && rules.Deducts(account, line.Name) ? line.Amount.Amount : 0m;
        }

        return sum / units.Units;
    }

    /// <summary>What of the charges of a purchase is no part of its cost; null when all of them are.</summary>
    /// <param name="rules">The law.</param>
    /// <param name="account">Where the purchase is.</param>
    /// <param name="lines">The charges of the purchase.</param>
    public static Money? NotInCost(ITaxRules rules, AccountId account, ImmutableArray<ChargeLine> lines)
    {
        Money? sum = null;
        foreach (var line in lines.Where(l => !rules.Deducts(account, l.Name)))
        {
            sum = sum is { } before ? before + line.Amount : line.Amount;
        }

        return sum;
    }
}
