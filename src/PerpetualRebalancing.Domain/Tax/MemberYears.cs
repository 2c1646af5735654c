using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>Lays the ledger out by tax year.</summary>
public static class MemberYears
{
    /// <summary>Opens a member's year with the losses that all years before it left.</summary>
    /// <param name="law">The member's law.</param>
    /// <param name="policy">The household.</param>
    /// <param name="member">The taxpayer.</param>
    /// <param name="state">Everything that happened.</param>
    /// <param name="year">The year.</param>
    public static IMemberYear Open(ITaxLaw law, Household policy, Member member, HouseholdState state, TaxYear year) =>
        Until(law, policy, member, state, year).Last().Opened;

    /// <summary>Opens every year of a member from the first entry of the ledger to a year, each with the losses that those before left.</summary>
    public static IEnumerable<(TaxYear Year, IMemberYear Opened)> Until(
        ITaxLaw law, Household policy, Member member, HouseholdState state, TaxYear last)
    {
        var entries = state.Gains.Where(g => g.Member == member.Id && g.On <= last.To).ToImmutableArray();
        var losses = state.Losses.Where(l => l.Member == member.Id).ToImmutableArray();
        var year = entries.IsEmpty ? last : law.YearOf(entries.Min(g => g.On));
        while (true)
        {
            var opened = law.Open(new YearLedger(member.Id, member.Tax, year, ExpectedIncome(policy, member, year), [.. entries.Where(g => year.Contains(g.On))], losses));
            yield return (year, opened);
            if (year.From >= last.From)
            {
                yield break;
            }

            losses = opened.CarriedForward();
            year = law.YearOf(year.To.AddDays(1));
        }
    }

    /// <summary>A full year's expected other income in base currency: what was typed, else the income schedule, else unknown.</summary>
    public static decimal? ExpectedIncome(Household policy, Member member, TaxYear year)
    {
        if (!member.Tax.IncomeByYear.IsEmpty)
        {
            return member.Tax.IncomeByYear.LastOrDefault(i => string.CompareOrdinal(i.Key, year.Name) <= 0).Value is { IsPositive: true } known ? known.Amount : null;
        }

        if (member.Tax.OtherIncome is { } typed)
        {
            return typed.Amount;
        }

        // A maturity or a sale is capital coming back, not income.
        var sources = policy.Income.Where(i => policy.Account(i.Account).Member == member.Id
            && i.Kind is not (IncomeKind.Maturity or IncomeKind.Sale)).ToArray();
        return sources.Length == 0 || sources.Any(i => i.Monthly.Currency != policy.Base) ? null : sources.Sum(i => i.Monthly.Amount * 12m);
    }
}
