using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>Reads the law of the United States from us.json (its form: config/tax/README.md).</summary>
internal static class UnitedStatesTaxFile
{
    private const decimal Most = 100_000_000m;
    private const int LongestPeriodMonths = 120;
    private const string Usd = "USD";
    private static readonly DateOnly Earliest = new(1900, 1, 1);
    private static readonly DateOnly Latest = new(2100, 12, 31);

    /// <summary>Reads the law.</summary>
    /// <exception cref="ConfigurationException">The file cannot be used; every fault names its key.</exception>
    public static UnitedStatesLaw Read(string path)
    {
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var file = new JsonNodeReader(document.RootElement, faults);
        file.Text("$schema", "the name of a schema", "");
        file.Word("currency", [Usd], "currency");
        var age = ReadAge(file);
        var assumptions = file.Words("assumptions", "sentences") ?? [];
        var switches = new TaxSwitches(file);
        var tables = new UnitedStatesTables
        {
            Age = age,
            Assumptions = [.. assumptions],
            SameIndexIsIdentical = switches.Read("same-index-is-identical"),
            FamilyBuysForEachOther = switches.Read("family-buys-for-each-other"),
            GrossUpByStandardDeduction = switches.Read("gross-up-by-standard-deduction"),
            Classes = ReadClasses(file),
            Ordinary = Rows(file, "ordinary", row => PerFiling(row, Scale)),
            LongTerm = Rows(file, "longTerm", row => PerFiling(row, Scale)),
            Collectibles = Rows(file, "collectibles", Rate),
            StandardDeduction = Rows(file, "standardDeduction", row => PerFiling(row, Amount)),
            InvestmentIncome = Rows(file, "netInvestmentIncome", row => new InvestmentIncomeTax(Rate(row), PerFiling(row, Amount))),
            LossLimit = Rows(file, "lossLimit", row => PerFiling(row, Amount)),
            WashSaleDays = Rows(file, "washSale", row => row.Whole("days", 0, OpenLoss.LongestWindow, "days") ?? 0),
            EstimatedTax = Rows(file, "estimatedTax", row => new EstimatedTax(
                ReadParts(row), Amount(row, "threshold"), row.Whole("returnMonth", 1, 12, "") ?? 1, row.Whole("returnDay", 1, 28, "") ?? 1)),
            LegalHolidays = ReadHolidays(file.Section("legalHolidays", required: true)),
        };
        switches.Close();
        file.Close();
        faults.ThrowIfAny();
        return new UnitedStatesLaw(tables);
    }

    private static TableAge ReadAge(JsonNodeReader file)
    {
        var stale = file.Day("staleAt", Earliest, Latest);
        var expires = file.Day("expiresAt", Earliest, Latest);
        if (expires < stale)
        {
            file.Fault("expiresAt", "is before 'staleAt'", "that day or a later one");
        }

        return new TableAge(stale, expires);
    }

    private static ImmutableArray<(string TaxClass, Dated<GainRule> Rule)> ReadClasses(JsonNodeReader file)
    {
        var names = new Names("tax class");
        var classes = ImmutableArray.CreateBuilder<(string, Dated<GainRule>)>();
        foreach (var item in file.Items("classes", required: true) ?? [])
        {
            var name = names.Give(item);
            classes.AddRange(Rows(item, "rows", ReadGainRule).Select(row => (name, row)));
            item.Close();
        }

        return classes.ToImmutable();
    }

    private static GainRule ReadGainRule(JsonNodeReader row) =>
        new(row.Whole("longTermMonths", 1, LongestPeriodMonths, "months") ?? 1, row.Flag("collectible", fallback: false));

    /// <summary>Dated rows, none of which holds on a day of another; at least one.</summary>
    private static ImmutableArray<Dated<T>> Rows<T>(JsonNodeReader file, string key, Func<JsonNodeReader, T> read)
    {
        var items = file.Items(key, required: true);
        if (items is { Count: 0 })
        {
            file.Fault(key, "is empty", "at least one row");
        }

        var rows = ImmutableArray.CreateBuilder<Dated<T>>();
        foreach (var item in items ?? [])
        {
            var from = item.Day("from", Earliest, Latest);
            var to = item.Has("to") ? item.Day("to", Earliest, Latest) : null;
            var row = new Dated<T>(
                from ?? Earliest, to, read(item), item.Text("source", "the section of the act") ?? "-",
                item.Has("note") ? item.Text("note", "what is assumed or uncertain") : null);
            if (to < from)
            {
                item.Fault("to", "is before 'from'", "a later day, or no 'to' while no end is known");
            }
            else if (from is not null && rows.Any(row.Overlaps))
            {
                item.Fault("from", "holds for days that a row before it holds for", "one row per day");
            }

            item.Close();
            rows.Add(row);
        }

        return rows.ToImmutable();
    }

    private static PerFiling<T> PerFiling<T>(JsonNodeReader row, Func<JsonNodeReader, string, T> read) =>
        new(read(row, "single"), read(row, "marriedJointly"), read(row, "marriedSeparately"), read(row, "headOfHousehold"));

    private static decimal Amount(JsonNodeReader row, string key) => row.Number(key, 0m, Most, Usd) ?? 0m;

    private static decimal Rate(JsonNodeReader row) => row.Number("rate", 0m, 1m, "as a fraction") ?? 0m;

    private static ImmutableArray<TaxBracket> Scale(JsonNodeReader row, string key)
    {
        var brackets = ImmutableArray.CreateBuilder<TaxBracket>();
        var items = row.Items(key, required: true) ?? [];
        foreach (var (index, item) in items.Index())
        {
            var isLast = index == items.Count - 1;
            var (upTo, rate) = (item.Has("upTo") ? item.Number("upTo", 0m, Most, Usd) : null, Rate(item));
            if (isLast == item.Has("upTo"))
            {
                item.Fault("upTo", isLast ? "ends the last bracket" : "is missing", "an end for every bracket but the last, which has none");
            }

            if (brackets.Count > 0 && (upTo <= brackets[^1].UpTo || rate < brackets[^1].Rate))
            {
                item.Fault("", "is not above the bracket before it", "brackets with rising ends and rates");
            }

            item.Close();
            brackets.Add(new TaxBracket(isLast ? null : upTo ?? 0m, rate));
        }

        if (items.Count == 0)
        {
            row.Fault(key, "has no bracket", "at least one");
        }

        return brackets.ToImmutable();
    }

    private static ImmutableArray<DateOnly> ReadHolidays(JsonNodeReader section)
    {
        const string allowed = "a day written like 2026-06-30";
        var days = ImmutableArray.CreateBuilder<DateOnly>();
        foreach (var text in section.Words("days", $"days, each {allowed}") ?? [])
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                days.Add(day);
            }
            else
            {
                section.Fault("days", $"has '{text}'", allowed);
            }
        }

        section.Text("source", "the section of the act");
        section.Close();
        return days.ToImmutable();
    }

    private static ImmutableArray<EstimatedTaxDate> ReadParts(JsonNodeReader row)
    {
        var parts = ImmutableArray.CreateBuilder<EstimatedTaxDate>();
        foreach (var item in row.Items("parts", required: true) ?? [])
        {
            var part = new EstimatedTaxDate(
                item.Whole("throughMonth", 1, 12, "") ?? 1, item.Whole("dueMonth", 1, 12, "") ?? 1, item.Whole("dueDay", 1, 28, "") ?? 1);
            if (parts.Count > 0 && part.ThroughMonth <= parts[^1].ThroughMonth)
            {
                item.Fault("throughMonth", "is not after the part before it", "months in rising order");
            }

            item.Close();
            parts.Add(part);
        }

        if (parts.Count > 0 && parts[^1].ThroughMonth != 12)
        {
            row.Fault("parts", "do not reach the end of the year", "a last part through month 12");
        }

        return parts.ToImmutable();
    }
}
