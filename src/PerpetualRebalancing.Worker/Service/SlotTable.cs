using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Compares due slots with the slots that were taken.</summary>
internal static class SlotTable
{
    /// <summary>What is due since the household was recorded. A slot whose review died before it made a plan counts as not taken.</summary>
    public static ImmutableArray<SlotDue> Due(Desk desk)
    {
        var first = desk.Store.Facts().FirstOrDefault()?.At ?? desk.Time.GetUtcNow();
        var open = desk.Store.State.Batches.Select(b => b.Slot).ToHashSet();
        var taken = desk.Store.SlotClaims().Where(c => c.FinishedAt is not null || open.Contains(c.Slot)).Select(c => c.Slot).ToHashSet();
        var calendar = desk.ReadRules().Books.Calendars[desk.Policy.Schedule.Venue];
        return [.. SlotSchedule.Due(
            desk.Policy.Schedule, calendar, desk.Zone, Slot.Of(desk.LocalDate(first)), taken.Contains, desk.Time.GetUtcNow())];
    }
}
