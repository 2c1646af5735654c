using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>Tax on gains that falls due on a day.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="DueOn">The last day to pay.</param>
/// <param name="Amount">What the day adds to what earlier days asked for, base currency, above zero.</param>
/// <param name="Unpaid">What of it no recorded payment covers: payments cover the oldest first.</param>
public sealed record TaxObligation(MemberId Member, DateOnly DueOn, Money Amount, Money Unpaid);

/// <summary>When which tax falls due, over all years of the ledger.</summary>
public static class TaxCalendar
{
    /// <summary>Every member's obligations on gains in the ledger, by member and date; tax that was due at the opening comes first.</summary>
    /// <param name="laws">The laws.</param>
    /// <param name="policy">The household.</param>
    /// <param name="state">Everything that happened.</param>
    /// <param name="opening">What was due when the household was recorded, and that day.</param>
    /// <param name="on">A day of the last tax year to look at.</param>
    public static ImmutableArray<TaxObligation> Of(
        TaxLaws laws, Household policy, HouseholdState state, (DateOnly On, ImmutableArray<OpeningTax> Due) opening, DateOnly on)
    {
        var all = ImmutableArray.CreateBuilder<TaxObligation>();
        foreach (var member in policy.Members)
        {
            var law = laws.For(member.Tax);
            var paid = state.TaxPayments.Where(p => p.Member == member.Id).Aggregate(Money.Zero(policy.Base), (sum, p) => sum + p.Amount);
            var before = opening.Due.Where(t => t.Member == member.Id && t.Amount.IsPositive).Select(t => (opening.On, t.Amount));
            var years = MemberYears.Until(law, policy, member, state, law.YearOf(on)).SelectMany(y => Steps(y.Opened.Instalments(), policy.Base));
            foreach (var (due, amount) in before.Concat(years))
            {
                var covered = Money.Min(paid, amount);
                paid -= covered;
                all.Add(new TaxObligation(member.Id, due, amount, amount - covered));
            }
        }

        return all.ToImmutable();
    }

    private static IEnumerable<(DateOnly DueOn, Money Amount)> Steps(ImmutableArray<TaxInstalment> instalments, Currency currency)
    {
        var soFar = Money.Zero(currency);
        foreach (var instalment in instalments)
        {
            var cumulative = new Money(instalment.Cumulative, currency).Rounded;
            if (cumulative > soFar)
            {
                yield return (instalment.DueOn, cumulative - soFar);
                soFar = cumulative;
            }
        }
    }
}
