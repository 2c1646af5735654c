using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>A lot that may be sold, and what the law makes of it.</summary>
/// <param name="Lot">The lot.</param>
/// <param name="Tax">What the law makes of one unit.</param>
/// <param name="UnderExitLoad">Whether the exit load still applies to it.</param>
public readonly record struct SellableLot(TaxLot Lot, LotTax Tax, bool UnderExitLoad);

/// <summary>In what order a sale takes the lots of one account and instrument.</summary>
public static class LotOrder
{
    /// <summary>The lots with what the law makes of them, in the order of the account's method; equals stay in FIFO order.</summary>
    /// <param name="rules">The law of the day.</param>
    /// <param name="account">Where the lots lie.</param>
    /// <param name="instrument">What is sold.</param>
    /// <param name="lots">Its lots, oldest first.</param>
    /// <param name="sale">At what terms.</param>
    public static ImmutableArray<SellableLot> Of(
        ITaxRules rules, Account account, Instrument instrument, ImmutableArray<TaxLot> lots, SaleTerms sale)
    {
        var assessed = ImmutableArray.CreateBuilder<SellableLot>(lots.Length);
        var law = rules.For(account.Id, instrument, sale);
        foreach (var lot in lots)
        {
            assessed.Add(new SellableLot(lot, law(lot), instrument.LoadRate(lot.Acquired, sale.On) > 0m));
        }

        var method = rules.LotsOf(account.Id);
        return method switch
        {
            LotMethod.Fifo => assessed.MoveToImmutable(),
            LotMethod.Specific => [.. assessed.OrderBy(a => a.Tax.Term is LotTerm.Long ? 0 : 1).ThenByDescending(a => a.Tax.DeemedCost)],
            LotMethod.HighestCost => [.. assessed.OrderByDescending(a => a.Tax.DeemedCost)],
            LotMethod.LeastTax => [.. assessed.OrderBy(a => TaxPerUnit(rules, account, instrument, a))],
            _ => throw new ArgumentOutOfRangeException(nameof(account), method, "A lot method that has no order."),
        };
    }

    // The whole lot is sold in the thought, so that an exemption that it would use up counts as far as it reaches.
    private static decimal TaxPerUnit(ITaxRules rules, Account account, Instrument instrument, SellableLot lot)
    {
        var gains = new decimal[rules.BucketCount];
        foreach (var part in rules.Disallow(account.Id, instrument, [lot]))
        {
            gains[part.Tax.Bucket] += part.Tax.GainPerUnit * part.Lot.Remaining.Units;
        }

        return rules.Tax(account.Member, gains) / lot.Lot.Remaining.Units;
    }
}
