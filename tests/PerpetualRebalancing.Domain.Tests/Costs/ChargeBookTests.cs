using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tests.Costs;

public class ChargeBookTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    [Fact]
    public void Each_line_is_rounded_by_itself_before_a_tax_on_lines_is_counted()
    {
        // 0.014 rounds to 0.01 twice; 18 % of 0.02, not of 0.028, rounds to 0.00 and is left out.
        var book = Book(Charge("a", Value(0.000014m)), Charge("b", Value(0.000014m)), Charge("GST", Value(0m) with { Basis = ChargeBasis.Lines, Rate = 0.18m, Of = ["a", "b"] }));
        Assert.Equal("a 0.01, b 0.01", Lines(book, Side.Buy, 10m, 100m));
    }

    [Theory]
    [InlineData(40_000, "")] // 0.40
    [InlineData(50_000, "STT 1")] // 0.50: halves go up
    [InlineData(149_999, "STT 1")]
    [InlineData(250_000, "STT 3")]
    public void A_line_may_be_rounded_to_whole_rupees(int value, string lines) =>
        Assert.Equal(lines, Lines(Book(Charge("STT", Value(0.00001m) with { RoundTo = 1m })), Side.Sell, value, 1m));

    [Fact]
    public void A_line_may_be_rounded_up() =>
        Assert.Equal("SEC 0.03", Lines(Book(Charge("SEC", Value(0.0000206m) with { RoundUp = true })), Side.Sell, 10m, 100m));

    [Theory]
    [InlineData(10, 100, "brokerage 1")] // 0.05 is below the minimum
    [InlineData(1000, 100, "brokerage 5")]
    [InlineData(10, 0.2, "brokerage 0.02")] // one per cent of 2 dollars beats the minimum
    public void A_share_of_the_value_beats_the_minimum(int units, double price, string lines) => Assert.Equal(
        lines,
        Lines(Book(Charge("brokerage", Value(0.005m) with { Basis = ChargeBasis.Unit, Minimum = 1m, MaximumShare = 0.01m })), Side.Buy, units, (decimal)price));

    [Fact]
    public void A_maximum_limits_a_charge_per_unit() => Assert.Equal(
        "TAF 9.79",
        Lines(Book(Charge("TAF", Value(0.000195m) with { Basis = ChargeBasis.Unit, Maximum = 9.79m })), Side.Sell, 100_000m, 1m));

    [Fact]
    public void What_is_charged_once_a_day_is_not_charged_again()
    {
        var book = Book(new DatedCharge("DP", Side.Sell, [Value(15.34m) with { Basis = ChargeBasis.InstrumentDay }]));
        Assert.Equal("DP 15.34", Lines(book, Side.Sell, 1m, 100m));
        Assert.Equal("", Lines(book, Side.Sell, 1m, 100m, alreadySold: true));
        Assert.Equal("", Lines(book, Side.Buy, 1m, 100m));
    }

    [Fact]
    public void The_exit_load_is_counted_on_the_units_under_it_and_on_sales_only()
    {
        var loaded = Fund with { ExitLoad = new ExitLoad(0.0025m, 30) };
        var book = Book();
        Assert.Equal("exit load 10", Text(book.For(loaded, Side.Sell, new Quantity(100m), Price(100m), Today, false, new Quantity(40m))));
        Assert.Equal("", Text(book.For(loaded, Side.Sell, new Quantity(100m), Price(100m), Today, false, Quantity.Zero)));
        Assert.Equal("", Text(book.For(loaded, Side.Buy, new Quantity(100m), Price(100m), Today, false, new Quantity(40m))));
    }

    [Fact]
    public void The_rate_of_the_trade_date_counts()
    {
        var book = Book(Charge("fee", Value(0.01m) with { To = new(2026, 5, 31) }, Value(0.02m) with { From = new(2026, 6, 1) }));
        Assert.Equal("fee 10", Lines(book, Side.Buy, 10m, 100m, date: new(2026, 5, 31)));
        Assert.Equal("fee 20", Lines(book, Side.Buy, 10m, 100m, date: new(2026, 6, 1)));
    }

    [Fact]
    public void A_date_without_a_rate_and_an_unknown_schedule_stop_with_a_clear_line()
    {
        var book = Book(Charge("fee", Value(0.01m)));
        Assert.Equal(
            "The charge schedule 'test' has no rate of fee on 2019-12-31; its rates start on 2020-01-01. Add the rate of that day to the charge files.",
            Assert.Throws<KeyNotFoundException>(() => Lines(book, Side.Buy, 1m, 1m, date: new(2019, 12, 31))).Message);
        Assert.Throws<KeyNotFoundException>(() => book.Estimate(Fund, Side.Buy, Price(1m), new(2019, 12, 31)));
        Assert.Equal(
            "There is no charge schedule 'other' for fund; there are test.",
            Assert.Throws<KeyNotFoundException>(() => book.Estimate(Fund with { Charges = "other" }, Side.Buy, Price(1m), Today)).Message);
    }

    [Fact]
    public void A_charge_of_the_other_side_must_cover_the_date_too() => Assert.Throws<KeyNotFoundException>(() =>
        Lines(Book(new DatedCharge("STT", Side.Sell, [Value(0.00001m)])), Side.Buy, 1m, 1m, date: new(2019, 12, 31)));

    [Fact]
    public void A_schedule_of_another_currency_stops() => Assert.Throws<InvalidOperationException>(() =>
        Book().For(Fund, Side.Buy, new Quantity(1m), new UnitPrice(1m, Currency.Usd), Today, false, Quantity.Zero));

    [Fact]
    public void Contradictory_schedules_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Book(Charge("fee", Value(0.01m), Value(0.02m))));
        Assert.Throws<ArgumentException>(() => Book(Charge("fee", Value(0.01m)), Charge("fee", Value(0.01m))));
        Assert.Throws<ArgumentException>(() => Book(Charge("fee")));
        Assert.Throws<ArgumentException>(() => Book(Charge("GST", Value(0.18m) with { Basis = ChargeBasis.Lines, Of = ["fee"] }), Charge("fee", Value(0.01m))));
    }

    [Fact]
    public void The_smooth_form_has_rates_fixed_parts_and_minimums_with_tax_on_them()
    {
        var book = Book(
            Charge("brokerage", Value(0.001m) with { Minimum = 20m }),
            Charge("DP", Value(10m) with { Basis = ChargeBasis.InstrumentDay }),
            Charge("GST", Value(0.18m) with { Basis = ChargeBasis.Lines, Of = ["brokerage"] }));
        Assert.Equal(new ChargeEstimate(0.00118m, 10m, 23.6m), book.Estimate(Fund, Side.Sell, Price(50m), Today));
    }

    [Fact]
    public void Uncertain_rates_that_are_in_force_are_named_once()
    {
        var book = Book(Charge("fee", Value(0.01m) with { To = Today, Uncertain = "from memory" }, Value(0.02m) with { From = Today.AddDays(1) }));
        Assert.Equal(["Charges test, fee: from memory"], book.Uncertain([Fund, Fund], Today));
        Assert.Empty(book.Uncertain([Fund], Today.AddDays(1)));
    }

    private static readonly Instrument Fund = new(
        new InstrumentId("fund"), "Fund", new ClassId("class"), InstrumentTag.Buy, Dealing.Nav, "NSE", Currency.Inr, new Quantity(0.001m),
        Money.Zero(Currency.Inr), Money.Zero(Currency.Inr), 1, "tax", "test", null, []);

    private static ChargeBook Book(params ImmutableArray<DatedCharge> charges) => new([new ChargeSchedule("test", Currency.Inr, charges)]);

    private static DatedCharge Charge(string name, params ImmutableArray<ChargeRate> rates) => new(name, null, rates);

    private static ChargeRate Value(decimal rate) =>
        new(new DateOnly(2020, 1, 1), null, ChargeBasis.Value, rate, 0m, null, null, [], 0.01m, false, "a test", null);

    private static UnitPrice Price(decimal amount) => new(amount, Currency.Inr);

    private static string Lines(ChargeBook book, Side side, decimal units, decimal price, bool alreadySold = false, DateOnly? date = null) =>
        Text(book.For(Fund, side, new Quantity(units), Price(price), date ?? Today, alreadySold, Quantity.Zero));

    private static string Text(ImmutableArray<ChargeLine> lines) =>
        string.Join(", ", lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name} {Canonical.Text(line.Amount.Amount)}")));
}
