using System.Globalization;
using System.Text.Json;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Configuration;

internal sealed partial class JsonNodeReader
{
    /// <summary>Text; the fallback when the key is left out, null when something is wrong.</summary>
    public string? Text(string key, string allowed, string? fallback = null)
    {
        if (!TryGet(key, fallback is null, allowed, out var value))
        {
            return fallback;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Fault(key, $"is {Kind(value)}", allowed);
            return null;
        }

        var text = value.GetString()!;
        if (text.Length == 0 || text.Any(char.IsControl) || text.Length > 200)
        {
            Fault(key, text.Length == 0 ? "is empty" : "is too long or holds control characters", allowed);
            return null;
        }

        return text;
    }

    /// <summary>Yes or no.</summary>
    public bool Flag(string key, bool fallback)
    {
        if (!TryGet(key, required: false, "true or false", out var value))
        {
            return fallback;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault(key, $"is {Kind(value)}", "true or false");
            return fallback;
        }

        return value.GetBoolean();
    }

    /// <summary>A number, bare or in quotes; null when something is wrong.</summary>
    public decimal? Number(string key, decimal minimum, decimal maximum, string unit, decimal? fallback = null)
    {
        var allowed = $"{Canonical.Text(minimum)} to {Canonical.Text(maximum)} {unit}";
        if (!TryGet(key, fallback is null, allowed, out var value))
        {
            return fallback;
        }

        if (!TryNumber(value, out var number))
        {
            Fault(key, $"is {Kind(value)}", $"{allowed}, in plain digits with a decimal point");
            return null;
        }

        if (number < minimum || number > maximum)
        {
            Fault(key, $"is {Canonical.Text(number)}", allowed);
            return null;
        }

        return number;
    }

    /// <summary>A whole number; null when something is wrong.</summary>
    public int? Whole(string key, int minimum, int maximum, string unit, int? fallback = null)
    {
        var number = Number(key, minimum, maximum, unit, fallback);
        if (number is { } value && value != Math.Truncate(value))
        {
            Fault(key, $"is {Canonical.Text(value)}", $"a whole number, {minimum} to {maximum} {unit}");
            return null;
        }

        return (int?)number;
    }

    /// <summary>One of an enumeration's names, written with a small first letter; null when something is wrong.</summary>
    public T? Choice<T>(string key, T? fallback = null) where T : struct, Enum
    {
        var names = NamesOf(typeof(T));
        var text = Word(key, names, "one of them", fallback is null);
        return text is null ? (Has(key) ? null : fallback) : Enum.GetValues<T>()[Array.IndexOf(names, text)];
    }

    // Apart, so that it is compiled once and not for every enumeration at every start.
    private static string[] NamesOf(Type type) => Array.ConvertAll(Enum.GetNames(type), n => char.ToLowerInvariant(n[0]) + n[1..]);

    /// <summary>One of a list of words; null when it is absent or something is wrong.</summary>
    /// <param name="key">The key.</param>
    /// <param name="known">The words; null when they could not be read, and then any will do.</param>
    /// <param name="kind">What the words are, for the message.</param>
    /// <param name="required">Whether the key must be there.</param>
    public string? Word(string key, IReadOnlyCollection<string>? known, string kind, bool required = true)
    {
        var allowed = known is null ? kind : string.Join(", ", known);
        if (!required && !Has(key))
        {
            return null;
        }

        var text = Text(key, allowed);
        if (text is null || known is null || known.Contains(text))
        {
            return text;
        }

        Fault(key, $"is '{text}'{Suggestion.For(text, known)}", allowed);
        return null;
    }

    /// <summary>A day; null when something is wrong.</summary>
    public DateOnly? Day(string key, DateOnly earliest, DateOnly latest)
    {
        var allowed = string.Create(
            CultureInfo.InvariantCulture, $"a day written like 2026-06-30, from {earliest:yyyy-MM-dd} to {latest:yyyy-MM-dd}");
        var text = Text(key, allowed);
        if (text is null)
        {
            return null;
        }

        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || day < earliest || day > latest)
        {
            Fault(key, $"is '{text}'", allowed);
            return null;
        }

        return day;
    }

    private static bool TryNumber(JsonElement value, out decimal number)
    {
        number = 0m;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out number),
            JsonValueKind.String => PlainNumber.TryParse(value.GetString()!, out number),
            _ => false,
        };
    }
}
