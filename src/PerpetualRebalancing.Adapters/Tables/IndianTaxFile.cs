using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>The law of India as a file (its form: config/tax/README.md).</summary>
internal static partial class IndianTaxFile
{
    private const decimal LargestLimit = 1_000_000_000_000m;
    private static readonly DateOnly Earliest = SaleRowReader.Earliest;
    private static readonly DateOnly Latest = SaleRowReader.Latest;

    /// <summary>Reads in.json, and the TT rates beside it when there are any.</summary>
    /// <exception cref="ConfigurationException">A file cannot be used; every fault names its file and key.</exception>
    public static IndianLaw Read(string path)
    {
        var rates = Path.Combine(Path.GetDirectoryName(path)!, TtRateFile.Name);
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var file = new JsonNodeReader(document.RootElement, faults);
        file.Text("$schema", "the name of a schema", "");
        var switches = ReadSwitches(file);
        var buckets = ReadBuckets(file);
        var classes = ReadClasses(file, buckets, switches);
        var grandfathering = file.Section("grandfathering", required: true);
        var notDeducted = file.Section("notDeducted", required: true);
        var tables = new IndianTables
        {
            Age = new TableAge(file.Day("staleAt", Earliest, Latest), file.Day("expiresAt", Earliest, Latest)),
            Assumptions = [.. file.Words("assumptions", "sentences") ?? []],
            Switches = switches,
            Classes = new IndianClasses(buckets, classes),
            Slabs = ReadApart(file, "slabs", "one row per regime, age and day", ReadSlabs, s => (s.From, s.To, (s.Regime, s.FromAge))),
            Rebates = ReadApart(file, "rebates", "one row per regime and day", ReadRebate, r => (r.From, r.To, r.Regime)),
            Surcharges = ReadApart(file, "surcharges", "one row per regime and day", ReadSurcharge, s => (s.From, s.To, s.Regime)),
            Exemptions = ReadNumbers(file, "exemption112A", "amount", 0m, LargestLimit, "rupees"),
            Cess = ReadNumbers(file, "cess", "rate", 0m, 1m, "as a fraction"),
            LossYears = ReadNumbers(file, "lossYears", "years", 0m, 100m, "years"),
            GrandfatheredTo = grandfathering.Day("acquiredTo", Earliest, Latest) ?? Earliest,
            GrandfatheringSource = Source(grandfathering),
            NotDeducted = [.. notDeducted.Words("charges", "names of charge lines") ?? []],
            NotDeductedSource = Source(notDeducted),
            Inflation = ReadInflation(file.Section("costInflationIndex", required: true)),
            AdvanceTax = ReadAdvanceTax(file.Section("advanceTax", required: true)),
        };
        grandfathering.Close();
        notDeducted.Close();
        if (tables.Age.ExpiresAt < tables.Age.StaleAt)
        {
            file.Fault("expiresAt", "is before 'staleAt'", "a later day");
        }

        file.Close();
        faults.ThrowIfAny();
        return new IndianLaw(File.Exists(rates) ? tables with { Tt = TtRateFile.Read(rates) } : tables);
    }

    private static IndianSwitches ReadSwitches(JsonNodeReader file)
    {
        var found = new Dictionary<string, IndianSwitch>(StringComparer.Ordinal);
        string[] ids = [.. IndianSwitches.Known.Select(k => k.Id)];
        foreach (var item in file.Items("switches", required: true) ?? [])
        {
            var id = item.Word("id", ids, "switch");
            var values = IndianSwitches.Known.FirstOrDefault(k => k.Id == id).Values;
            var value = item.Word("value", values.IsDefault ? null : values, "reading");
            var readings = item.Section("readings", required: true);
            foreach (var reading in values.IsDefault ? [] : values)
            {
                var says = readings.Text(reading, "a sentence");
                if (id is not null && reading == value && !found.TryAdd(id, new IndianSwitch(id, value, says ?? "-")))
                {
                    item.Fault("id", $"'{id}' is there twice", "each switch once");
                }
            }

            readings.Close();
            item.Close();
        }

        foreach (var id in ids.Where(id => !found.ContainsKey(id)))
        {
            file.Fault("switches", $"'{id}' is missing", string.Join(", ", ids));
        }

        return new IndianSwitches([.. IndianSwitches.Known.Select(k => found.GetValueOrDefault(k.Id, new IndianSwitch(k.Id, k.Values[0], "-")))]);
    }

    private static ImmutableArray<IndianBucket> ReadBuckets(JsonNodeReader file)
    {
        var names = new Names("bucket");
        var buckets = new List<IndianBucket>();
        var items = file.Items("buckets", required: true) ?? [];
        foreach (var item in items)
        {
            var id = new BucketId(names.Give(item));
            var name = item.Text("name", "what it is, for people") ?? "-";
            var treatment = item.Text("treatment", "what rows of classes call it") ?? "-";
            var gain = item.Choice<IndianGain>("gain") ?? default;
            var (from, to) = Dates(item);
            var hasRate = gain is IndianGain.Short111A or IndianGain.Long112 or IndianGain.Long112A;
            var rate = item.Number("rate", 0m, hasRate ? 1m : 0m, hasRate ? "as a fraction" : "for gains without a rate of their own", hasRate ? null : 0m) ?? 0m;
            var indexed = item.Flag("indexed", fallback: false);
            var section = item.Text("section", "the section of the act") ?? "-";
            item.Close();
            var bucket = new IndianBucket(id, name, treatment, gain, from, to, rate, indexed, section);
            if (buckets.Any(b => b.Treatment == treatment && b.Meets(from, to ?? Latest) && bucket.Meets(b.From, b.To ?? Latest)))
            {
                item.Fault("", $"holds for days that another bucket of treatment '{treatment}' holds for", "one bucket per treatment and day");
            }

            buckets.Add(bucket);
        }

        foreach (var loss in new[] { IndianGain.ShortLoss, IndianGain.LongLoss }.Where(g => items.Count > 0 && buckets.Count(b => b.Gain == g) != 1))
        {
            file.Fault("buckets", $"has {buckets.Count(b => b.Gain == loss)} of gain {char.ToLowerInvariant(loss.ToString()[0])}{loss.ToString()[1..]}", "exactly one");
        }

        return [.. buckets];
    }

    private static ImmutableArray<IndianClassRow> ReadClasses(JsonNodeReader file, ImmutableArray<IndianBucket> buckets, IndianSwitches switches)
    {
        var names = new Names("tax class");
        string[] treatments = [.. buckets.Select(b => b.Treatment).Distinct()];
        var rows = new List<IndianClassRow>();
        foreach (var item in file.Items("classes", required: true) ?? [])
        {
            var taxClass = names.Give(item);
            foreach (var row in item.Items("rows", required: true) ?? [])
            {
                var (read, holds) = ReadRow(row, taxClass, treatments, switches);
                if (!holds)
                {
                    continue;
                }

                if (rows.Any(read.Overlaps))
                {
                    row.Fault("", "holds for sales that a row before it holds for", "one row per sale, by dates of transfer and acquisition");
                }

                rows.Add(read);
            }

            item.Close();
        }

        return [.. rows];
    }

    private static (IndianClassRow Row, bool Holds) ReadRow(JsonNodeReader item, string taxClass, string[] treatments, IndianSwitches switches)
    {
        var sales = SaleRowReader.Read(item);
        var @long = item.Has("longTermMonths") ? item.Word("long", treatments, "treatment") : null;
        var @short = item.Word("short", treatments, "treatment") ?? "-";
        var note = SaleRowReader.Note(item);
        string? chosenBy = null;
        var holds = true;
        if (item.Has("if"))
        {
            var condition = item.Section("if", required: true);
            foreach (var (id, values) in IndianSwitches.Known.Where(k => condition.Has(k.Id)))
            {
                chosenBy = id;
                holds &= condition.Word(id, values, "reading") == switches.Of(id).Value;
            }

            condition.Close();
        }

        var row = new IndianClassRow(
            taxClass, sales.From, sales.To, sales.AcquiredFrom, sales.AcquiredTo, sales.LongTermMonths, @long, @short, Source(item), note, chosenBy);
        item.Close();
        return (row, holds);
    }

    private static (DateOnly From, DateOnly? To) Dates(JsonNodeReader item) => SaleRowReader.Dates(item);

    private static string Source(JsonNodeReader item) => SaleRowReader.Source(item);
}
