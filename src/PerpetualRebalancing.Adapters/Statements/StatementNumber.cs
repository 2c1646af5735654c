using System.Globalization;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Numbers and days as brokers and registrars write them.</summary>
internal static partial class StatementNumber
{
    /// <summary>The largest number of units or price that is read.</summary>
    public const decimal Largest = 1_000_000_000_000m;

    /// <summary>The fewest units that move: registrars keep three to six places.</summary>
    public const decimal FewestUnits = 0.000001m;

    private static readonly DateOnly Earliest = new(1950, 1, 1);

    /// <summary>Reads digits with a decimal point, grouped in thousands or lakhs (1,23,456.78) or not. A lone decimal comma (1,5) is
    /// none of them and is refused.</summary>
    public static bool TryParse(string text, out decimal number)
    {
        number = 0m;
        return text.Length <= 40 && Shape().IsMatch(text)
            && decimal.TryParse(
                text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && Math.Abs(number) <= Largest;
    }

    /// <summary>Reads a day of one of some forms, from 1950 on.</summary>
    public static bool TryDay(string text, ReadOnlySpan<string> forms, out DateOnly day)
    {
        foreach (var form in forms)
        {
            if (DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            {
                return day >= Earliest;
            }
        }

        day = default;
        return false;
    }

    [GeneratedRegex(@"\A[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3})?(\.[0-9]*)?(?<=[0-9.])\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
