using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>When tax on gains falls due, and telling a person in time.</summary>
internal static class TaxDates
{
    private const int DaysAhead = 14;

    /// <summary>All obligations, with the opening's first.</summary>
    public static ImmutableArray<TaxObligation> Of(Desk desk, TaxLaws laws) => Of(desk, laws, desk.Store.State);

    /// <summary>All obligations once a plan's sales were made as planned.</summary>
    public static ImmutableArray<TaxObligation> After(Desk desk, Plan plan)
    {
        var state = desk.Store.State;
        var gains = plan.Legs.Where(l => l.IsSale).SelectMany(l => l.Lots.Select(p => new GainEntry(desk.Policy.Account(l.Account).Member, plan.Date, p.Bucket, p.Gain)));
        return Of(desk, desk.ReadRules().Laws, state with { Gains = state.Gains.AddRange(gains) });
    }

    private static ImmutableArray<TaxObligation> Of(Desk desk, TaxLaws laws, HouseholdState state)
    {
        var opened = desk.Store.Facts().First(f => f.Fact is Fact.Opened);
        return TaxCalendar.Of(laws, desk.Policy, state, (desk.LocalDate(opened.At), ((Fact.Opened)opened.Fact).TaxDue), desk.LocalDate(desk.Time.GetUtcNow()));
    }

    /// <summary>Raises an alert for each unpaid date that is near, and a critical one for each that has passed; each once.</summary>
    public static void Tell(Desk desk)
    {
        var today = desk.LocalDate(desk.Time.GetUtcNow());
        foreach (var due in Of(desk, desk.ReadRules().Laws).Where(o => o.Unpaid.IsPositive && o.DueOn <= today.AddDays(DaysAhead)))
        {
            var isLate = due.DueOn < today;
            var alert = new Alert(
                isLate ? Severity.Critical : Severity.Warning, "tax", $"tax/{due.Member}/{due.DueOn:yyyy-MM-dd}/{(isLate ? "overdue" : "due")}",
                isLate
                    ? $"Tax of {due.Unpaid} of {due.Member} was due on {due.DueOn:yyyy-MM-dd} and no payment is recorded. Pay it, or record that it was paid with 'tax paid'."
                    : $"Tax of {due.Unpaid} of {due.Member} is due by {due.DueOn:yyyy-MM-dd}. It is set aside in the tax reserve; after paying, record it with 'tax paid'. An estimate, not advice.");
            desk.Store.Transact("service", t => t.Raise(alert));
        }
    }
}
