using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Checks that the rules a household file names are in the rule tables: a name that is not would only be missed when
/// something is sold.</summary>
public static class RuleReferences
{
    /// <summary>Refuses a household that names a tax class, a charge schedule or a calendar that no table has.</summary>
    /// <param name="household">The policy, its instruments in the order of the file.</param>
    /// <param name="file">The household file.</param>
    /// <param name="tax">The tax laws.</param>
    /// <param name="charges">The charge schedules.</param>
    /// <param name="calendars">The exchange calendars.</param>
    /// <exception cref="ConfigurationException">A name is not known; one line per fault.</exception>
    public static void Check(Household household, string file, TaxLaws tax, ChargeBook charges, CalendarBook calendars)
    {
        ArgumentNullException.ThrowIfNull(household);
        ArgumentNullException.ThrowIfNull(tax);
        ArgumentNullException.ThrowIfNull(charges);
        ArgumentNullException.ThrowIfNull(calendars);
        var faults = new FaultList(file);
        string[] laws = [.. tax.Laws.Select(l => l.Id)];
        string[] schedules = [.. charges.Schedules.Select(s => s.Id)];
        string[] venues = [.. calendars.Calendars.Select(c => c.Venue)];
        foreach (var (index, member) in household.Members.Index())
        {
            Require(FormattableString.Invariant($"members[{index}].tax.law"), member.Tax.Law, laws, "no tax table");
            if (tax.Laws.FirstOrDefault(l => l.Id == member.Tax.Law) is { Currency: { } currency } && currency != household.Base)
            {
                faults.Add(FormattableString.Invariant($"members[{index}].tax.law"), $"is '{member.Tax.Law}', whose amounts are {currency}", $"a household in {currency}");
            }
        }

        foreach (var (index, instrument) in household.Instruments.Index())
        {
            // An instrument is sold under the law of whoever may hold it; one law may know a class that another does not.
            foreach (var law in tax.Laws.Where(l => instrument.Accounts.Any(a => household.Member(household.Account(a).Member).Tax.Law == l.Id)))
            {
                Require(FormattableString.Invariant($"instruments[{index}].taxClass"), instrument.TaxClass, [.. law.TaxClasses], $"no row of config/tax/{law.Id}.json");
            }

            Require(FormattableString.Invariant($"instruments[{index}].charges"), instrument.Charges, schedules, "no charge schedule");
            Require(FormattableString.Invariant($"instruments[{index}].venue"), instrument.Venue, venues, "no calendar");
        }

        Require("schedule.venue", household.Schedule.Venue, venues, "no calendar");
        faults.ThrowIfAny();

        void Require(string key, string name, string[] known, string whatLacks)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                faults.Add(key, $"is '{name}', which {whatLacks} has{Suggestion.For(name, known)}", string.Join(", ", known));
            }
        }
    }
}
