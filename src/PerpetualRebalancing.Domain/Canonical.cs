using System.Globalization;

namespace PerpetualRebalancing.Domain;

/// <summary>The one written form of a number, the same on every machine and in every culture.</summary>
public static class Canonical
{
    /// <summary>Plain decimal digits with a point, no exponent, no trailing zeros: 1.50 and 1.5 both read <c>1.5</c>.</summary>
    public static string Text(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not a plain decimal number.</exception>
    public static decimal Number(string text) =>
        decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
