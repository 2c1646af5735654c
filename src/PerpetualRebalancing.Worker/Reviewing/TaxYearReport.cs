using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>What <c>tax year</c> answers.</summary>
/// <param name="Household">Whose.</param>
/// <param name="Members">Each member's year, in declared order.</param>
internal sealed record TaxYearReport(HouseholdId Household, ImmutableArray<MemberTaxYear> Members)
{
    /// <summary>Lays out a year of every member whose law has one of that name; the current one when none is named.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="name">Which year; null for the current one.</param>
    /// <param name="fx">Today's rates, for the reserve that lies in other currencies.</param>
    /// <exception cref="ConfigurationException">No member's law has such a year.</exception>
    public static TaxYearReport Of(Desk desk, string? name, FxTable fx)
    {
        var laws = desk.ReadRules().Laws;
        var members = desk.Policy.Members.Select(m => (Member: m, Law: laws.For(m.Tax)))
            .Select(m => (m.Member, m.Law, Year: YearOf(desk, m.Law, name))).Where(m => m.Year is not null)
            .Select(m => MemberTaxYear.Of(desk, laws, m.Member, m.Law, m.Year!.Value, fx)).ToImmutableArray();
        return members.IsEmpty ? throw Unknown(desk, laws, name) : new TaxYearReport(desk.Policy.Id, members);
    }

    /// <summary>The year of a name under a law, or null when the law has none of it.</summary>
    public static TaxYear? YearOf(Desk desk, ITaxLaw law, string? name)
    {
        if (name is null)
        {
            return law.YearOf(desk.LocalDate(desk.Time.GetUtcNow()));
        }

        // Every tax year contains the last day of the calendar year that its name begins with.
        return name.Length >= 4 && int.TryParse(name.AsSpan(0, 4), out var first) && first is >= 1990 and <= 2100
            && law.YearOf(new DateOnly(first, 12, 31)) is var year && year.Name == name ? year : null;
    }

    /// <summary>What to say when no law has a year of a name.</summary>
    public static ConfigurationException Unknown(Desk desk, TaxLaws laws, string? name) => new(
        $"YEAR: is '{name}'; allowed: a tax year like {string.Join(" or ", desk.Policy.Members.Select(m => YearOf(desk, laws.For(m.Tax), null)!.Value.Name).Distinct())}");
}

/// <summary>One member's tax year.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="Law">Under which law.</param>
/// <param name="Year">The year.</param>
/// <param name="From">Its first day.</param>
/// <param name="To">Its last day.</param>
/// <param name="ExpectedIncome">Other income the estimate counts with; null when unknown, which means the top slab.</param>
/// <param name="Lines">By section, base currency.</param>
/// <param name="GainsTax">What the gains cost.</param>
/// <param name="Total">The whole year's tax.</param>
/// <param name="CarriedForward">Losses that the next year may use.</param>
/// <param name="Due">What of all years is not paid yet, and what of this year was, by date.</param>
/// <param name="SetAside">The member's tax reserve.</param>
/// <param name="Assumptions">What the estimate stands on.</param>
internal sealed record MemberTaxYear(
    MemberId Member, string Law, string Year, DateOnly From, DateOnly To, Money? ExpectedIncome, ImmutableArray<StatementLine> Lines, Money GainsTax,
    Money Total, ImmutableArray<BroughtForwardLoss> CarriedForward, ImmutableArray<TaxObligation> Due, Money SetAside, ImmutableArray<string> Assumptions)
{
    /// <summary>Lays out a member's year.</summary>
    public static MemberTaxYear Of(Desk desk, TaxLaws laws, Member member, ITaxLaw law, TaxYear year, FxTable fx)
    {
        var (policy, state) = (desk.Policy, desk.Store.State);
        var opened = MemberYears.Open(law, policy, member, state, year);
        var statement = opened.Statement(new decimal[law.Buckets.Length]);
        var income = MemberYears.ExpectedIncome(policy, member, year);
        var due = TaxDates.Of(desk, laws).Where(o => o.Member == member.Id && (o.Unpaid.IsPositive || o.DueOn >= year.From)).ToImmutableArray();
        var setAside = policy.Accounts.Where(a => a.Member == member.Id)
            .Aggregate(Money.Zero(policy.Base), (sum, a) => sum + fx.Convert(state.Accounts[a.Id].Tax, policy.Base));
        return new MemberTaxYear(
            member.Id, law.Name, year.Name, year.From, year.To, income is { } known ? new Money(known, policy.Base) : null, statement.Lines,
            new Money(statement.GainsTax, policy.Base).Rounded, new Money(statement.Total, policy.Base).Rounded, opened.CarriedForward(), due,
            setAside.Rounded, opened.Assumptions);
    }
}
