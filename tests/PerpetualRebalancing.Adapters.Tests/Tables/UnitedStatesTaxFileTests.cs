using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Adapters.Tests.Tables;

/// <summary>The shipped law of the United States, and what its file may not say.</summary>
public sealed class UnitedStatesTaxFileTests : IDisposable
{
    private static readonly string ShippedFile = Path.Combine(RepositoryFolder.Config("tax"), "us.json");
    private static readonly UnitedStatesLaw Shipped = TaxFiles.Load(RepositoryFolder.Config("tax")).Laws.OfType<UnitedStatesLaw>().Single();
    private static readonly MemberId Me = new("me");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Pub. 544 and 550: the day of the purchase does not count, the day of the sale does.
    [Theory]
    [InlineData("2024-02-06", "2025-02-06", false)] // US-HP-01
    [InlineData("2024-02-06", "2025-02-07", true)] // US-HP-02
    [InlineData("2024-02-29", "2025-02-28", false)] // Rev. Rul. 66-7: months begin on the day after, 1 March
    [InlineData("2024-02-29", "2025-03-01", true)]
    [InlineData("2023-02-28", "2024-02-29", false)]
    [InlineData("2023-02-28", "2024-03-01", true)]
    public void Shares_are_long_term_when_held_for_more_than_a_year(string acquired, string sold, bool isLong)
    {
        var tax = Assess("us-equity", Day(acquired), Day(sold));
        Assert.Equal((isLong, isLong ? UnitedStatesLaw.Long : UnitedStatesLaw.Short), (tax.Term is LotTerm.Long, tax.Bucket));
        Assert.Equal(isLong ? UnitedStatesLaw.Collectible : UnitedStatesLaw.Short, Assess("us-collectible", Day(acquired), Day(sold)).Bucket);
    }

    // US-TX-01, Rev. Proc. 2025-32, derived: 1,240 + 12 % of 27,600 = 4,552; 49,450 - 40,000 = 9,450 at 0 %, 10,550 at 15 %.
    [Fact]
    public void Long_term_gain_fills_the_room_of_the_zero_rate_on_top_of_ordinary_income_2026()
    {
        var (ordinary, gains) = Tax(2026, FilingStatus.Single, 40_000m, 20_000m);
        Assert.Equal(0.10m * 12_400m + 0.12m * (40_000m - 12_400m), ordinary);
        Assert.Equal((4_552m, 1_582.50m, 6_134.50m), (ordinary, gains, ordinary + gains));
        Assert.Equal(0.15m * (20_000m - (49_450m - 40_000m)), gains);
    }

    // US-TX-03, Rev. Proc. 2024-40, derived: 1,192.50 + 4,386 + 22 % of 51,525 = 16,914; all of the gain past 48,350, at 15 %.
    [Fact]
    public void Long_term_gain_above_the_first_breakpoint_is_taxed_at_15_percent_2025()
    {
        var (ordinary, gains) = Tax(2025, FilingStatus.Single, 100_000m, 10_000m);
        Assert.Equal(0.10m * 11_925m + 0.12m * (48_475m - 11_925m) + 0.22m * (100_000m - 48_475m), ordinary);
        Assert.Equal((16_914m, 1_500m), (ordinary, gains));
    }

    // US-COL-01 on the shipped figures: income in the 32 % bracket, below the threshold of the net investment income tax on a joint return.
    [Fact]
    public void Gold_is_taxed_at_28_percent_in_the_32_percent_bracket()
    {
        var year = Open(2026, FilingStatus.MarriedJointly, 420_000m);
        Assert.Equal(2_800m + 380m, year.Tax([0m, 0m, 10_000m]));
    }

    // The 20 % rate, the threshold of each filing status, and the state's rate, all at once: 613,700 - 600,000 = 13,700 at 15 %,
    // 86,300 at 20 %, 3.8 % and 5 % on all of it.
    [Fact]
    public void A_large_gain_is_taxed_at_15_and_20_percent_with_the_surtax_and_the_state() => Assert.Equal(
        (13_700m * 0.15m) + (86_300m * 0.20m) + (100_000m * (0.038m + 0.05m)),
        Open(2026, FilingStatus.MarriedJointly, 600_000m, 0.05m).Tax([0m, 100_000m, 0m]));

    [Fact]
    public void A_separate_return_has_half_of_a_joint_ones_ordinary_brackets()
    {
        foreach (var scale in Shipped.Tables.Ordinary.Select(o => o.Value))
        {
            Assert.Equal(scale.MarriedJointly.Select(b => new TaxBracket(b.UpTo / 2m, b.Rate)), scale.MarriedSeparately);
        }
    }

    [Theory]
    [InlineData(FilingStatus.Single, 3_000)]
    [InlineData(FilingStatus.MarriedJointly, 3_000)]
    [InlineData(FilingStatus.MarriedSeparately, 1_500)]
    [InlineData(FilingStatus.HeadOfHousehold, 3_000)]
    public void The_loss_limit_is_the_laws(FilingStatus filing, decimal limit)
    {
        var year = Open(2026, filing, 100_000m, gains: -7_000m);
        Assert.Equal(7_000m - limit, Assert.Single(year.CarriedForward()).Amount.Amount);
    }

    [Fact]
    public void The_window_is_thirty_days_and_the_table_ages()
    {
        Assert.Equal(new WashSaleRule(30, SameIndex: true, AnyMember: true), Shipped.WashSales(new(2026, 6, 1)));
        Assert.Equal(new TableAge(new(2026, 12, 15), new(2027, 4, 30)), Shipped.Age);
    }

    [Fact]
    public void Every_switch_and_every_uncertain_figure_is_said()
    {
        var said = Open(2026, FilingStatus.HeadOfHousehold, null).Assumptions;
        Assert.All(
            new[] { "one index", "member of the household", "standard deduction", "head of household", "top rates", "State", "wash-sale" },
            word => Assert.Contains(said, sentence => sentence.Contains(word, StringComparison.Ordinal)));
    }

    // No class of the flat table may be missing here: a household moves from one law to the other by one word.
    [Fact]
    public void The_classes_are_those_of_the_flat_table_and_more() => Assert.Superset(
        TaxFiles.Load(RepositoryFolder.Config("tax")).Laws.OfType<FlatTaxTable>().Single().TaxClasses.Where(c => c.StartsWith("us-", StringComparison.Ordinal)).ToHashSet(),
        Shipped.TaxClasses.ToHashSet());

    [Fact]
    public void A_class_or_a_day_that_the_law_does_not_know_stops()
    {
        Assert.Contains("it has us-equity", Assert.Throws<KeyNotFoundException>(() => Assess("in-equity", new(2024, 1, 1), new(2026, 1, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("no row of class", Assert.Throws<KeyNotFoundException>(() => Assess("us-equity", new(2010, 1, 1), new(2012, 1, 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"currency\": \"USD\"", "\"currency\": \"INR\"", "currency: is 'INR'")]
    [InlineData("\"expiresAt\": \"2027-04-30\"", "\"expiresAt\": \"2026-04-30\"", "expiresAt: is before 'staleAt'")]
    [InlineData("\"id\": \"same-index-is-identical\"", "\"id\": \"same-index\"", "switches: lacks 'same-index-is-identical'")]
    [InlineData("\"id\": \"same-index-is-identical\"", "\"id\": \"same-index\"", "switches[0].id: 'same-index' is not a switch of this law")]
    [InlineData("\"on\": true,", "", "switches[0].on: is missing")]
    [InlineData("\"upTo\": 48475, \"rate\": 0.12", "\"upTo\": 1, \"rate\": 0.12", "ordinary[0].single[1]: is not above the bracket before it")]
    [InlineData("{ \"rate\": 0.37 },", "{ \"upTo\": 9000000, \"rate\": 0.37 },", "ordinary[0].single[6].upTo: ends the last bracket")]
    [InlineData("{ \"upTo\": 11925, \"rate\": 0.10 }", "{ \"rate\": 0.10 }", "ordinary[0].single[0].upTo: is missing")]
    [InlineData("\"rate\": 0.28", "\"rate\": 28", "collectibles[0].rate: is 28")]
    [InlineData("\"days\": 30", "\"days\": 90", "washSale[0].days: is 90")]
    [InlineData("\"from\": \"2026-01-01\"", "\"from\": \"2025-12-31\"", "ordinary[1].from: holds for days that a row before it holds for")]
    [InlineData("\"to\": \"2025-12-31\"", "\"to\": \"2024-12-31\"", "ordinary[0].to: is before 'from'")]
    [InlineData("\"marriedSeparately\": 1500,", "", "lossLimit[0].marriedSeparately: is missing")]
    [InlineData("{ \"throughMonth\": 12, \"dueMonth\": 1, \"dueDay\": 15 },", "", "estimatedTax[0].parts: do not reach the end of the year")]
    [InlineData("\"throughMonth\": 5", "\"throughMonth\": 3", "estimatedTax[0].parts[1].throughMonth: is not after the part before it")]
    [InlineData("\"longTermMonths\": 12", "\"longTermMonth\": 12", "classes[0].rows[0].longTermMonths: is missing")]
    [InlineData("\"source\": \"IRC s.1091(a); 26 CFR 1.1091-1(a)\"", "\"surce\": \"s\"", "washSale[0].source: is missing")]
    [InlineData("\"id\": \"us-bond\"", "\"id\": \"us-debt\"", "classes[3].id: 'us-debt' names a second tax class")]
    public void A_fault_is_named_with_its_key(string was, string becomes, string fault)
    {
        var text = File.ReadAllText(ShippedFile);
        var at = text.IndexOf(was, StringComparison.Ordinal);
        Assert.True(at >= 0, $"config/tax/us.json no longer has {was}");
        _folder.Write("us.json", text[..at] + becomes + text[(at + was.Length)..]);
        var faults = Assert.Throws<ConfigurationException>(() => TaxFiles.Load(_folder.Root)).Faults;
        Assert.Contains(faults, f => f.StartsWith($"us.json: {fault}", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_missing_part_is_reported_at_once()
    {
        _folder.Write("us.json", "{}");
        var faults = Assert.Throws<ConfigurationException>(() => TaxFiles.Load(_folder.Root)).Faults;
        Assert.All(
            new[] { "currency", "staleAt", "expiresAt", "assumptions", "switches", "classes", "ordinary", "longTerm", "collectibles", "standardDeduction", "netInvestmentIncome", "lossLimit", "washSale", "estimatedTax" },
            key => Assert.Contains(faults, f => f.StartsWith($"us.json: {key}: ", StringComparison.Ordinal)));
    }

    private static (decimal Ordinary, decimal Gains) Tax(int year, FilingStatus filing, decimal income, decimal gain)
    {
        var opened = Open(year, filing, income);
        return (opened.Statement(new decimal[3]).Total, opened.Tax([0m, gain, 0m]));
    }

    private static IMemberYear Open(int year, FilingStatus filing, decimal? income, decimal state = 0m, decimal gains = 0m)
    {
        var of = Shipped.YearOf(new(year, 6, 1));
        return Shipped.Open(new YearLedger(
            Me, new TaxProfile.UnitedStates(filing, state, LotMethod.Fifo), of, income,
            gains == 0m ? [] : [new GainEntry(Me, of.From, Shipped.Buckets[UnitedStatesLaw.Short].Id, new Money(gains, Currency.Usd))], []));
    }

    private static LotTax Assess(string taxClass, DateOnly acquired, DateOnly sold)
    {
        var usd = Currency.Usd;
        var lot = new TaxLot(new LotId("l"), new AccountId("a"), new InstrumentId("x"), acquired, new Quantity(1m), new Money(1m, usd));
        var instrument = new Instrument(
            new InstrumentId("x"), "x", null, InstrumentTag.Buy, Dealing.Exchange, "NYSE", usd, new Quantity(1m), Money.Zero(usd), Money.Zero(usd), 1, taxClass, "-",
            null, []);
        return Shipped.Assess(lot, instrument, new SaleTerms(new UnitPrice(2m, usd), 1m, sold));
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
