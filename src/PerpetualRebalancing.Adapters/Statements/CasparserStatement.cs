using System.Text.Json;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>A consolidated account statement of CAMS or KFintech, as casparser turns it into JSON: folios, their schemes, and all
/// transactions of a period. First in, first out holds per folio.</summary>
/// <remarks>Refused when casparser warned, when it is a summary, or when opening units, transactions, running balances and closing
/// units do not agree to the last unit.</remarks>
internal static class CasparserStatement
{
    private static readonly string[] PeriodDays = ["dd-MMM-yyyy", "yyyy-MM-dd"];

    /// <summary>Reads the file.</summary>
    public static Statement Read(StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        var root = LinedJson.Read(source.Body.Span, faults);
        if (!root.IsObject || root["folios"] is not { IsList: true } folios)
        {
            throw faults.Fatal(root.Place, "folios", "is missing", "JSON as casparser writes it, with a list of folios");
        }

        foreach (var warning in root["parse_warnings"]?.Items ?? [])
        {
            throw faults.Fatal(warning.Place, "parse_warnings", $"casparser was not sure: '{StatementFaults.Short(warning.Text ?? "")}'", "a statement that it reads without a warning");
        }

        if (root["file_type"]?.Text is not ("CAMS" or "KFINTECH"))
        {
            throw faults.Fatal(root["file_type"]?.Place ?? root.Place, "file_type", $"is '{StatementFaults.Short(root["file_type"]?.Text ?? "")}'", "CAMS or KFINTECH: a depository's statement lists no transactions");
        }

        if (root["cas_type"]?.Text != "DETAILED")
        {
            throw faults.Fatal(root["cas_type"]?.Place ?? root.Place, "cas_type", $"is '{StatementFaults.Short(root["cas_type"]?.Text ?? "")}'", "DETAILED: a summary lists no transactions");
        }

        var (from, to) = (PeriodDay("from"), PeriodDay("to"));
        faults.ThrowIfAny();
        if (from > to || to > source.Today)
        {
            throw faults.Fatal(root["statement_period"]!.Place, to > source.Today ? "to" : "from", $"the period is {from:yyyy-MM-dd} to {to:yyyy-MM-dd}", $"a period that begins before it ends, up to {source.Today:yyyy-MM-dd}");
        }

        var tax = TaxNumber(folios, faults);
        var schemes = folios.Items.SelectMany(f => new CasparserFolio(f, source, names, faults, from, to).Schemes()).ToArray();
        var transactions = CasparserMergers.Join(schemes, faults);
        faults.ThrowIfAny();
        return new Statement(
            source.Account.Id, from, to, new StatementOwner(root["investor_info"]?["name"]?.Text, tax, null), transactions, []);

        DateOnly PeriodDay(string field)
        {
            var value = root["statement_period"]?[field];
            if (!StatementNumber.TryDay(value?.Text ?? "", PeriodDays, out var day))
            {
                faults.Add(value?.Place ?? root.Place, $"statement_period.{field}", value is null ? "is missing" : $"is '{StatementFaults.Short(value.Text ?? "")}'", "a day like 01-Apr-2025");
            }

            return day;
        }
    }

    /// <summary>The PAN that all folios have; null when none says.</summary>
    private static string? TaxNumber(LinedJson folios, StatementFaults faults)
    {
        string? known = null;
        foreach (var folio in folios.Items)
        {
            if (folio["PAN"] is not { Kind: JsonTokenType.String, Text: { Length: > 0 } text } pan)
            {
                continue;
            }

            if (known is not null && known != text)
            {
                // The number itself is nobody's business on a screen.
                throw faults.Fatal(pan.Place, "PAN", "differs from the PAN of the folios before it", "a statement with the folios of one person");
            }

            known = text;
        }

        return known;
    }
}
