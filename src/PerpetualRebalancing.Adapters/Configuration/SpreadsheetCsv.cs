using System.Collections.Immutable;
using System.Text;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>A spreadsheet saved as CSV: a header row with class, value and target in any order, and one row per class. Amounts are
/// in rupees; another currency, and pools, need the JSON form.</summary>
internal static class SpreadsheetCsv
{
    private static readonly string[] Columns = ["class", "value", "target"];

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static SpreadsheetPortfolio Load(string path)
    {
        var faults = new FaultList(path);
        var rows = TextFile.Read(path).Split('\n')
            .Select((text, index) => (Place: $"line {index + 1}", Text: text.Trim()))
            .Where(row => row.Text.Length > 0)
            .ToArray();
        var header = rows.Length == 0 ? [] : Fields(rows[0].Text)?.Select(h => h.ToLowerInvariant()).ToArray() ?? [];
        if (!header.Order().SequenceEqual(Columns.Order()))
        {
            faults.Add(
                "line 1",
                rows.Length == 0 ? "is missing" : $"is '{rows[0].Text}'",
                "the header class,value,target, separated by commas");
            faults.ThrowIfAny();
        }

        var classes = ImmutableArray.CreateBuilder<SpreadsheetClass>();
        foreach (var (place, text) in rows.Skip(1))
        {
            var fields = Fields(text);
            if (fields is null || fields.Length != Columns.Length)
            {
                faults.Add(place, $"has {(fields is null ? "an open quote" : $"{fields.Length} fields")}", "class,value,target");
                continue;
            }

            string Field(string column) => fields[Array.IndexOf(header, column)];
            classes.Add(Read(faults, place, classes, Field));
        }

        var sum = classes.Sum(c => c.Target.Percent);
        if (faults.Count == 0 && sum != 100m)
        {
            faults.Add("target", $"the targets add up to {Canonical.Text(sum)}", "targets that add up to exactly 100");
        }

        faults.ThrowIfAny();
        return new SpreadsheetPortfolio(Currency.Inr, classes.ToImmutable(), []);
    }

    private static SpreadsheetClass Read(
        FaultList faults, string place, IEnumerable<SpreadsheetClass> before, Func<string, string> field)
    {
        var name = field("class");
        if (name.Length is 0 or > 60 || name.Any(char.IsControl))
        {
            faults.Add($"{place}, class", $"is '{name}'", "1 to 60 characters");
        }
        else if (before.Any(c => c.Class.Value.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            faults.Add($"{place}, class", $"'{name}' names a second class", "each class its own name");
        }

        var value = Number(faults, $"{place}, value", field("value"), JsonNodeReader.LargestAmount, "INR");
        var target = Number(faults, $"{place}, target", field("target").TrimEnd('%', ' '), 100m, "percent");
        return new SpreadsheetClass(new ClassId(name), new Money(value, Currency.Inr), Weight.FromPercent(target));
    }

    private static decimal Number(FaultList faults, string place, string text, decimal maximum, string unit)
    {
        if (PlainNumber.TryParse(text, out var number) && number >= 0m && number <= maximum)
        {
            return number;
        }

        faults.Add(place, $"is '{text}'", $"0 to {Canonical.Text(maximum)} {unit}, in plain digits with a decimal point");
        return 0m;
    }

    /// <summary>The fields of a row; a field in double quotes may hold commas and doubled quotes (RFC 4180).</summary>
    private static string[]? Fields(string row)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        var previous = ',';
        foreach (var letter in row)
        {
            if (letter == '"')
            {
                // The second of a doubled quote opens again what the first has closed, and stands for one quote.
                if (!quoted && previous == '"')
                {
                    field.Append('"');
                }

                quoted = !quoted;
            }
            else if (letter == ',' && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(letter);
            }

            previous = letter;
        }

        fields.Add(field.ToString().Trim());
        return quoted ? null : [.. fields];
    }
}
