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

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _lots.IsEmpty;

    /// <summary>Whether units bought lately, and still held, would replace a loss on a lot. How many does not matter: a plan had better
    /// count on none of such a loss than on too much of it; the booking of the sale is exact.</summary>
    public bool Replace(MemberId member, TaxLot sold, Instrument instrument)
    {
        foreach (var (buyer, bought, lot) in _lots)
        {
            var rule = _rules.WashSales(member);
            if (rule is not null && (rule.AnyMember || buyer == member) && !lot.Id.IsSamePurchaseAs(sold.Id) && rule.IsIdentical(instrument, bought))
            {
                return true;
            }
        }

        return false;
    }
}
