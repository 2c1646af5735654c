using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>Tables that age.</summary>
internal static class RuleChecks
{
    // Exchanges publish the next year in December; a plan near the end of what is published asks a person anyway.
    private const int DaysAhead = 14;

    /// <summary>The exchanges of this household have published the days to come.</summary>
    public static IEnumerable<Finding> Calendars(Household household, CalendarBook calendars, DateOnly today) =>
        household.Instruments.Select(i => i.Venue).Append(household.Schedule.Venue)
            .Distinct().Order(StringComparer.Ordinal).Select(venue => Calendar(calendars[venue], today));

    /// <summary>The law of each member is of today.</summary>
    public static IEnumerable<Finding> Taxes(Household household, TaxLaws laws, DateOnly today) =>
        household.Members.Select(m => m.Tax.Law)
            .Distinct().Order(StringComparer.Ordinal).Select(id => Tax(id, laws.Laws.Single(l => l.Id == id).Age, today));

    /// <summary>Judges a calendar.</summary>
    internal static Finding Calendar(ExchangeCalendar calendar, DateOnly today)
    {
        var says = calendar.FinalThrough < calendar.FinalFrom
            ? $"{calendar.Venue}: no published year is in its file."
            : $"{calendar.Venue}: the last final year is {calendar.FinalThrough.Year}.";
        return calendar.IsFinal(today) && calendar.FinalThrough >= today.AddDays(DaysAhead)
            ? Finding.Right(says)
            : Finding.Wrong(says, "Take the exchange's published list with 'calendar import FILE' (config/calendars/README.md says where it is published).");
    }

    /// <summary>Judges the age of a table.</summary>
    internal static Finding Tax(string id, TableAge age, DateOnly today)
    {
        if (age is { StaleAt: null, ExpiresAt: null })
        {
            return Finding.Right($"{id}: this table does not age.");
        }

        var dates = $"stale at {Day(age.StaleAt)}, expires at {Day(age.ExpiresAt)}";
        return age.ExpiresAt <= today ? Finding.Wrong($"{id}: the table has expired ({dates}), and nothing is sold.", $"Bring config/tax/{id}.json up to the law of today.")
            : age.StaleAt <= today ? Finding.Wrong($"{id}: the table is stale ({dates}).", $"Check whether the law has changed, then move the dates in config/tax/{id}.json.")
            : Finding.Right($"{id}: {dates}.");
    }

    private static string Day(DateOnly? day) => day is { } some ? MoneyFormat.Day(some) : "no date";
}
