using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax.India;

namespace PerpetualRebalancing.Adapters.Tables;

internal static partial class IndianTaxFile
{
    private static readonly string[] Gains = [.. Enum.GetNames<IndianGain>().Select(n => char.ToLowerInvariant(n[0]) + n[1..])];

    private static ImmutableArray<T> ReadAll<T>(JsonNodeReader file, string key, Func<JsonNodeReader, T> read)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        foreach (var item in file.Items(key, required: true) ?? [])
        {
            rows.Add(read(item));
            item.Close();
        }

        return rows.ToImmutable();
    }

    private static ImmutableArray<DatedNumber> ReadNumbers(JsonNodeReader file, string key, string number, decimal minimum, decimal maximum, string unit)
    {
        return ReadApart(file, key, "one row per day", Read, row => (row.From, row.To, ""));

        DatedNumber Read(JsonNodeReader item)
        {
            var (from, to) = Dates(item);
            return new DatedNumber(from, to, item.Number(number, minimum, maximum, unit) ?? 0m, Source(item));
        }
    }

    /// <summary>Reads dated rows; two of one kind may not hold for one day, or the order of the file would choose.</summary>
    private static ImmutableArray<T> ReadApart<T>(
        JsonNodeReader file, string key, string allowed, Func<JsonNodeReader, T> read, Func<T, (DateOnly From, DateOnly? To, object Kind)> holds)
    {
        var before = new List<(DateOnly From, DateOnly? To, object Kind)>();
        return ReadAll(file, key, item =>
        {
            var row = read(item);
            var now = holds(row);
            if (before.Any(b => b.Kind.Equals(now.Kind) && (Dated.Holds(b.From, b.To, now.From) || Dated.Holds(now.From, now.To, b.From))))
            {
                item.Fault("from", "holds for days that a row before it holds for", allowed);
            }

            before.Add(now);
            return row;
        });
    }

    private static IncomeSlabs ReadSlabs(JsonNodeReader item)
    {
        var (from, to) = Dates(item);
        var regime = item.Choice<IndianRegime>("regime") ?? default;
        var age = item.Whole("fromAge", 0, 150, "years", 0) ?? 0;
        var slabs = ReadAll(item, "slabs", slab => new IncomeSlab(
            slab.Has("upTo") ? slab.Number("upTo", 0m, LargestLimit, "rupees") : null, slab.Number("rate", 0m, 1m, "as a fraction") ?? 0m));
        if (slabs.IsEmpty || slabs[^1].UpTo is not null || slabs.SkipLast(1).Any(s => s.UpTo is null)
            || slabs.SkipLast(1).Zip(slabs.Skip(1)).Any(pair => pair.Second.UpTo <= pair.First.UpTo))
        {
            item.Fault("slabs", "are not in rising order with an open end", "rising 'upTo', none on the last slab");
        }

        return new IncomeSlabs(regime, from, to, age, slabs, Source(item));
    }

    private static IncomeRebate ReadRebate(JsonNodeReader item)
    {
        var (from, to) = Dates(item);
        return new IncomeRebate(
            item.Choice<IndianRegime>("regime") ?? default, from, to, item.Number("limit", 0m, LargestLimit, "rupees") ?? 0m,
            item.Number("maximum", 0m, LargestLimit, "rupees") ?? 0m, item.Flag("relief", fallback: false), ReadGains(item, "against"), Source(item));
    }

    private static IncomeSurcharge ReadSurcharge(JsonNodeReader item)
    {
        var (from, to) = Dates(item);
        var tiers = ReadAll(item, "tiers", tier => new SurchargeTier(
            tier.Number("over", 0m, LargestLimit, "rupees") ?? 0m, tier.Number("rate", 0m, 1m, "as a fraction") ?? 0m,
            tier.Flag("withoutCapped", fallback: false)));
        if (tiers.IsEmpty || tiers.Zip(tiers.Skip(1)).Any(pair => pair.Second.Over <= pair.First.Over || pair.Second.Rate < pair.First.Rate))
        {
            item.Fault("tiers", "are not in rising order", "at least one tier, with rising 'over' and 'rate'");
        }

        return new IncomeSurcharge(
            item.Choice<IndianRegime>("regime") ?? default, from, to, tiers, item.Number("cap", 0m, 1m, "as a fraction") ?? 0m,
            ReadGains(item, "capped"), Source(item));
    }

    private static ImmutableArray<IndianGain> ReadGains(JsonNodeReader item, string key)
    {
        var words = item.Words(key, $"a list of {string.Join(", ", Gains)}") ?? [];
        foreach (var unknown in words.Where(word => !Gains.Contains(word)))
        {
            item.Fault(key, $"'{unknown}' is not known{Suggestion.For(unknown, Gains)}", string.Join(", ", Gains));
        }

        return [.. words.Where(Gains.Contains).Select(word => Enum.GetValues<IndianGain>()[Array.IndexOf(Gains, word)])];
    }

    private static ImmutableSortedDictionary<int, decimal> ReadInflation(JsonNodeReader item)
    {
        var index = ImmutableSortedDictionary.CreateBuilder<int, decimal>();
        foreach (var key in item.Keys.ToArray())
        {
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year >= Earliest.Year && year <= Latest.Year)
            {
                index[year] = item.Number(key, 1m, 1_000_000m, "as an index") ?? 1m;
            }
            else
            {
                item.Fault(key, "is not a year", "the year in which the tax year begins, such as 2001");
            }
        }

        if (index.Count == 0)
        {
            item.Fault("", "is empty", "an index per year");
            index[Earliest.Year] = 1m;
        }

        return index.ToImmutable();
    }

    private static IndianAdvanceTax ReadAdvanceTax(JsonNodeReader item)
    {
        var shares = ReadAll(item, "instalments", i => new AdvanceTaxShare(ReadDay(i, "due"), i.Number("share", 0m, 1m, "as a fraction") ?? 0m));
        var read = new IndianAdvanceTax(
            item.Number("threshold", 0m, LargestLimit, "rupees") ?? 0m, shares, ReadDay(item, "lastDay"),
            item.Whole("exemptAge", 0, 150, "years") ?? 0, ReadDay(item, "selfAssessment"), Source(item));
        item.Close();
        return read;
    }

    private static DayOfYear ReadDay(JsonNodeReader item, string key)
    {
        const string allowed = "month and day such as 06-15";
        var text = item.Text(key, allowed);
        if (DateOnly.TryParseExact(text, "MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return new DayOfYear(day.Month, day.Day);
        }

        if (text is not null)
        {
            item.Fault(key, $"is '{text}'", allowed);
        }

        return new DayOfYear(IndianLaw.FirstMonth, 1);
    }
}
