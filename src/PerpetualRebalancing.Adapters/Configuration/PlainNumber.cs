using System.Globalization;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Numbers as text. Digits with a decimal point and nothing else: a grouping comma would be a decimal comma to half of
/// the world, so neither is read.</summary>
internal static partial class PlainNumber
{
    /// <summary>Reads a number.</summary>
    public static bool TryParse(string text, out decimal number)
    {
        number = 0m;
        return Shape().IsMatch(text) && decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads an amount that may name its currency: <c>1500.50</c> or <c>1500.50 INR</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="amount">The number.</param>
    /// <param name="currency">The currency, or null when none was written.</param>
    public static bool TryParseMoney(string text, out decimal amount, out Currency? currency)
    {
        currency = null;
        var parts = text.Split(' ', 2);
        if (parts.Length == 2)
        {
            if (!Currency.TryParse(parts[1], out var known))
            {
                amount = 0m;
                return false;
            }

            currency = known;
        }

        return TryParse(parts[0], out amount);
    }

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Shape();
}
