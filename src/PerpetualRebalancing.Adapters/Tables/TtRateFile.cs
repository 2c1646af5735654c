using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Tax.India;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>Telegraphic transfer buying rates of the State Bank of India as a file (its form: config/tax/README.md).</summary>
internal static class TtRateFile
{
    /// <summary>Its name, beside in.json.</summary>
    public const string Name = "tt-rates.csv";

    private const string Columns = "currency,month_end,rate";

    /// <summary>Reads the rates.</summary>
    /// <exception cref="ConfigurationException">A line is wrong; every fault names its line.</exception>
    public static TtRates Read(string path)
    {
        var faults = new FaultList(path);
        var rates = new List<TtRate>();
        var headed = false;
        foreach (var (index, text) in TextFile.Read(path).Split('\n').Index())
        {
            var line = text.Trim();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            var where = string.Create(CultureInfo.InvariantCulture, $"line {index + 1}");
            if (!headed)
            {
                headed = true;
                if (line != Columns)
                {
                    faults.Add(where, $"is '{line}'", $"the header {Columns}");
                }

                continue;
            }

            if (ReadLine(CsvLine.Split(line), where, faults) is { } rate)
            {
                if (rates.Any(r => r.Currency == rate.Currency && r.MonthEnd.Year == rate.MonthEnd.Year && r.MonthEnd.Month == rate.MonthEnd.Month))
                {
                    faults.Add(where, $"is a second rate of {rate.Currency} for {rate.MonthEnd:yyyy-MM}", "one rate per currency and month");
                }

                rates.Add(rate);
            }
        }

        faults.ThrowIfAny();
        return new TtRates([.. rates]);
    }

    private static TtRate? ReadLine(IReadOnlyList<string>? fields, string where, FaultList faults)
    {
        if (fields is not { Count: 3 })
        {
            faults.Add(where, "does not have three fields", Columns);
            return null;
        }

        var before = faults.Count;
        string[] known = [.. Currency.Known.Where(c => c != Currency.Inr).Select(c => c.Code)];
        if (!Currency.TryParse(fields[0], out var currency) || currency == Currency.Inr)
        {
            faults.Add($"{where}, currency", $"is '{fields[0]}'", string.Join(", ", known));
        }

        if (!DateOnly.TryParseExact(fields[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            faults.Add($"{where}, month_end", $"is '{fields[1]}'", "a day written like 2026-06-30");
        }
        else if (day.AddDays(7).Month == day.Month)
        {
            // The bank may not have published on the very last day; the last published day of the month stands for it.
            faults.Add($"{where}, month_end", $"is '{fields[1]}', not at the end of a month", "the last day of a month on which SBI published a rate");
        }

        if (!PlainNumber.TryParse(fields[2], out var rate) || rate <= 0m || rate > 1_000m)
        {
            faults.Add($"{where}, rate", $"is '{fields[2]}'", "rupees per unit, above 0 and up to 1000, in plain digits");
        }

        return faults.Count == before ? new TtRate(currency, day, rate) : null;
    }
}
