namespace PerpetualRebalancing.Domain;

/// <summary>International securities identification numbers (ISO 6166).</summary>
public static class Isin
{
    /// <summary>Whether a text has the form of one, and its check digit fits: every letter counts as its two digits (A is 10), and
    /// every second digit from the right is doubled (the Luhn rule).</summary>
    public static bool IsWellFormed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length != 12 || !char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1])
            || !char.IsAsciiDigit(text[11]) || !text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
        {
            return false;
        }

        var sum = 0;
        var twice = false;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var value = char.IsAsciiDigit(text[i]) ? text[i] - '0' : text[i] - 'A' + 10;
            foreach (var digit in value < 10 ? [value] : new[] { value % 10, value / 10 })
            {
                var weighted = twice ? digit * 2 : digit;
                sum += (weighted / 10) + (weighted % 10);
                twice = !twice;
            }
        }

        return sum % 10 == 0;
    }
}
