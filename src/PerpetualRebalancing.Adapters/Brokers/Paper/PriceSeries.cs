using System.Collections.Frozen;
using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>A price that is known on a day; between two of them the price moves by the same amount every day.</summary>
/// <param name="Date">The day.</param>
/// <param name="Price">Above zero.</param>
public readonly record struct PriceAnchor(DateOnly Date, decimal Price);

/// <summary>Prices by name and day, from anchors: linear between two of them, none outside.</summary>
public sealed class PriceSeries
{
    private readonly string _file;
    private readonly FrozenDictionary<string, ImmutableArray<PriceAnchor>> _anchors;

    /// <summary>Makes the series.</summary>
    /// <param name="file">What messages call their source.</param>
    /// <param name="anchors">Per name at least one, by date, at most one per date.</param>
    internal PriceSeries(string file, IReadOnlyDictionary<string, ImmutableArray<PriceAnchor>> anchors)
    {
        _file = file;
        _anchors = anchors.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>What the prices were read from.</summary>
    public string File => _file;

    /// <summary>Every name that has a price.</summary>
    public IEnumerable<string> Names => _anchors.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether a name has a price on a day.</summary>
    public bool Covers(string name, DateOnly date) =>
        _anchors.TryGetValue(name, out var anchors) && anchors[0].Date <= date && date <= anchors[^1].Date;

    /// <summary>The unrounded price of a name on a day.</summary>
    /// <exception cref="ConfigurationException">The file has no such name, or the day lies outside its first and last anchor.</exception>
    public decimal On(string name, DateOnly date)
    {
        if (!_anchors.TryGetValue(name, out var anchors))
        {
            throw new ConfigurationException($"{_file}: {name}: has no price; allowed: at least one row of that name");
        }

        var (first, last) = (anchors[0].Date, anchors[^1].Date);
        if (date < first || date > last)
        {
            throw new ConfigurationException(FormattableString.Invariant(
                $"{_file}: {name}: has prices from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}, none for {date:yyyy-MM-dd}; add rows that reach it"));
        }

        var after = FirstNotBefore(anchors, date);
        if (anchors[after].Date == date)
        {
            return anchors[after].Price;
        }

        var (left, right) = (anchors[after - 1], anchors[after]);
        var days = right.Date.DayNumber - left.Date.DayNumber;
        var passed = date.DayNumber - left.Date.DayNumber;
        return left.Price + ((right.Price - left.Price) * passed / days);
    }

    private static int FirstNotBefore(ImmutableArray<PriceAnchor> anchors, DateOnly date)
    {
        var (low, high) = (0, anchors.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = anchors[middle].Date < date ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
