using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tests.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PriceFileTests
{
    private const string Header = "date,instrument,price\n";

    [Fact]
    public void Between_two_anchors_a_price_moves_by_the_same_amount_every_day()
    {
        var series = Load(Header + "2026-10-01,A,100\n2026-10-11,A,110\n2026-10-14,A,104\n");

        Assert.Equal(100m, series.On("A", PaperTown.Day("2026-10-01")));
        Assert.Equal(103m, series.On("A", PaperTown.Day("2026-10-04")));
        Assert.Equal(110m, series.On("A", PaperTown.Day("2026-10-11")));
        Assert.Equal(106m, series.On("A", PaperTown.Day("2026-10-13")));
        Assert.Equal(104m, series.On("A", PaperTown.Day("2026-10-14")));
    }

    [Theory]
    [InlineData("2026-09-30")]
    [InlineData("2026-10-15")]
    public void Outside_the_anchors_there_is_no_price_and_the_message_names_the_range(string day)
    {
        var series = Load(Header + "2026-10-01,A,100\n2026-10-14,A,104\n");

        var error = Assert.Throws<ConfigurationException>(() => series.On("A", PaperTown.Day(day)));

        Assert.Equal($"prices.csv: A: has prices from 2026-10-01 to 2026-10-14, none for {day}; add rows that reach it", error.Message);
    }

    [Theory]
    [InlineData("2026-10-01,NIFTY,-1", "line 2: '-1' is not a price; allowed: a plain number above 0 such as 292.64")]
    [InlineData("2026-10-01,NIFTY,1,5", "line 2: '2026-10-01,NIFTY,1,5' has 4 fields; allowed: date,instrument,price")]
    [InlineData("2026-10-01,NIFTY,0", "line 2: '0' is not a price; allowed: a plain number above 0 such as 292.64")]
    [InlineData("2026-13-01,NIFTY,1", "line 2: '2026-13-01' is not a date; allowed: a date such as 2026-08-31")]
    [InlineData("2026-10-01,NIFTI,1", "line 2: 'NIFTI' is not an instrument of the household; allowed: an instrument's id, or two currencies such as USDINR")]
    [InlineData("2026-10-02,NIFTY,1\n2026-10-01,NIFTY,1", "line 3: 2026-10-01 comes after 2026-10-02; allowed: rows sorted by date")]
    [InlineData("2026-10-01,NIFTY,1\n2026-10-01,NIFTY,2", "line 3: NIFTY has a second price on 2026-10-01; allowed: one row per date and instrument")]
    public void A_bad_row_is_one_line_that_names_file_and_line(string rows, string fault)
    {
        var household = Written.LoadHousehold(SmallHousehold.Text).Household;

        var faults = Written.FaultsOf("prices.csv", Header + rows, path => PriceFile.Load(path, household));

        Assert.Contains("prices.csv: " + fault, faults);
    }

    [Fact]
    public void What_the_household_trades_and_its_foreign_currency_must_have_a_price()
    {
        var household = Written.LoadHousehold(SmallHousehold.Text).Household;
        var withoutGold = string.Join('\n', PaperTown.Prices.Split('\n').Where(line => !line.Contains("GOLD") && !line.Contains("USDINR")));

        var faults = Written.FaultsOf("prices.csv", withoutGold, path => PriceFile.Load(path, household));

        Assert.Equal(
            [
                "prices.csv: GOLD: has no price; allowed: at least one row of that name",
                "prices.csv: USDINR: has no exchange rate; allowed: at least one row of that name",
            ],
            faults);
    }

    [Fact]
    public void A_file_without_its_header_is_refused()
    {
        var faults = Written.FaultsOf("prices.csv", "2026-10-01,A,1\n", path => PriceFile.Load(path));

        Assert.Equal(["prices.csv: line 1: '2026-10-01,A,1' is not the header; allowed: date,instrument,price"], faults);
    }

    [Fact]
    public void The_example_prices_and_rules_fit_the_example_household()
    {
        var household = HouseholdFile.Load(RepositoryFolder.Config("household.json")).Household;

        var prices = PriceFile.Load(RepositoryFolder.Config("paper/prices.csv"), household);
        var rules = PaperRulesFile.Load(RepositoryFolder.Config("paper/rules.json"), household);

        Assert.All(household.Instruments, i => Assert.Contains(i.Id.Value, prices.Names));
        Assert.Equal(PaperRules.Standard.Default, rules.Default);
        Assert.Equal(PaperRules.Standard.Remittance, rules.Remittance);
        Assert.All(rules.Instruments.Values, rule => Assert.True(rule.SpreadBps > rules.Default.SpreadBps));
    }

    private static PriceSeries Load(string text)
    {
        using var file = new Written("prices.csv", text);
        return PriceFile.Load(file.Path);
    }
}
