using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Joins the two halves of scheme mergers: units that left one scheme and came into another of the same fund house on one day.</summary>
internal static class CasparserMergers
{
    /// <summary>All transactions of the schemes, with every merger as one of them.</summary>
    public static ImmutableArray<Transaction> Join(IReadOnlyList<CasparserScheme> schemes, StatementFaults faults)
    {
        var all = schemes.SelectMany(s => s.Transactions).ToList();
        var halves = schemes.SelectMany(s => s.Merged.Select(m => (s.House, m.At, m.Units))).ToList();
        foreach (var left in halves.Where(h => h.Units < 0m))
        {
            var came = halves.Where(h => h.Units > 0m && h.House == left.House && h.At.On == left.At.On && h.At.Instrument != left.At.Instrument).ToArray();
            var same = came.Where(h => h.At.Folio == left.At.Folio).ToArray();
            came = same.Length > 0 ? same : came;
            var rivals = halves.Count(h => h.Units < 0m && h.House == left.House && h.At.On == left.At.On && (same.Length == 0 || h.At.Folio == left.At.Folio));
            if (came.Length != 1 || rivals != 1)
            {
                Unpaired(faults, left.At);
                continue;
            }

            all.Add(new Transaction.Consolidated(left.At, new Quantity(-left.Units), came[0].At.Instrument, came[0].At.Folio, new Quantity(came[0].Units)));
            halves = [.. halves.Where(h => h != came[0])];
        }

        foreach (var alone in halves.Where(h => h.Units > 0m))
        {
            Unpaired(faults, alone.At);
        }

        return [.. all];
    }

    private static void Unpaired(StatementFaults faults, Origin at) => faults.Add(
        at.Place, "type", $"a merger of {at.Instrument} on {at.On:yyyy-MM-dd} has no single other half",
        "one scheme that units left and one that they came into; write others as 'consolidate' rows of the plain CSV");
}
