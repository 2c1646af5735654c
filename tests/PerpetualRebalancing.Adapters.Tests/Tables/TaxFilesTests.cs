using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Tests.Tables;

public sealed class TaxFilesTests : IDisposable
{
    private static readonly FlatTaxTable Shipped = TaxFiles.Load(RepositoryFolder.Config("tax")).Laws.OfType<FlatTaxTable>().Single();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("in-equity", "2024-06-14", "2025-06-14", 0.2)] // IN-HP-01
    [InlineData("in-equity", "2024-06-14", "2025-06-15", 0.125)] // IN-HP-02
    [InlineData("foreign-equity-etf", "2023-05-10", "2025-05-10", 0.3)] // IN-HP-05
    [InlineData("foreign-equity-etf", "2023-05-10", "2025-05-11", 0.125)] // IN-HP-06
    [InlineData("in-equity", "2022-01-01", "2024-07-22", 0.1)] // the last day of the old rates
    [InlineData("in-equity", "2024-01-01", "2024-07-22", 0.15)]
    [InlineData("in-equity", "2022-01-01", "2024-07-23", 0.125)]
    [InlineData("in-gold-etf", "2023-06-01", "2025-03-15", 0.3)]
    [InlineData("in-gold-etf", "2023-06-01", "2025-06-02", 0.125)]
    [InlineData("in-gold-etf", "2022-06-01", "2025-03-15", 0.125)]
    [InlineData("in-gold-fund", "2024-06-01", "2026-05-01", 0.3)]
    [InlineData("in-debt", "2023-03-31", "2026-06-01", 0.125)]
    [InlineData("in-debt", "2023-04-01", "2026-06-01", 0.3)]
    [InlineData("us-equity", "2025-02-06", "2026-02-06", 0.24)]
    [InlineData("us-equity", "2025-02-06", "2026-02-07", 0.15)]
    public void The_shipped_rates_are_the_laws(string taxClass, string acquired, string sold, double rate)
    {
        var lot = Assess(taxClass, Day(acquired), Day(sold));
        var gains = new decimal[Shipped.Buckets.Length];
        gains[lot.Bucket] = 1000m;
        var year = Shipped.Open(new YearLedger(new MemberId("m"), new TaxProfile.Flat(), Shipped.YearOf(Day(sold)), null, [], []));
        Assert.Equal((decimal)rate * 1000m, year.Tax(gains));
    }

    [Fact]
    public void A_debt_fund_bought_since_april_2023_can_never_become_long_term() =>
        Assert.Equal(LotTerm.NeverLong.Value, Assess("in-debt", new(2023, 4, 1), new(2026, 6, 1)).Term);

    [Fact]
    public void The_example_household_names_tax_classes_that_exist()
    {
        var (household, laws) = (HouseholdFile.Load(RepositoryFolder.Config("household.json")).Household, TaxFiles.Load(RepositoryFolder.Config("tax")));
        foreach (var instrument in household.Instruments)
        {
            Assert.All(
                instrument.Accounts.Select(a => laws.For(household.Member(household.Account(a).Member).Tax)),
                law => Assert.Contains(instrument.TaxClass, law.TaxClasses));
        }
    }

    [Fact]
    public void What_the_table_leaves_out_is_said() =>
        Assert.All(
            new[] { "loss", "exemption", "cess", "Surcharge", "30 %", "s.76" },
            word => Assert.Contains(Shipped.Assumptions, sentence => sentence.Contains(word, StringComparison.Ordinal)));

    [Fact]
    public void Every_fault_is_reported_at_once_with_file_and_key()
    {
        _folder.Write("flat.json", """
            {
              "assumptions": "none",
              "classes": [
                { "id": "a b", "rows": [
                  { "from": "2024-07-23", "to": "2024-07-22", "longRate": 12.5, "shortRate": 0.2, "source": "S" },
                  { "from": "2025-07-23", "longTermMonths": 12.5, "neverLongTerm": true, "shortrate": 0.2, "source": "S" }] },
              ],
            }
            """);
        var faults = Assert.Throws<ConfigurationException>(() => TaxFiles.Load(_folder.Root)).Faults;
        string[] keys =
        [
            "assumptions", "classes[0].id", "classes[0].rows[0].to", "classes[0].rows[0].longTermMonths", "classes[0].rows[0].longRate",
            "classes[0].rows[1].longTermMonths", "classes[0].rows[1].longTermMonths", "classes[0].rows[1].shortRate",
            "classes[0].rows[1].shortrate",
        ];
        Assert.Equal(keys, faults.Select(fault => fault.Split(": ")[1]));
        Assert.Equal(
            "flat.json: classes[0].rows[0].longTermMonths: is missing; allowed: 1 to 120 months, or neverLongTerm true", faults[3]);
    }

    [Fact]
    public void Two_rows_for_one_sale_are_named_by_their_place()
    {
        const string row = """{ "from": "2024-07-23", "longTermMonths": 12, "longRate": 0.1, "shortRate": 0.2, "source": "S" }""";
        _folder.Write("flat.json", $$"""{ "assumptions": [], "classes": [{ "id": "a", "rows": [{{row}}, {{row}}] }] }""");
        Assert.Equal(
            "flat.json: classes[0].rows[1]: holds for sales that a row before it holds for; allowed: one row per sale, by dates of transfer and acquisition",
            Assert.Throws<ConfigurationException>(() => TaxFiles.Load(_folder.Root)).Message);
    }

    [Fact]
    public void A_table_of_a_law_that_is_not_known_is_refused()
    {
        _folder.Write("de.json", "{}");
        Assert.Contains("is not the table of a law", Assert.Throws<ConfigurationException>(() => TaxFiles.Load(_folder.Root)).Message, StringComparison.Ordinal);
    }

    private static LotTax Assess(string taxClass, DateOnly acquired, DateOnly sold)
    {
        var instrument = new Instrument(
            new InstrumentId("x"), "X", null, InstrumentTag.Buy, Dealing.Exchange, "NSE", Currency.Inr, new Quantity(1m),
            Money.Zero(Currency.Inr), Money.Zero(Currency.Inr), 1, taxClass, "charges", null, []);
        var lot = new TaxLot(
            new LotId("lot"), new AccountId("a"), instrument.Id, acquired, new Quantity(1m), new Money(1m, Currency.Inr));
        return Shipped.Assess(lot, instrument, new SaleTerms(new UnitPrice(2m, Currency.Inr), 1m, sold));
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
