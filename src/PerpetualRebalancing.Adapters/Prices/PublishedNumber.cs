using System.Globalization;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The numbers and days that services publish. What lies beyond any real price is no price: it would overflow the sums that
/// follow.</summary>
internal static class PublishedNumber
{
    private const decimal Smallest = 0.000_001m;
    private const decimal Largest = 1_000_000_000m;

    /// <summary>Whether a number can be a price, a NAV, a rate or an index level.</summary>
    public static bool IsUsable(decimal number) => number is >= Smallest and <= Largest;

    /// <summary>Reads one in plain digits; a point without digits after it is fine (AMFI writes <c>10.</c>).</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && IsUsable(number);

    /// <summary>Reads a day in one of some exact forms.</summary>
    public static bool TryReadDay(ReadOnlySpan<char> text, string[] forms, out DateOnly day) =>
        DateOnly.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>A day as messages show it.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
