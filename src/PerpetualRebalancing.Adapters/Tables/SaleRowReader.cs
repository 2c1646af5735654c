using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>Which sales a row of a tax class is about, as read: see <see cref="Domain.Tax.ClassRow"/>.</summary>
/// <param name="From">The first transfer date.</param>
/// <param name="To">The last transfer date, or null.</param>
/// <param name="AcquiredFrom">The first day of acquisition, or null.</param>
/// <param name="AcquiredTo">The last day of acquisition, or null.</param>
/// <param name="LongTermMonths">Null when it never becomes long-term.</param>
/// <param name="IsNeverLong">Whether the row says so.</param>
internal readonly record struct SaleRow(
    DateOnly From, DateOnly? To, DateOnly? AcquiredFrom, DateOnly? AcquiredTo, int? LongTermMonths, bool IsNeverLong);

/// <summary>Reads what the rows of all tax files write alike.</summary>
internal static class SaleRowReader
{
    private const int LongestPeriodMonths = 120;

    /// <summary>The first day that a table may name.</summary>
    public static readonly DateOnly Earliest = new(1990, 1, 1);

    /// <summary>The last day that a table may name.</summary>
    public static readonly DateOnly Latest = new(2100, 12, 31);

    /// <summary>Reads the days of transfer and acquisition and the holding period.</summary>
    public static SaleRow Read(JsonNodeReader item)
    {
        var (from, to) = Dates(item);
        var (acquiredFrom, acquiredTo) = (OptionalDay(item, "acquiredFrom"), OptionalDay(item, "acquiredTo"));
        if (acquiredTo < acquiredFrom)
        {
            item.Fault("acquiredTo", "is before 'acquiredFrom'", "a later day, or none");
        }

        // Left out means never, which costs the owner the most: it must be said, not forgotten.
        var never = item.Flag("neverLongTerm", fallback: false);
        var hasMonths = item.Has("longTermMonths");
        if (never == hasMonths)
        {
            item.Fault("longTermMonths", hasMonths ? "is given with neverLongTerm" : "is missing", $"1 to {LongestPeriodMonths} months, or neverLongTerm true");
        }

        var months = hasMonths ? item.Whole("longTermMonths", 1, LongestPeriodMonths, "months") : null;
        return new SaleRow(from, to, acquiredFrom, acquiredTo, months, never);
    }

    /// <summary>Reads the days that something holds for.</summary>
    public static (DateOnly From, DateOnly? To) Dates(JsonNodeReader item)
    {
        var from = item.Day("from", Earliest, Latest) ?? Earliest;
        var to = OptionalDay(item, "to");
        if (to < from)
        {
            item.Fault("to", "is before 'from'", "a later day, or no 'to' while no end is known");
        }

        return (from, to);
    }

    /// <summary>Reads where a row comes from.</summary>
    public static string Source(JsonNodeReader item) => item.Text("source", "the section of the act") ?? "-";

    /// <summary>Reads what is assumed or uncertain about a row.</summary>
    public static string? Note(JsonNodeReader item) => item.Has("note") ? item.Text("note", "what is assumed or uncertain") : null;

    private static DateOnly? OptionalDay(JsonNodeReader item, string key) => item.Has(key) ? item.Day(key, Earliest, Latest) : null;
}
