using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Compares due slots with the slots that were taken.</summary>
internal static class SlotTable
{
    /// <summary>How late a review may be before somebody should look: it takes seconds, and tries again every few minutes while it waits for a login.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    /// <summary>Whether no review was missed, and none is so late that somebody should look.</summary>
    public static bool IsOnTime(Desk desk) => Due(desk).All(due => due is SlotDue.Later || (due is SlotDue.Run run && desk.Time.GetUtcNow() - run.Since < Late));

    /// <summary>What is due since the household was recorded. A slot whose review died before it made a plan counts as not taken.</summary>
    public static ImmutableArray<SlotDue> Due(Desk desk) => Due(desk.Store, desk.Policy, desk.ReadRules().Books.Calendars, desk.Time.GetUtcNow());

    /// <summary>As <see cref="Due(Desk)"/>, for somebody without a desk.</summary>
    public static ImmutableArray<SlotDue> Due(HouseholdStore store, Household policy, CalendarBook calendars, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone);
        var first = TimeZoneInfo.ConvertTime(store.FirstRecorded ?? now, zone);
        var open = store.State.Batches.Select(b => b.Slot).ToHashSet();
        var taken = store.SlotClaims().Where(c => c.FinishedAt is not null || open.Contains(c.Slot)).Select(c => c.Slot).ToHashSet();
        return [.. SlotSchedule.Due(
            policy.Schedule, calendars[policy.Schedule.Venue], zone, Slot.Of(DateOnly.FromDateTime(first.DateTime)), taken.Contains, now)];
    }
}
