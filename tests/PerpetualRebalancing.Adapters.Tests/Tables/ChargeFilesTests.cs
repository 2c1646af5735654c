using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Tables;

public sealed class ChargeFilesTests : IDisposable
{
    private static readonly ChargeBook Shipped = ChargeFiles.Load(RepositoryFolder.Config("charges"));
    private static readonly DateOnly Day = new(2026, 6, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lakh_of_an_equity_etf_bought_costs_18_74() => // IN-COST-01
        AssertLines(
            For("nse-equity-etf", Side.Buy, 100_000m), ("exchange", 3.07m), ("SEBI", 0.1m), ("GST", 0.57m), ("stamp", 15m));

    [Fact]
    public void A_lakh_of_an_equity_etf_sold_costs_20_08() => // IN-COST-02
        AssertLines(
            For("nse-equity-etf", Side.Sell, 100_000m), ("STT", 1m), ("exchange", 3.07m), ("SEBI", 0.1m), ("GST", 0.57m), ("DP", 15.34m));

    [Fact]
    public void A_lakh_paid_into_a_fund_buys_99_995_and_five_rupees_of_stamp() => // IN-COST-03
        AssertLines(For("in-equity-fund", Side.Buy, 99_995m), ("stamp", 5m));

    [Fact]
    public void The_totals_of_the_golden_examples_hold()
    {
        Assert.Equal(18.74m, For("nse-equity-etf", Side.Buy, 100_000m).Sum(line => line.Amount.Amount));
        Assert.Equal(20.08m, For("nse-equity-etf", Side.Sell, 100_000m).Sum(line => line.Amount.Amount));
        Assert.Equal(100_000m, 99_995m + For("in-equity-fund", Side.Buy, 99_995m).Sum(line => line.Amount.Amount));
    }

    [Fact]
    public void A_gold_etf_pays_no_securities_transaction_tax() =>
        AssertLines(For("nse-other-etf", Side.Sell, 100_000m), ("exchange", 3.07m), ("SEBI", 0.1m), ("GST", 0.57m), ("DP", 15.34m));

    [Fact]
    public void A_fund_redeemed_pays_the_tax_when_it_is_equity_oriented_and_nothing_when_not()
    {
        AssertLines(For("in-equity-fund", Side.Sell, 100_000m), ("STT", 1m));
        AssertLines(For("in-other-fund", Side.Sell, 100_000m));
    }

    [Fact]
    public void London_charges_five_basis_points_and_at_least_four_dollars()
    {
        AssertLines(For("lse-etf", Side.Buy, 1_000m), ("brokerage", 4m));
        AssertLines(For("lse-etf", Side.Sell, 20_000m), ("brokerage", 10m));
    }

    [Fact]
    public void New_york_charges_by_the_share_and_two_fees_on_sales()
    {
        AssertLines(For("us-stock", Side.Buy, 1_000m), ("brokerage", 1m));
        AssertLines(For("us-stock", Side.Sell, 100_000m), ("brokerage", 5m), ("SEC", 2.06m), ("FINRA", 0.2m));
        AssertLines(For("us-stock-alpaca", Side.Sell, 100_000m), ("SEC", 2.06m), ("FINRA", 0.2m));
        AssertLines(For("us-stock-alpaca", Side.Buy, 100_000m));
        AssertLines(For("us-stock-alpaca", Side.Sell, 100_000m, new DateOnly(2025, 12, 31)), ("FINRA", 0.17m));
    }

    [Fact]
    public void The_smooth_form_stays_within_a_rupee_and_the_small_fees_of_the_exact_lines()
    {
        foreach (var schedule in Shipped.Schedules)
        {
            foreach (var side in Enum.GetValues<Side>())
            {
                var instrument = Instrument(schedule.Id);
                foreach (var value in new[] { 500m, 1_234.56m, 20_000m, 54_321m, 250_000m, 3_000_000m })
                {
                    var exact = For(schedule.Id, side, value).Sum(line => line.Amount.Amount);
                    var smooth = Shipped.Estimate(instrument, side, new UnitPrice(100m, schedule.Currency), Day).On(value);
                    Assert.True(
                        Math.Abs(exact - smooth) <= 0.55m + (value * 0.000021m),
                        $"{schedule.Id}, {side} of {value}: exact {exact}, smooth {smooth}");
                }
            }
        }
    }

    [Fact]
    public void The_example_household_names_schedules_that_exist_and_are_of_its_currencies()
    {
        var household = HouseholdFile.Load(RepositoryFolder.Config("household.json")).Household;
        foreach (var instrument in household.Instruments)
        {
            Shipped.Estimate(instrument, Side.Sell, new UnitPrice(1m, instrument.Currency), Day);
        }

        Assert.Equal(5, Shipped.Uncertain(household.Instruments, Day).Length);
    }

    [Fact]
    public void A_date_before_the_schedules_stops() =>
        Assert.Throws<KeyNotFoundException>(() => For("nse-equity-etf", Side.Buy, 1m, new DateOnly(2024, 9, 30)));

    [Fact]
    public void Every_fault_is_reported_at_once_with_file_and_key()
    {
        _folder.Write("a.json", """
            {
              "currency": "RUP", "colour": "red",
              "charges": [
                { "id": "x", "name": "fee", "side": "bye", "rates": [{ "from": "2026-02-30", "basis": "vallue", "rate": -1 }] },
                { "id": "x", "name": "tax", "side": "buy", "rates": [
                  { "from": "2026-01-01", "to": "2025-01-01", "basis": "lines", "rate": 18, "sorce": "me", "source": "S" } ] },
              ],
              "schedules": [{ "id": "s", "charges": ["y"] }],
            }
            """);
        _folder.Write("b.json", "{ not json");

        var faults = Assert.Throws<ConfigurationException>(() => ChargeFiles.Load(_folder.Root)).Faults;

        string[] keys =
        [
            "a.json: currency", "a.json: charges[0].side", "a.json: charges[0].rates[0].from", "a.json: charges[0].rates[0].basis",
            "a.json: charges[0].rates[0].rate", "a.json: charges[0].rates[0].source", "a.json: charges[1].id", "a.json: charges[1].rates[0].to",
            "a.json: charges[1].rates[0].rate", "a.json: charges[1].rates[0].of", "a.json: charges[1].rates[0].sorce",
            "a.json: schedules[0].charges", "a.json: colour", "b.json: line 1, column 3",
        ];
        Assert.Equal(keys, faults.Select(fault => string.Join(": ", fault.Split(": ")[..2])));
        Assert.All(faults, fault => Assert.DoesNotContain('\n', fault));
    }

    [Fact]
    public void Rates_that_overlap_and_a_tax_before_its_base_are_faults_of_the_schedule()
    {
        const string rate = """{ "from": "2026-01-01", "basis": "value", "rate": 0.1, "source": "S" }""";
        _folder.Write("a.json", $$"""
            {
              "currency": "INR",
              "charges": [
                { "id": "fee", "name": "fee", "side": "both", "rates": [{{rate}}, {{rate}}] },
                { "id": "ok", "name": "ok", "side": "both", "rates": [{{rate}}] },
                { "id": "tax", "name": "tax", "side": "both", "rates": [
                  { "from": "2026-01-01", "basis": "lines", "of": ["ok"], "rate": 0.1, "source": "S" }] },
              ],
              "schedules": [{ "id": "one", "charges": ["fee"] }, { "id": "two", "charges": ["tax", "ok"] }],
            }
            """);
        Assert.Equal(
        [
            "a.json: schedules[0].charges: The charge schedule 'one' has two rates of fee around 2026-01-01; allowed: each charge once, after those it is counted on, with one rate per date",
            "a.json: schedules[1].charges: The charge schedule 'two' counts tax on ok, which does not stand before it; allowed: each charge once, after those it is counted on, with one rate per date",
        ], Assert.Throws<ConfigurationException>(() => ChargeFiles.Load(_folder.Root)).Faults);
    }

    [Fact]
    public void A_schedule_in_two_files_is_refused()
    {
        File.Copy(RepositoryFolder.Config("charges/london.json"), _folder.PathTo("a.json"));
        File.Copy(RepositoryFolder.Config("charges/london.json"), _folder.PathTo("b.json"));
        Assert.Equal(
            "b.json: schedule: lse-etf is in a.json too; allowed: one per schedule",
            Assert.Throws<ConfigurationException>(() => ChargeFiles.Load(_folder.Root)).Message);
    }

    // At 100 a unit; the golden values are whole orders.
    private static ImmutableArray<ChargeLine> For(string schedule, Side side, decimal value, DateOnly? date = null)
    {
        var instrument = Instrument(schedule);
        return Shipped.For(
            instrument, side, new Quantity(value / 100m), new UnitPrice(100m, instrument.Currency), date ?? Day, alreadySoldToday: false, Quantity.Zero);
    }

    private static Instrument Instrument(string schedule)
    {
        var currency = Shipped.Schedules.Single(s => s.Id == schedule).Currency;
        return new Instrument(
            new InstrumentId("x"), "X", null, InstrumentTag.Buy, Dealing.Exchange, "NSE", currency, new Quantity(1m), Money.Zero(currency),
            Money.Zero(currency), 1, "tax", schedule, null, []);
    }

    private static void AssertLines(ImmutableArray<ChargeLine> lines, params (string Name, decimal Amount)[] expected) =>
        Assert.Equal(expected, lines.Select(line => (line.Name, line.Amount.Amount)));
}
