using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Tax;

public class FlatTaxTableTests
{
    private static readonly DateOnly Start = new(2020, 1, 1);
    private static readonly FlatTaxRow Equity = new("equity", Start, null, null, null, 12, 0.125m, 0.2m, "a test", null);

    [Fact]
    public void A_long_and_a_short_gain_fall_into_buckets_of_their_own_rates()
    {
        var table = Table(Equity);
        var @long = Assess(table, "equity", new(2024, 6, 14), new(2025, 6, 15), cost: 100m, price: 180m);
        var @short = Assess(table, "equity", new(2024, 6, 14), new(2025, 6, 14), cost: 100m, price: 70m);
        Assert.Equal(new LotTax(LotTerm.Long.Value, 0, 180m, 100m, 100m), @long);
        Assert.Equal(new LotTax(new LotTerm.Short(new(2025, 6, 15)), 1, 70m, 100m, 100m), @short);
        Assert.Equal(1000m * 0.125m, Tax(table, [1000m, 0m]));
        Assert.Equal(1000m * 0.2m, Tax(table, [0m, 1000m]));
    }

    [Fact]
    public void A_loss_in_one_bucket_saves_nothing_in_another() =>
        Assert.Equal(125m, Tax(Table(Equity), [1000m, -5000m]));

    [Fact]
    public void A_sale_is_taxed_on_top_of_what_the_year_holds()
    {
        // A loss of 400 came first: only 600 of the next 1,000 are taxed, and a loss after a gain takes its tax back.
        Assert.Equal(600m * 0.125m, Tax(Table(Equity), [1000m, 0m], soFar: -400m));
        Assert.Equal(-400m * 0.125m, Tax(Table(Equity), [-400m, 0m], soFar: 1000m));
    }

    [Fact]
    public void A_ledger_written_under_another_table_stops() => Assert.Contains(
        "'gone', which the tax table 'flat' does not know",
        Assert.Throws<ArgumentException>(() => Table(Equity).Open(Ledger(Table(Equity), new GainEntry(
            new MemberId("m"), Start, new BucketId("gone"), new Money(1m, Currency.Inr))))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_rate_of_the_transfer_date_counts()
    {
        var table = Table(Equity with { To = new(2024, 7, 22), LongRate = 0.1m }, Equity with { From = new(2024, 7, 23) });
        Assert.Equal(0, Assess(table, "equity", new(2021, 1, 1), new(2024, 7, 22)).Bucket);
        Assert.Equal(2, Assess(table, "equity", new(2021, 1, 1), new(2024, 7, 23)).Bucket);
    }

    [Fact]
    public void A_class_that_never_becomes_long_term_may_be_sold_at_once()
    {
        var lot = Assess(Table(Equity with { LongTermMonths = null }), "equity", new(2023, 4, 1), new(2026, 6, 1));
        Assert.Equal((LotTerm.NeverLong.Value, 1), (lot.Term, lot.Bucket));
        Assert.True(lot.Term.IsSellableLongTermOnly);
    }

    [Fact]
    public void The_day_of_acquisition_may_decide_which_law_holds()
    {
        // A debt fund: long-term after 24 months when bought before April 2023, never when bought since.
        var table = Table(
            Equity with { TaxClass = "debt", AcquiredTo = new(2023, 3, 31), LongTermMonths = 24 },
            Equity with { TaxClass = "debt", AcquiredFrom = new(2023, 4, 1), LongTermMonths = null });
        Assert.Equal(LotTerm.Long.Value, Assess(table, "debt", new(2023, 3, 31), new(2026, 6, 1)).Term);
        Assert.Equal(LotTerm.NeverLong.Value, Assess(table, "debt", new(2023, 4, 1), new(2026, 6, 1)).Term);
    }

    [Fact]
    public void A_coming_change_of_law_makes_waiting_worthwhile()
    {
        // A gold ETF bought on 1-Jun-2023: slab when sold on 15-Mar-2025, long-term from 1-Apr-2025 on.
        var table = Table(
            Equity with { TaxClass = "gold", To = new(2025, 3, 31), AcquiredFrom = new(2023, 4, 1), LongTermMonths = null },
            Equity with { TaxClass = "gold", From = new(2025, 4, 1) });
        Assert.Equal(new LotTerm.Short(new(2025, 4, 1)), Assess(table, "gold", new(2023, 6, 1), new(2025, 3, 15)).Term);
        Assert.Equal(LotTerm.Long.Value, Assess(table, "gold", new(2023, 6, 1), new(2025, 6, 2)).Term);
        Assert.Equal(new LotTerm.Short(new(2025, 6, 2)), Assess(table, "gold", new(2024, 6, 1), new(2025, 3, 15)).Term);
    }

    [Fact]
    public void A_lot_that_ripens_after_its_law_ends_follows_the_next_law()
    {
        var table = Table(
            Equity with { To = new(2024, 7, 22), LongTermMonths = 36 }, Equity with { From = new(2024, 7, 23), LongTermMonths = 24 });
        Assert.Equal(new LotTerm.Short(new(2024, 7, 23)), Assess(table, "equity", new(2022, 1, 1), new(2024, 7, 1)).Term);
        Assert.Equal(new LotTerm.Short(new(2025, 12, 2)), Assess(table, "equity", new(2023, 12, 1), new(2024, 7, 1)).Term);
    }

    [Fact]
    public void An_unknown_class_and_a_day_without_law_stop_with_a_clear_line()
    {
        Assert.Equal(
            "The tax table has no class 'bond' for x; it has equity.",
            Assert.Throws<KeyNotFoundException>(() => Assess(Table(Equity), "bond", Start, Start)).Message);
        Assert.Equal(
            "The tax table has no row of class 'equity' for a sale on 2019-12-31 of units acquired on 2018-01-01. Add the law of that day to the tax files.",
            Assert.Throws<KeyNotFoundException>(() => Assess(Table(Equity), "equity", new(2018, 1, 1), new(2019, 12, 31))).Message);
    }

    [Fact]
    public void A_cost_in_another_currency_stops() => Assert.Throws<InvalidOperationException>(() =>
        Table(Equity).Assess(Lot(Start, new Money(1m, Currency.Usd)), Of("equity"), new SaleTerms(new UnitPrice(1m, Currency.Inr), 1m, Start)));

    [Fact]
    public void Rows_that_hold_for_one_sale_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Table(Equity, Equity with { From = Start.AddYears(1) }));
        Assert.Throws<ArgumentException>(() => Table(Equity with { AcquiredTo = Start }, Equity with { AcquiredFrom = Start }));
        Assert.Equal(8, Table(
            Equity with { AcquiredTo = Start }, Equity with { AcquiredFrom = Start.AddDays(1) }, Equity with { TaxClass = "b", To = Start },
            Equity with { TaxClass = "b", From = Start.AddDays(1) }).Buckets.Length);
    }

    [Fact]
    public void The_notes_of_rows_follow_the_tables_assumptions_once() => Assert.Equal(
        ["flat", "equity: unsure"],
        new FlatTaxTable([Equity with { To = Start, Note = "unsure" }, Equity with { From = Start.AddDays(1), Note = "unsure" }], ["flat"]).Assumptions);

    private static FlatTaxTable Table(params ImmutableArray<FlatTaxRow> rows) => new(rows, []);

    private static LotTax Assess(FlatTaxTable table, string taxClass, DateOnly acquired, DateOnly sold, decimal cost = 1m, decimal price = 2m) =>
        table.Assess(Lot(acquired, new Money(cost, Currency.Inr)), Of(taxClass), new SaleTerms(new UnitPrice(price, Currency.Inr), 1m, sold));

    private static decimal Tax(FlatTaxTable table, decimal[] gains, decimal soFar = 0m) => table.Open(Ledger(table, soFar == 0m
        ? []
        : [new GainEntry(new MemberId("m"), Start, table.Buckets[0].Id, new Money(soFar, Currency.Inr))])).Tax(gains);

    private static YearLedger Ledger(FlatTaxTable table, params ImmutableArray<GainEntry> gains) =>
        new(new MemberId("m"), new TaxProfile.Flat(), table.YearOf(Start), null, gains, []);

    private static TaxLot Lot(DateOnly acquired, Money cost) =>
        new(new LotId("lot"), new AccountId("a"), new InstrumentId("x"), acquired, new Quantity(1m), cost);

    private static Instrument Of(string taxClass) => new(
        new InstrumentId("x"), "X", null, InstrumentTag.Buy, Dealing.Exchange, "NSE", Currency.Inr, new Quantity(1m), Money.Zero(Currency.Inr),
        Money.Zero(Currency.Inr), 1, taxClass, "charges", null, []);
}
