using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Reads the paper market's prices: <c>date,instrument,price</c>, sorted by date; an exchange rate is a row named by its
/// two currencies, <c>USDINR</c>. Lines that start with # are comments.</summary>
public static class PriceFile
{
    private const string Header = "date,instrument,price";

    // Nothing a household trades costs this much a unit; a larger number is a slip of the decimal point.
    private const decimal LargestPrice = 1_000_000_000m;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="household">When given, the file must price every instrument of it and every currency of its accounts, and
    /// nothing else.</param>
    /// <exception cref="ConfigurationException">The file cannot be used; one line per fault, each naming the file and the line.</exception>
    public static PriceSeries Load(string path, Household? household = null)
    {
        var faults = new FaultList(path);
        var anchors = new Dictionary<string, ImmutableArray<PriceAnchor>.Builder>(StringComparer.Ordinal);
        var known = household?.Instruments.Select(i => i.Id.Value).ToHashSet(StringComparer.Ordinal);
        var (sawHeader, latest) = (false, DateOnly.MinValue);
        var lines = TextFile.Read(path).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (!sawHeader)
            {
                sawHeader = true;
                if (line != Header)
                {
                    faults.Add(Line(i), $"'{line}' is not the header", Header);
                }

                continue;
            }

            if (Row(line, Line(i), faults, known) is not { } row)
            {
                continue;
            }

            if (row.Anchor.Date < latest)
            {
                faults.Add(Line(i), Day($"{row.Anchor.Date:yyyy-MM-dd} comes after {latest:yyyy-MM-dd}"), "rows sorted by date");
            }

            latest = row.Anchor.Date > latest ? row.Anchor.Date : latest;
            if (!anchors.TryGetValue(row.Name, out var series))
            {
                anchors[row.Name] = series = ImmutableArray.CreateBuilder<PriceAnchor>();
            }

            if (series.Any(anchor => anchor.Date == row.Anchor.Date))
            {
                faults.Add(Line(i), Day($"{row.Name} has a second price on {row.Anchor.Date:yyyy-MM-dd}"), "one row per date and instrument");
                continue;
            }

            series.Add(row.Anchor);
        }

        Missing(household, anchors.Keys, faults);
        faults.ThrowIfAny();
        return new PriceSeries(faults.File, anchors.ToDictionary(pair => pair.Key, pair => pair.Value.ToImmutable()));
    }

    /// <summary>Whether a name is an exchange rate: two known currencies, one after the other.</summary>
    internal static bool IsRate(string name) =>
        name.Length == 6 && Currency.TryParse(name[..3], out var from) && Currency.TryParse(name[3..], out var to) && from != to;

    private static (string Name, PriceAnchor Anchor)? Row(string line, string where, FaultList faults, HashSet<string>? known)
    {
        var fields = line.Split(',', StringSplitOptions.TrimEntries);
        if (fields.Length != 3)
        {
            faults.Add(where, $"'{line}' has {fields.Length} fields", Header);
            return null;
        }

        var hasDate = DateOnly.TryParseExact(fields[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        if (!hasDate)
        {
            faults.Add(where, $"'{fields[0]}' is not a date", "a date such as 2026-08-31");
        }

        var name = fields[1];
        var isKnown = name.Length > 0 && (known is null || known.Contains(name) || IsRate(name));
        if (!isKnown)
        {
            faults.Add(where, $"'{name}' is not an instrument of the household", "an instrument's id, or two currencies such as USDINR");
        }

        var hasPrice = decimal.TryParse(fields[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
            && price is > 0m and <= LargestPrice;
        if (!hasPrice)
        {
            faults.Add(where, $"'{fields[2]}' is not a price", "a plain number above 0 such as 292.64");
        }

        return hasDate && isKnown && hasPrice ? (name, new PriceAnchor(date, price)) : null;
    }

    private static void Missing(Household? household, IReadOnlyCollection<string> priced, FaultList faults)
    {
        if (household is null)
        {
            return;
        }

        foreach (var instrument in household.Instruments.Where(i => !priced.Contains(i.Id.Value)))
        {
            faults.Add(instrument.Id.Value, "has no price", "at least one row of that name");
        }

        foreach (var currency in household.Accounts.Select(a => a.Currency).Where(c => c != household.Base).Distinct())
        {
            if (!priced.Contains(currency.Code + household.Base.Code) && !priced.Contains(household.Base.Code + currency.Code))
            {
                faults.Add(currency.Code + household.Base.Code, "has no exchange rate", "at least one row of that name");
            }
        }
    }

    private static string Line(int index) => FormattableString.Invariant($"line {index + 1}");

    private static string Day(FormattableString text) => FormattableString.Invariant(text);
}
