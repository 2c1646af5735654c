using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>In what order a sale takes the lots of one account and instrument.</summary>
public static class LotOrder
{
    /// <summary>The lots with what the law makes of them, in the order of the account's method; equals stay in FIFO order.</summary>
    /// <param name="rules">The law of the day.</param>
    /// <param name="account">Where the lots lie.</param>
    /// <param name="instrument">What is sold.</param>
    /// <param name="lots">Its lots, oldest first.</param>
    /// <param name="sale">At what terms.</param>
    public static ImmutableArray<(TaxLot Lot, LotTax Tax)> Of(
        ITaxRules rules, Account account, Instrument instrument, ImmutableArray<TaxLot> lots, SaleTerms sale)
    {
        var assessed = ImmutableArray.CreateBuilder<(TaxLot Lot, LotTax Tax)>(lots.Length);
        foreach (var lot in lots)
        {
            assessed.Add((lot, rules.Assess(lot, instrument, sale)));
        }

        var method = rules.LotsOf(account.Id);
        return method switch
        {
            LotMethod.Fifo => assessed.MoveToImmutable(),
            LotMethod.Specific => [.. assessed.OrderBy(a => a.Tax.Term is LotTerm.Long ? 0 : 1).ThenByDescending(a => a.Tax.DeemedCost)],
            LotMethod.HighestCost => [.. assessed.OrderByDescending(a => a.Tax.DeemedCost)],
            LotMethod.LeastTax => [.. assessed.OrderBy(a => TaxPerUnit(rules, account.Member, a.Lot, a.Tax))],
            _ => throw new ArgumentOutOfRangeException(nameof(account), method, "A lot method that has no order."),
        };
    }

    // The whole lot is sold in the thought, so that an exemption that it would use up counts as far as it reaches.
    private static decimal TaxPerUnit(ITaxRules rules, MemberId member, TaxLot lot, LotTax tax)
    {
        var gains = new decimal[rules.BucketCount];
        gains[tax.Bucket] = tax.GainPerUnit * lot.Remaining.Units;
        return rules.Tax(member, gains) / lot.Remaining.Units;
    }
}
