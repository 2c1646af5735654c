using System.Globalization;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Fields of the CSV files that people open in a spreadsheet.</summary>
internal static class CsvField
{
    /// <summary>A field as RFC 4180 writes it. Text that a spreadsheet would take for a formula is kept text; negative numbers stay numbers.</summary>
    public static string Quoted(string field)
    {
        var isFormula = field.Length > 0 && field[0] is '=' or '+' or '-' or '@' && !decimal.TryParse(field, NumberStyles.Number, CultureInfo.InvariantCulture, out _);
        var safe = isFormula ? "'" + field : field;
        return safe.AsSpan().IndexOfAny("\",\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
