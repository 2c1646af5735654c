namespace PerpetualRebalancing.Domain.Tax;

/// <summary>Counting of holding periods in whole months (tax facts 1.3): short-term is held for <em>not more than</em> N months
/// immediately preceding the transfer.</summary>
public static class HoldingPeriod
{
    /// <summary>Whether something is long-term on a trade date.</summary>
    /// <param name="acquired">The day the holding period starts.</param>
    /// <param name="months">N, at least 1.</param>
    /// <param name="on">The trade date.</param>
    /// <remarks>No month is longer than 31 days, which spares most lots the calendar.</remarks>
    public static bool IsLong(DateOnly acquired, int months, DateOnly on) =>
        on.DayNumber - acquired.DayNumber > 31L * months || on >= LongFrom(acquired, months);

    /// <summary>The first trade date on which something is long-term. A sale is long-term when it is after the acquisition date plus
    /// N months, and not before the day after the acquisition plus N months: the second half matters at month ends, where both
    /// India and the United States (Rev. Rul. 66-7) begin to count on the day after.</summary>
    /// <param name="acquired">The day the holding period starts.</param>
    /// <param name="months">N, at least 1.</param>
    public static DateOnly LongFrom(DateOnly acquired, int months)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(months, 1);
        var dayAfterAnniversary = acquired.AddMonths(months).AddDays(1);
        var anniversaryOfDayAfter = acquired.AddDays(1).AddMonths(months);
        return dayAfterAnniversary > anniversaryOfDayAfter ? dayAfterAnniversary : anniversaryOfDayAfter;
    }
}
