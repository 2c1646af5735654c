using System.Globalization;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Soak;

/// <summary>The example household with calendars, tax years and prices made up for ten years and more. None of them is anybody's.</summary>
internal static partial class LongFiles
{
    private const int LastYear = 2037;

    /// <summary>Makes the files.</summary>
    /// <param name="seed">Of the prices.</param>
    public static HouseholdFiles Make(int seed)
    {
        var files = new HouseholdFiles();
        var config = files.Settings.ConfigFolder;
        foreach (var calendar in Directory.GetFiles(Path.Combine(config, "calendars"), "*.csv"))
        {
            LengthenCalendar(calendar);
        }

        foreach (var table in Directory.GetFiles(Path.Combine(config, "tax"), "*.json"))
        {
            File.WriteAllText(table, Expiry().Replace(File.ReadAllText(table), $"\"$1\": \"{LastYear}-12-31\""));
        }

        LengthenPrices(Path.Combine(config, "paper", "prices.csv"), new Random(seed));
        return files;
    }

    // Ten holidays a year make a year of the calendar whole.
    private static void LengthenCalendar(string file)
    {
        var lines = File.ReadAllLines(file);
        var published = lines.Where(l => l.StartsWith("20", StringComparison.Ordinal)).Select(l => int.Parse(l.AsSpan(0, 4), CultureInfo.InvariantCulture)).Max();
        var kept = lines.Where(l => !l.StartsWith($"{published}", StringComparison.Ordinal));
        var made = from year in Enumerable.Range(published, LastYear - published + 1)
                   from holiday in new[] { (1, 1), (1, 26), (3, 14), (4, 14), (5, 1), (8, 15), (10, 2), (10, 21), (11, 5), (12, 25) }
                   let day = new DateOnly(year, holiday.Item1, holiday.Item2)
                   where day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
                   select string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd},closed,,,,final,Made up,a soak test");
        File.WriteAllLines(file, kept.Concat(made));
    }

    // From the last price of each on: up a little, with swings large enough that sell programs come and go.
    private static void LengthenPrices(string file, Random random)
    {
        var lines = File.ReadAllLines(file).ToList();
        var last = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var end = DateOnly.MinValue;
        foreach (var parts in lines.Select(l => l.Split(',')).Where(p => p is [['2', ..], _, _]))
        {
            last[parts[1]] = decimal.Parse(parts[2], CultureInfo.InvariantCulture);
            end = DateOnly.ParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        for (var day = end.AddMonths(1); day.Year <= LastYear; day = day.AddMonths(1))
        {
            foreach (var name in last.Keys.Order(StringComparer.Ordinal).ToArray())
            {
                var swing = name.EndsWith("INR", StringComparison.Ordinal) ? 0.01 : name is "XNAS" or "MON100" ? 0.09 : 0.03;
                last[name] = Math.Round(last[name] * (decimal)(1.004 + (swing * ((2 * random.NextDouble()) - 1))), 4);
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd},{name},{last[name]}"));
            }
        }

        File.WriteAllLines(file, lines);
    }

    [GeneratedRegex("\"(staleAt|expiresAt)\":\\s*\"[0-9-]+\"", RegexOptions.CultureInvariant)]
    private static partial Regex Expiry();
}
