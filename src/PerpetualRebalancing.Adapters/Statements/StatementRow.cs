using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>A row of a CSV statement, by the names of its columns. Reads field by field and says what is wrong with each.</summary>
internal sealed class StatementRow(StatementFaults faults, int line, Dictionary<string, int> columns, IReadOnlyList<string> fields)
{
    /// <summary>Where it stands.</summary>
    public string Place { get; } = $"line {line}";

    /// <summary>Whether a fault was found in it.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads a file row by row: the first line names the columns; empty lines are skipped.</summary>
    /// <param name="text">The text.</param>
    /// <param name="faults">What is wrong.</param>
    /// <param name="required">Columns that must be there.</param>
    /// <param name="optional">Columns that may be there; null allows any.</param>
    public static IEnumerable<StatementRow> Read(TextReader text, StatementFaults faults, string[] required, string[]? optional)
    {
        Dictionary<string, int>? columns = null;
        for (var line = 1; text.ReadLine() is { } row; line++)
        {
            if (string.IsNullOrWhiteSpace(row))
            {
                continue;
            }

            if (row.Length > 10_000)
            {
                throw faults.Fatal($"line {line}", "", $"is {row.Length} letters long", "at most 10000");
            }

            var fields = CsvLine.Split(row);
            if (columns is null)
            {
                columns = Columns(faults, line, fields, required, optional);
            }
            else if (fields is null || fields.Count != columns.Count)
            {
                // Also what a file that was cut off ends with.
                throw faults.Fatal(
                    $"line {line}", "", fields is null ? "has an open quote, or text after one" : $"has {fields.Count} fields", $"{columns.Count} fields, as the first line has; is the file complete?");
            }
            else
            {
                yield return new StatementRow(faults, line, columns, fields);
            }
        }

        if (columns is null)
        {
            throw faults.Fatal("line 1", "", "is missing: the file is empty", $"the header {string.Join(',', required)}");
        }
    }

    /// <summary>Whether the row says anything in a column.</summary>
    public bool Has(string column) => Text(column).Length > 0;

    /// <summary>What stands in a column; empty when nothing does, or there is no such column.</summary>
    public string Text(string column) => columns.TryGetValue(column, out var index) ? fields[index] : "";

    /// <summary>Whether the file has a column.</summary>
    public bool HasColumn(string column) => columns.ContainsKey(column);

    /// <summary>Records a fault of this row.</summary>
    public void Fault(string column, string problem, string allowed)
    {
        IsFaulty = true;
        faults.Add(Place, column, problem, allowed);
    }

    /// <summary>A number; zero after a fault.</summary>
    public decimal Number(string column, decimal minimum, string unit, decimal? fallback = null)
    {
        var text = Text(column);
        if (text.Length == 0 && fallback is { } otherwise)
        {
            return otherwise;
        }

        if (StatementNumber.TryParse(text, out var number) && number >= minimum)
        {
            return number;
        }

        Fault(column, text.Length == 0 ? "is missing" : $"is '{StatementFaults.Short(text)}'", $"a number from {Canonical.Text(minimum)} to {Canonical.Text(StatementNumber.Largest)}{unit}, like 1234.56 or 1,234.56");
        return 0m;
    }

    /// <summary>Units, above zero.</summary>
    public Quantity Units(string column) => new(Number(column, StatementNumber.FewestUnits, " units"));

    /// <summary>A day that is not in the future; today after a fault.</summary>
    public DateOnly Day(string column, DateOnly today, params ReadOnlySpan<string> forms)
    {
        var text = Text(column);
        if (!StatementNumber.TryDay(text, forms, out var day))
        {
            Fault(column, text.Length == 0 ? "is missing" : $"is '{StatementFaults.Short(text)}'", "a day like 2026-06-30");
            return today;
        }

        if (day > today)
        {
            Fault(column, $"is {day:yyyy-MM-dd}, which is in the future", $"a day up to {today:yyyy-MM-dd}");
            return today;
        }

        return day;
    }

    /// <summary>A name of at most 80 letters without control characters; the empty text when left out.</summary>
    public string Name(string column)
    {
        var text = Text(column);
        if (text.Length > 80 || text.Any(char.IsControl))
        {
            Fault(column, $"is '{StatementFaults.Short(text)}'", "at most 80 letters, none of them a control character");
            return "";
        }

        return text;
    }

    private static Dictionary<string, int> Columns(StatementFaults faults, int line, IReadOnlyList<string>? names, string[] required, string[]? optional)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, name) in (names ?? []).Index())
        {
            if (!columns.TryAdd(name, index))
            {
                throw faults.Fatal($"line {line}", name.Length == 0 ? "header" : name, "names two columns", "each column once");
            }

            if (optional is not null && !required.Concat(optional).Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw faults.Fatal($"line {line}", StatementFaults.Short(name), "is not a known column", string.Join(", ", required.Concat(optional)));
            }
        }

        return required.FirstOrDefault(r => !columns.ContainsKey(r)) is { } missing
            ? throw faults.Fatal($"line {line}", missing, "is missing from the header", $"a first line with {string.Join(", ", required)}")
            : columns;
    }
}
