using System.Globalization;

namespace PerpetualRebalancing.Domain;

/// <summary>The calendar month that a scheduled review belongs to, for example 2026-08. A household has one review per slot.</summary>
public readonly record struct Slot(int Year, int Month) : IComparable<Slot>
{
    /// <summary>The first day of the month.</summary>
    public DateOnly FirstDay => new(Year, Month, 1);

    /// <summary>The last day of the month.</summary>
    public DateOnly LastDay => FirstDay.AddMonths(1).AddDays(-1);

    /// <summary>The month after.</summary>
    public Slot Next => Of(FirstDay.AddMonths(1));

    /// <summary>The month before.</summary>
    public Slot Previous => Of(FirstDay.AddMonths(-1));

    /// <summary>The slot that a day falls in.</summary>
    public static Slot Of(DateOnly day) => new(day.Year, day.Month);

    /// <summary>Reads <c>2026-08</c>.</summary>
    /// <exception cref="FormatException">The text is not a year and a month.</exception>
    public static Slot Parse(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? Of(day)
            : throw new FormatException($"'{text}' is not a month; write it like 2026-08.");

    /// <inheritdoc/>
    public int CompareTo(Slot other) => FirstDay.CompareTo(other.FirstDay);

    /// <summary>Whether the left slot is earlier.</summary>
    public static bool operator <(Slot left, Slot right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left slot is later.</summary>
    public static bool operator >(Slot left, Slot right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left slot is not later.</summary>
    public static bool operator <=(Slot left, Slot right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left slot is not earlier.</summary>
    public static bool operator >=(Slot left, Slot right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => FirstDay.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
