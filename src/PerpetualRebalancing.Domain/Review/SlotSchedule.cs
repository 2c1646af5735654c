using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>What is due for a slot. The scheduler only wakes us; this, and the slot table, decide (semantics §6).</summary>
public abstract record SlotDue
{
    private SlotDue()
    {
    }

    /// <summary>Its review is due and within grace: run it.</summary>
    public sealed record Run(Slot Slot, DateTimeOffset Since) : SlotDue;

    /// <summary>Its review was due longer ago than the grace: alert, and wait for a person.</summary>
    public sealed record Missed(Slot Slot, DateTimeOffset Since, int BusinessDaysLate) : SlotDue;

    /// <summary>Nothing is due; the next review is at this time.</summary>
    public sealed record Later(Slot Slot, DateTimeOffset At) : SlotDue;
}

/// <summary>When reviews are due: a rule over the venue's calendar, not a cron line.</summary>
public static class SlotSchedule
{
    /// <summary>When the review of a slot is due: the last business day of the venue in the slot, at the policy's local time.</summary>
    /// <param name="policy">The schedule.</param>
    /// <param name="calendar">Of the policy's venue.</param>
    /// <param name="zone">The policy's time zone.</param>
    /// <param name="slot">Which slot.</param>
    public static DateTimeOffset DueAt(SchedulePolicy policy, ExchangeCalendar calendar, TimeZoneInfo zone, Slot slot)
    {
        var local = calendar.LastBusinessDay(slot).ToDateTime(policy.At);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary>What is due for the slots from <paramref name="first"/> on that nobody has claimed.</summary>
    /// <param name="policy">The schedule.</param>
    /// <param name="calendar">Of the policy's venue.</param>
    /// <param name="zone">The policy's time zone.</param>
    /// <param name="first">The first slot of the household.</param>
    /// <param name="isClaimed">Whether a slot's review was taken.</param>
    /// <param name="now">The time.</param>
    /// <returns>Oldest first; the last entry is always the next review to come.</returns>
    public static IEnumerable<SlotDue> Due(
        SchedulePolicy policy, ExchangeCalendar calendar, TimeZoneInfo zone, Slot first, Func<Slot, bool> isClaimed, DateTimeOffset now)
    {
        for (var slot = first; ; slot = slot.Next)
        {
            if (isClaimed(slot))
            {
                continue;
            }

            var due = DueAt(policy, calendar, zone, slot);
            if (due > now)
            {
                yield return new SlotDue.Later(slot, due);
                yield break;
            }

            var late = calendar.BusinessDaysBetween(calendar.LocalDate(due), calendar.LocalDate(now));
            yield return late <= policy.GraceDays ? new SlotDue.Run(slot, due) : new SlotDue.Missed(slot, due, late);
        }
    }
}
