using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>What was bought so shortly before a day that a loss of that day would not count.</summary>
internal sealed class RecentPurchases
{
    private readonly ITaxRules _rules;
    private readonly ImmutableArray<(MemberId Member, Instrument Instrument, TaxLot Lot)> _lots = [];

    public RecentPurchases(Household policy, HouseholdState state, ITaxRules rules, DateOnly on)
    {
        _rules = rules;
        if (policy.Members.All(m => rules.WashSales(m.Id) is null))
        {
            return;
        }

        var lots = ImmutableArray.CreateBuilder<(MemberId, Instrument, TaxLot)>();
        foreach (var (position, held) in state.Lots)
        {
            var member = policy.Account(position.Account).Member;
            if (rules.WashSales(member) is { } rule)
            {
                lots.AddRange(held.Where(l => !l.IsReplacement && rule.IsWithin(on, l.Acquired))
                    .Select(l => (member, policy.Instrument(position.Instrument), l)));
            }
        }

        _lots = lots.ToImmutable();
    }

    /// <summary>Splits lots that are sold at a loss where units bought lately, and still held, replace only a part of them: in the order
    /// of the sale, by purchases in the order of acquisition (26 CFR 1.1091-1(c) and (d)). Each account and instrument is judged as if
    /// it were sold alone, which is cautious; the booking of a sale is exact.</summary>
    /// <param name="member">Who sells.</param>
    /// <param name="instrument">What is sold.</param>
    /// <param name="inOrder">The lots, in the order of the sale.</param>
    public ImmutableArray<SellableLot> Disallow(MemberId member, Instrument instrument, ImmutableArray<SellableLot> inOrder)
    {
        if (_lots.IsEmpty || _rules.WashSales(member) is not { } rule)
        {
            return inOrder;
        }

        var bought = _lots.Where(l => (rule.AnyMember || l.Member == member) && rule.IsIdentical(instrument, l.Instrument))
            .OrderBy(l => l.Lot.Acquired).Select(l => l.Lot).ToArray();
        var left = bought.Select(l => l.Remaining.Units).ToArray();
        var split = ImmutableArray.CreateBuilder<SellableLot>(inOrder.Length);
        foreach (var sellable in inOrder)
        {
            var units = sellable.Lot.Remaining.Units;
            var replaced = 0m;
            for (var i = 0; i < bought.Length && sellable.Tax.GainPerUnit < 0m; i++)
            {
                var taken = bought[i].Id.IsSamePurchaseAs(sellable.Lot.Id) ? 0m : Math.Min(left[i], units - replaced);
                (left[i], replaced) = (left[i] - taken, replaced + taken);
            }

            if (replaced > 0m)
            {
                split.Add(Part(sellable, replaced) with { Tax = sellable.Tax with { Disallowed = -sellable.Tax.GainPerUnit } });
            }

            if (replaced < units)
            {
                split.Add(replaced == 0m ? sellable : Part(sellable, units - replaced));
            }
        }

        return split.ToImmutable();
    }

    private static SellableLot Part(SellableLot whole, decimal units) => whole with { Lot = whole.Lot with { Remaining = new Quantity(units) } };
}
