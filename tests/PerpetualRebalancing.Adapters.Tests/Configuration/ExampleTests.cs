using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class ExampleTests
{
    private static readonly LoadedHousehold Example = HouseholdFile.Load(RepositoryFolder.Config("household.json"));

    [Fact]
    public void The_example_household_loads_without_a_warning() => Assert.Empty(Example.Warnings);

    [Fact]
    public void The_example_has_the_seeds_seven_classes_and_targets() => Assert.Equal(
        [
            ("nasdaq-100", 40m), ("nifty-50", 20m), ("next-50", 10m), ("midcap-150", 10m), ("smallcap-250", 5m), ("debt", 5m),
            ("gold", 10m),
        ],
        Example.Household.Classes.Select(c => (c.Id.Value, c.Target.Percent)));

    [Fact]
    public void The_example_has_legs_for_three_exchanges_and_income_of_every_kind()
    {
        Assert.Equal(["LSE", "NSE", "NYSE"], Example.Household.Instruments.Select(i => i.Venue).Distinct().Order());
        Assert.Equal(Enum.GetValues<IncomeKind>(), Example.Household.Income.Select(i => i.Kind).Order());
        Assert.Equal(Enum.GetValues<InstrumentTag>(), Example.Household.Instruments.Select(i => i.Tag).Distinct().Order());
    }

    [Fact]
    public void Percentages_points_and_units_of_the_example_arrive_as_the_domain_means_them()
    {
        var household = Example.Household;
        var arbitrage = household.Instrument(new InstrumentId("arbitrage-fund"));
        Assert.True(arbitrage.IsReserve);
        Assert.Equal(new ExitLoad(0.0025m, 30), arbitrage.ExitLoad);
        Assert.Equal(new Quantity(0.001m), arbitrage.UnitStep);
        Assert.Equal(new Quantity(1m), household.Instrument(new InstrumentId("XNAS")).UnitStep);
        Assert.Equal(new Drift(0.10m), household.Sell.Maximum);
        Assert.Equal(new Drift(0.05m), household.Sell.Minimum);
        Assert.Equal(0.015m, household.Buy.MaximumFixedCostShare);
        Assert.Equal(0.006m, household.Routes[0].FeeRate);
        Assert.Equal(new SchedulePolicy("NSE", new TimeOnly(10, 0), "Asia/Kolkata", 3), household.Schedule);
        Assert.Equal(new Money(30m, Currency.Usd), household.Income.Single(i => i.Kind == IncomeKind.Dividends).Monthly);
    }

    [Fact]
    public void The_example_opening_book_is_near_the_seeds_table_at_its_first_review()
    {
        var household = Example.Household;
        var book = OpeningFile.Load(RepositoryFolder.Config("opening.json"), household);
        var prices = Prices(new DateOnly(2026, 6, 30));
        var values = household.Classes
            .Select(c => book.Lots
                .Where(l => household.Instrument(l.Instrument).Class == c.Id)
                .Sum(l => l.Remaining.Units * prices[l.Instrument.Value] * RateOf(household.Instrument(l.Instrument), prices)))
            .ToArray();
        decimal[] seed = [38.75m, 20.2m, 9.64m, 9.56m, 4.92m, 6.15m, 10.78m];
        var total = values.Sum();
        Assert.InRange(total, 15_000_000m, 20_000_000m);
        Assert.All(values.Zip(seed), pair => Assert.InRange((pair.First / total * 100m) - pair.Second, -0.1m, 0.1m));
    }

    [Fact]
    public void Every_instrument_of_the_example_has_a_price_at_every_anchor_of_the_paper_market()
    {
        var anchors = Anchors();
        var names = Example.Household.Instruments.Select(i => i.Id.Value).Append("USDINR").Order(StringComparer.Ordinal).ToArray();
        var days = anchors.GroupBy(a => a.Day).ToArray();
        Assert.Equal(26, days.Length);
        Assert.Equal(new DateOnly(2026, 5, 29), days[0].Key);
        Assert.Equal(new DateOnly(2028, 6, 30), days[^1].Key);
        Assert.All(days, day => Assert.Equal(names, day.Select(a => a.Instrument).Order(StringComparer.Ordinal)));
        Assert.All(anchors, a => Assert.True(a.Price > 0m));
    }

    private static decimal RateOf(Instrument instrument, Dictionary<string, decimal> prices) =>
        instrument.Currency == Currency.Usd ? prices["USDINR"] : 1m;

    private static Dictionary<string, decimal> Prices(DateOnly day) =>
        Anchors().Where(a => a.Day == day).ToDictionary(a => a.Instrument, a => a.Price);

    private static (DateOnly Day, string Instrument, decimal Price)[] Anchors() =>
    [
        .. File.ReadLines(RepositoryFolder.Config("paper/prices.csv")).Skip(1).Select(line => line.Split(','))
            .Select(f => (DateOnly.ParseExact(f[0], "yyyy-MM-dd"), f[1], Canonical.Number(f[2]))),
    ];
}
