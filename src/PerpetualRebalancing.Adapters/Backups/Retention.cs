using System.Collections.Immutable;
using System.Globalization;

namespace PerpetualRebalancing.Adapters.Backups;

/// <summary>Which backups are kept: the newest of each of the last days, weeks and months that have one.</summary>
/// <param name="Days">How many days, 1 or more.</param>
/// <param name="Weeks">How many ISO weeks.</param>
/// <param name="Months">How many months.</param>
public sealed record Retention(int Days, int Weeks, int Months)
{
    /// <summary>A week of days, two months of weeks, a year of months.</summary>
    public static Retention Usual { get; } = new(7, 8, 12);

    /// <summary>Reads <c>7,8,12</c>.</summary>
    /// <returns>Null when the text is not three whole numbers from 0 to 1000, the first 1 or more.</returns>
    public static Retention? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 1000 ? n : -1).ToArray();
        return numbers is [>= 1, >= 0, >= 0] ? new Retention(numbers[0], numbers[1], numbers[2]) : null;
    }

    /// <summary>Those of some moments (UTC) that are kept.</summary>
    public ImmutableHashSet<DateTimeOffset> Keep(IEnumerable<DateTimeOffset> moments)
    {
        var newestFirst = moments.OrderDescending().ToArray();
        return
        [
            .. newestFirst.DistinctBy(m => m.UtcDateTime.Date).Take(Days),
            .. newestFirst.DistinctBy(m => (ISOWeek.GetYear(m.UtcDateTime), ISOWeek.GetWeekOfYear(m.UtcDateTime))).Take(Weeks),
            .. newestFirst.DistinctBy(m => (m.UtcDateTime.Year, m.UtcDateTime.Month)).Take(Months),
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Days},{Weeks},{Months}");
}
