using System.Text.Json;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Configuration;

internal sealed partial class JsonNodeReader
{
    /// <summary>No household moves more than this: ten trillion of any currency is a slip of the keyboard.</summary>
    public const decimal LargestAmount = 10_000_000_000_000m;

    /// <summary>An amount of a known currency: a bare number, or text that names the currency as well.</summary>
    /// <param name="key">The key.</param>
    /// <param name="currency">What it is an amount of; null when that could not be read, and then any will do.</param>
    /// <param name="whose">Whose currency it is, for the message.</param>
    /// <param name="fallback">When the key is left out; null when it must be there.</param>
    /// <param name="decimals">Places after the point: 2 for money that is booked, more for a price.</param>
    /// <param name="signed">Whether it may be below zero: a loss.</param>
    public Money Amount(string key, Currency? currency, string whose, decimal? fallback = null, int decimals = 2, bool signed = false)
    {
        var zero = Money.Zero(currency ?? default);
        var least = signed ? -LargestAmount : 0m;
        var allowed = $"{least} to {LargestAmount} {currency?.Code ?? "of its currency"}, the currency of {whose}";
        if (!TryGet(key, fallback is null, allowed, out var value))
        {
            return zero with { Amount = fallback ?? 0m };
        }

        Currency? written = null;
        var read = value.ValueKind == JsonValueKind.String
            ? PlainNumber.TryParseMoney(value.GetString()!, out var number, out written)
            : TryNumber(value, out number);
        if (!read || (currency is { } expected && written is { } named && named != expected)
            || number < least || number > LargestAmount)
        {
            Fault(key, $"is {Kind(value)}", allowed);
        }
        else if (number != Math.Round(number, decimals))
        {
            Fault(key, $"is {Canonical.Text(number)}", $"at most {decimals} places after the point");
        }
        else
        {
            return zero with { Amount = number };
        }

        return zero;
    }
}
