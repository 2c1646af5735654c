using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>The file of a what-if plan. JSON with a <c>household</c> or <c>accounts</c> key is a household; other JSON has
/// <c>classes</c> (name, value, target in percent), optionally <c>currency</c> (default INR) and <c>pools</c> (name, cash, buys);
/// a <c>.csv</c> file has the columns class, value and target.</summary>
public static class PlanFile
{
    private const string NameAllowed = "1 to 60 characters";

    /// <summary>Reads a file of any of these forms.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static PlanSource Load(string path)
    {
        if (Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return new PlanSource.OfSpreadsheet(SpreadsheetCsv.Load(path));
        }

        using var document = TextFile.ReadJson(path);
        return IsHousehold(document.RootElement)
            ? new PlanSource.OfHousehold(HouseholdFile.Load(path))
            : new PlanSource.OfSpreadsheet(Read(path, document.RootElement));
    }

    private static bool IsHousehold(JsonElement root) => root.ValueKind == JsonValueKind.Object
        && (root.TryGetProperty("household", out _) || root.TryGetProperty("accounts", out _));

    private static SpreadsheetPortfolio Read(string path, JsonElement root)
    {
        var faults = new FaultList(path);
        var file = new JsonNodeReader(root, faults);
        var currency = file.Has("currency")
            ? file.Word("currency", [.. Currency.Known.Select(c => c.Code)], "currency")
            : Currency.Inr.Code;
        Currency? unit = currency is null ? null : Currency.Parse(currency);
        var names = new List<string>();
        var classes = ReadClasses(file, faults, unit, names);
        var portfolio = new SpreadsheetPortfolio(unit ?? default, classes, ReadPools(file, unit, names));
        file.Close();
        faults.ThrowIfAny();
        return portfolio;
    }

    private static ImmutableArray<SpreadsheetClass> ReadClasses(
        JsonNodeReader file, FaultList faults, Currency? currency, List<string> names)
    {
        var before = faults.Count;
        var classes = ImmutableArray.CreateBuilder<SpreadsheetClass>();
        foreach (var item in file.Items("classes", required: true) ?? [])
        {
            var name = ReadName(item, "class", names);
            var value = item.Amount("value", currency, "the file", decimals: 6);
            var target = item.Number("target", 0m, 100m, "percent");
            item.Close();
            classes.Add(new SpreadsheetClass(new ClassId(name), value, Weight.FromPercent(target ?? 0m)));
        }

        var sum = classes.Sum(c => c.Target.Percent);
        if (faults.Count == before && sum != 100m)
        {
            file.Fault("classes", $"the targets add up to {Canonical.Text(sum)}", "targets that add up to exactly 100");
        }

        return classes.ToImmutable();
    }

    private static ImmutableArray<SpreadsheetPool> ReadPools(JsonNodeReader file, Currency? currency, List<string> classes)
    {
        var names = new List<string>();
        var pools = ImmutableArray.CreateBuilder<SpreadsheetPool>();
        foreach (var item in file.Items("pools", required: false) ?? [])
        {
            var name = ReadName(item, "pool", names);
            var cash = item.Amount("cash", currency, "the file");
            var buys = item.Words("buys", "the names of the classes it can buy, at least one");
            if (buys is { Count: 0 })
            {
                item.Fault("buys", "is empty", "the names of the classes it can buy, at least one");
            }

            foreach (var (index, buy) in (buys ?? []).Index())
            {
                if (!classes.Contains(buy) && !classes.Contains("-"))
                {
                    item.Fault($"buys[{index}]", $"is '{buy}'{Suggestion.For(buy, classes)}", string.Join(", ", classes));
                }
                else if (buys!.Take(index).Contains(buy))
                {
                    item.Fault($"buys[{index}]", $"'{buy}' is listed twice", "each class once");
                }
            }

            item.Close();
            pools.Add(new SpreadsheetPool(name, cash, [.. (buys ?? []).Select(b => new ClassId(b))]));
        }

        return pools.ToImmutable();
    }

    private static string ReadName(JsonNodeReader item, string kind, List<string> names)
    {
        var name = item.Text("name", NameAllowed);
        if (name is { Length: > 60 })
        {
            item.Fault("name", $"is {name.Length} characters long", NameAllowed);
        }
        else if (name is not null && names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            item.Fault("name", $"'{name}' names a second {kind}", $"each {kind} its own name");
        }

        names.Add(name ?? "-");
        return name ?? "-";
    }
}
