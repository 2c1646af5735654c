using PerpetualRebalancing.Adapters.Tables;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>A published table of one row per day, comma-separated, with its columns named on the first line.</summary>
/// <param name="dayNames">What the column of the day may be called, in capitals.</param>
/// <param name="valueName">What the column of the value is called, in capitals.</param>
/// <param name="dayForms">How the day is written.</param>
internal sealed class DatedColumn(string[] dayNames, string valueName, string[] dayForms)
{
    /// <summary>The newest value. A value that is missing (<c>.</c> or nothing) or zero is a day without one.</summary>
    /// <exception cref="FormatException">It is no such table, or holds no value.</exception>
    public (DateOnly Day, decimal Value) Last(ReadOnlySpan<byte> text)
    {
        var lines = new TextLines(text);
        var names = lines.TryNext(out var header) ? CsvLine.Split(header)?.Select(n => n.ToUpperInvariant()).ToList() : null;
        var (day, value) = (names?.FindIndex(dayNames.Contains) ?? -1, names?.IndexOf(valueName) ?? -1);
        if (day < 0 || value < 0)
        {
            throw new FormatException($"its first line does not name {string.Join(" or ", dayNames)} and {valueName}");
        }

        (DateOnly Day, decimal Value)? last = null;
        while (lines.TryNext(out var line))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (CsvLine.Split(line) is not { } cells || cells.Count <= Math.Max(day, value)
                || !PublishedNumber.TryReadDay(cells[day], dayForms, out var date)
                || ValueOf(cells[value]) is not { } number)
            {
                throw new FormatException($"line {lines.Number} is no day with a {valueName}");
            }

            if (number > 0m && (last is null || date > last.Value.Day))
            {
                last = (date, number);
            }
        }

        return last ?? throw new FormatException("it has no values");
    }

    private static decimal? ValueOf(string cell) =>
        cell is "" or "." || cell.All(c => c is '0' or '.') ? 0m : PublishedNumber.TryRead(cell, out var number) ? number : null;
}
