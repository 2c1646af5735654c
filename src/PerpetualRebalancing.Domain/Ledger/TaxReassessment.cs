using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>Works the tax on the ledger's gains out again: what was booked when they were made may no longer be right.</summary>
public static class TaxReassessment
{
    /// <summary>What must be booked so that every member's liability is what the law makes of the ledger; nothing when it is.</summary>
    /// <param name="policy">The household.</param>
    /// <param name="state">Everything that happened.</param>
    /// <param name="law">The law as it stands.</param>
    /// <param name="on">A day of the last tax year to look at.</param>
    public static IEnumerable<Fact.TaxReassessed> Of(Household policy, HouseholdState state, ITaxBook law, DateOnly on)
    {
        foreach (var member in policy.Members.Select(m => m.Id).Where(id => state.Gains.Any(g => g.Member == id) || state.TaxBooked.ContainsKey(id)))
        {
            var change = law.Liability(policy, state, member, on) - state.TaxBooked.GetValueOrDefault(member, Money.Zero(policy.Base));
            if (!change.IsZero)
            {
                yield return new Fact.TaxReassessed(
                    member, change, "the tax on the ledger's gains was worked out again: an entry, the law or the expected income changed");
            }
        }
    }
}
