using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>The tax laws as files, one per law, named for it (their form: config/tax/README.md).</summary>
public static class TaxFiles
{
    /// <summary>Reads the laws of a folder.</summary>
    /// <param name="folder">Holds at least one *.json.</param>
    /// <exception cref="ConfigurationException">A file cannot be used; every fault names its file and key.</exception>
    public static TaxLaws Load(string folder) => new([.. TableFolder.Read(folder, "json", ReadLaw).Select(file => file.Content)]);

    private static ITaxLaw ReadLaw(string path) => Path.GetFileName(path) switch
    {
        "flat.json" => ReadFlat(path),
        "in.json" => IndianTaxFile.Read(path),
        "us.json" => UnitedStatesTaxFile.Read(path),
        _ => throw new ConfigurationException($"{path}: is not the table of a law this version knows; allowed: flat.json, in.json, us.json"),
    };

    private static FlatTaxTable ReadFlat(string path)
    {
        var (rows, assumptions) = ReadFile(path);
        return new FlatTaxTable(rows, assumptions);
    }

    private static (ImmutableArray<FlatTaxRow> Rows, ImmutableArray<string> Assumptions) ReadFile(string path)
    {
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var file = new JsonNodeReader(document.RootElement, faults);
        file.Text("$schema", "the name of a schema", "");
        var assumptions = file.Words("assumptions", "sentences") ?? [];
        var names = new Names("tax class");
        var rows = new List<(JsonNodeReader Item, FlatTaxRow Row)>();
        foreach (var item in file.Items("classes", required: true) ?? [])
        {
            var taxClass = names.Give(item);
            foreach (var row in item.Items("rows", required: true) ?? [])
            {
                rows.Add((row, ReadRow(row, taxClass)));
            }

            item.Close();
        }

        file.Close();
        faults.ThrowIfAny();
        foreach (var (index, (item, row)) in rows.Index())
        {
            if (rows.Take(index).Any(other => other.Row.Overlaps(row)))
            {
                item.Fault("", "holds for sales that a row before it holds for", "one row per sale, by dates of transfer and acquisition");
            }
        }

        faults.ThrowIfAny();
        return ([.. rows.Select(row => row.Row)], [.. assumptions]);
    }

    private static FlatTaxRow ReadRow(JsonNodeReader item, string taxClass)
    {
        var sales = SaleRowReader.Read(item);
        var longRate = item.Number("longRate", 0m, 1m, "as a fraction", sales.IsNeverLong ? 0m : null) ?? 0m;
        var shortRate = item.Number("shortRate", 0m, 1m, "as a fraction") ?? 0m;
        var (source, note) = (SaleRowReader.Source(item), SaleRowReader.Note(item));
        item.Close();
        return new FlatTaxRow(
            taxClass, sales.From, sales.To, sales.AcquiredFrom, sales.AcquiredTo, sales.LongTermMonths, longRate, shortRate, source, note);
    }
}
