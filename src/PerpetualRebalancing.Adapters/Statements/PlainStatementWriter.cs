using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Writes lots as the plain CSV, so that importing it gives the same lots again.</summary>
public static class PlainStatementWriter
{
    private static readonly string[] Columns = ["date", "action", "instrument", "units", "price", "acquired", "heldSince", "lot", "account"];

    /// <summary>The file.</summary>
    /// <param name="lots">Of one account, each instrument's in the order a sale takes them.</param>
    /// <param name="on">The day they are held on.</param>
    public static string Write(IEnumerable<TaxLot> lots, DateOnly on)
    {
        var text = new StringBuilder();
        text.Append(CsvLine.Join(Columns)).Append('\n');
        foreach (var lot in lots)
        {
            var prefix = $"{lot.Account}/{lot.Instrument}/";
            ImmutableArray<string> row =
            [
                Day(on), "lot", lot.Instrument.Value, Canonical.Text(lot.Remaining.Units), Canonical.Text(lot.CostPerUnit.Amount), Day(lot.Acquired),
                lot.IsReplacement || lot.HeldSince != lot.Acquired ? Day(lot.HeldSince) : "",
                lot.Id.Value.StartsWith(prefix, StringComparison.Ordinal) ? lot.Id.Value[prefix.Length..] : "", lot.Account.Value,
            ];
            text.Append(CsvLine.Join(row)).Append('\n');
        }

        return text.ToString();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
