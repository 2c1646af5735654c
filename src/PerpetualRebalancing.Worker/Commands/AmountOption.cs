using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>An amount of money on the command line: digits with a point, grouped by commas or not.</summary>
public static partial class AmountOption
{
    // The largest amount of a configuration file too: 10 lakh crore rupees is a slipped finger.
    private const decimal Largest = 10_000_000_000_000m;

    /// <summary>Makes the option.</summary>
    public static Option<decimal?> Build(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "AMOUNT",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Shape().IsMatch(text)
                && decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                && amount <= Largest)
            {
                return amount;
            }

            result.AddError($"{name}: is '{text}'; allowed: 0 to 10000000000000 with at most two decimals, for example 250000, 2,50,000 or 250,000.50");
            return null;
        },
    };

    // Thousands (250,000) and lakhs (2,50,000); the last group always has three digits, so a decimal comma is refused.
    [GeneratedRegex(@"\A([0-9]{1,20}|[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3})(\.[0-9]{1,2})?\z")]
    private static partial Regex Shape();
}
