using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;
using static PerpetualRebalancing.Adapters.Tests.Tables.India.IndianTaxpayer;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>What holds for every year, and the set-off against a search of all lawful ones.</summary>
public sealed class IndianYearProperties
{
    private const decimal Tiny = 0.000001m;
    private static readonly bool Nightly = Environment.GetEnvironmentVariable("NIGHTLY") == "1";
    private static readonly string[] Kinds = ["slab", "76", "196", "197", "197-listed", "198", "short-loss", "long-loss"];

    // Around every limit of the law, and far from them.
    private static readonly Gen<int?> Incomes = Gen.Elements<int?>(
        null, 0, 100_000, 240_000, 390_000, 450_000, 900_000, 1_100_000, 1_190_000, 1_250_000, 1_900_000, 3_000_000, 4_900_000, 9_800_000, 19_500_000,
        25_000_000, 49_900_000, 60_000_000);

    private static readonly Gen<decimal[]> AnyGains =
        from scale in Gen.Elements(1_000, 20_000, 500_000, 10_000_000)
        from parts in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(0, scale))), Kinds.Length)
        select Gains([.. Kinds.Zip(parts, (kind, part) => (kind, kind.EndsWith("loss", StringComparison.Ordinal) ? -(decimal)part : part))]);

    private static readonly Gen<IndianYear> Years =
        from other in Incomes
        from old in Gen.Elements(false, true)
        from carried in Gen.ArrayOf(Gen.Choose(0, 300_000), 2)
        from ledger in AnyGains
        select Year(
            "2026-05-01", other, old ? OldRegime : NewRegime, null,
            [.. carried.Where(c => c > 0).Select((c, i) => Loss("2022-04-01", i == 0, c))], Entries(ledger));

    [Fact]
    public void More_gains_never_cost_less() => Holds(
        from year in Years from gains in AnyGains from more in AnyGains select (year, gains, more), c =>
        {
            var added = c.gains.Zip(c.more, (g, m) => g + Math.Abs(m)).ToArray();
            return c.year.Tax(added) >= c.year.Tax(c.gains) - Tiny;
        });

    [Fact]
    public void The_tax_follows_gains_without_a_jump_except_at_a_counted_cliff() => Holds(
        from year in Years from gains in AnyGains from more in AnyGains select (year, gains, more), c =>
        {
            // Where relief holds a tax to the income above a limit, a rupee costs that rupee, its own tax and cess.
            var step = c.more.Select(m => m / 1_000m).ToArray();
            var added = c.gains.Zip(step, (g, s) => g + s).ToArray();
            return c.year.Piece(added) != c.year.Piece(c.gains)
                || Math.Abs(c.year.Tax(added) - c.year.Tax(c.gains)) <= (1.7m * step.Sum(Math.Abs)) + Tiny;
        });

    [Fact]
    public void A_sale_in_two_parts_costs_what_the_whole_costs() => Holds(
        from other in Incomes from first in AnyGains from second in AnyGains select (other, first, second), c =>
        {
            var year = Year("2026-05-01", c.other);
            var after = Year("2026-05-01", c.other, gains: Entries(c.first));
            return Math.Abs(year.Tax(c.first) + after.Tax(c.second) - year.Tax([.. c.first.Zip(c.second, (a, b) => a + b)])) <= Tiny;
        });

    [Fact]
    public void The_exemption_is_used_once_however_the_gains_are_split() => Holds(
        from sales in Gen.NonEmptyListOf(Gen.Choose(0, 90_000)) select sales, sales =>
        {
            var (paid, total) = (0m, 0m);
            for (var i = 0; i < sales.Count; i++)
            {
                var year = Year("2026-05-01", 3_000_000m, gains: Entries(Gains(("198", total))));
                paid += year.Tax(Gains(("198", sales[i])));
                total += sales[i];
            }

            // In a year below the surcharge: (total − 1,25,000) × 12.5 % × 1.04; the property's years stay below.
            return total > 2_000_000m || Math.Abs(paid - (Math.Max(0m, total - 125_000m) * 0.13m)) <= Tiny;
        });

    [Fact]
    public void Losses_are_used_or_carried_and_never_more_than_there_were() => Holds(
        from year in Years from gains in AnyGains select (year, gains), c =>
            c.year.Assessment(c.gains).CarriedForward.All(l => l.Amount.Amount > 0m)
            && c.year.Assessment(c.gains).ExemptionUsed is >= 0m and <= 125_000m);

    [Fact]
    public void Nothing_is_long_term_on_its_anniversary_and_all_is_the_day_after_it_at_the_latest_of_two_counts() => Holds(
        from taxClass in Gen.Elements("in-equity", "in-gold-etf", "foreign-equity-etf", "in-hybrid", "in-listed-bond")
        from offset in Gen.Choose(0, 400)
        select (taxClass, acquired: new DateOnly(2023, 12, 1).AddDays(offset)), c =>
        {
            var months = c.taxClass is "foreign-equity-etf" or "in-hybrid" ? 24 : 12;
            var from = c.acquired.AddMonths(months) >= c.acquired.AddDays(1).AddMonths(months)
                ? c.acquired.AddMonths(months).AddDays(1)
                : c.acquired.AddDays(1).AddMonths(months);
            from = from < new DateOnly(2025, 4, 1) ? new DateOnly(2025, 4, 1) : from;
            var isTooEarly = from.AddDays(-1) >= new DateOnly(2025, 4, 1) && Term(from.AddDays(-1)) is LotTerm.Long;
            return Term(from) is LotTerm.Long && !isTooEarly;

            LotTerm Term(DateOnly on) => Assess(c.taxClass, Text(c.acquired), Text(on)).Term;
        });

    [Fact]
    public void The_set_off_is_the_cheapest_of_all_lawful_ones() => Holds(
        from other in Gen.Elements(0, 100_000, 350_000, 450_000, 600_000, 750_000, 900_000, 1_100_000, 1_175_000, 1_600_000, 2_000_000, 3_000_000)
        from gains in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(0, 12))), 4)
        from losses in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Choose(0, 3))), 4)
        select (other, gains, losses), c =>
        {
            var unit = AllSetOffs.Unit;
            var all = Gains(
                ("slab", c.gains[0] * unit), ("196", c.gains[1] * unit), ("197", c.gains[2] * unit), ("198", c.gains[3] * unit),
                ("short-loss", -c.losses[0] * unit), ("long-loss", -c.losses[1] * unit));
            var year = Year(
                "2026-05-01", c.other, null, null,
                [.. new[] { (IsLong: false, Units: c.losses[2]), (IsLong: true, Units: c.losses[3]) }.Where(l => l.Units > 0).Select(l => Loss("2024-04-01", l.IsLong, l.Units * unit))]);
            var cheapest = AllSetOffs.Cheapest(c.other, c.gains, c.losses);
            return Math.Abs(year.Assessment(all).Total - cheapest) <= Tiny
                ? true
                : throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"other {c.other}, gains {string.Join(' ', c.gains)}, losses {string.Join(' ', c.losses)}: {year.Assessment(all).Total}, cheapest {cheapest}"));
        }, Nightly ? 10_000 : 300);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ImmutableArray<GainEntry> Entries(decimal[] gains) =>
        [.. gains.Select((g, b) => (Amount: g, Bucket: b)).Where(x => x.Amount != 0m).Select(x => Entry("2026-04-15", Law.Buckets[x.Bucket].Id.Value, x.Amount))];

    private static void Holds<T>(Gen<T> cases, Func<T, bool> property, int? count = null) =>
        Prop.ForAll(cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(count ?? (Nightly ? 50_000 : 1_000)));
}
