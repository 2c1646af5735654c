using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;
using static PerpetualRebalancing.Adapters.Tests.Tables.India.IndianTaxpayer;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>Term and kind of a lot's gain: the vectors IN-HP, IN-CL, IN-GF, IN-FIFO, IN-EL and IN-FX.</summary>
public sealed class IndianHoldingTests
{
    // s.2(42A), now s.2(101): short-term is held for not more than 12 months (24 unlisted) immediately preceding the transfer.
    [Theory]
    [InlineData("in-equity", "2024-06-14", "2025-06-14", false)] // IN-HP-01: exactly 12 months
    [InlineData("in-equity", "2024-06-14", "2025-06-15", true)] // IN-HP-02: the first long-term day
    [InlineData("in-gold-etf", "2024-06-14", "2025-06-14", false)]
    [InlineData("in-gold-etf", "2024-06-14", "2025-06-15", true)]
    [InlineData("foreign-equity-etf", "2023-05-10", "2025-05-10", false)] // IN-HP-05: exactly 24 months
    [InlineData("foreign-equity-etf", "2023-05-10", "2025-05-11", true)] // IN-HP-06
    [InlineData("in-gold-fund", "2023-05-10", "2025-05-10", false)]
    [InlineData("in-gold-fund", "2023-05-10", "2025-05-11", true)]
    public void A_gain_is_long_term_from_the_day_after_the_anniversary(string taxClass, string acquired, string sold, bool isLong) =>
        Assert.Equal(isLong, Assess(taxClass, acquired, sold).Term is LotTerm.Long);

    // Sections and rates by transfer and acquisition date (Finance Act 2023; Finance (No. 2) Act 2024; act of 2025 from 1-Apr-2026).
    [Theory]
    [InlineData("in-debt", "2023-03-31", "2025-06-01", "112", true, 0.125)] // IN-CL-01: bought before April 2023, 24 months
    [InlineData("in-debt", "2023-04-01", "2026-11-02", "76", false, 0)] // IN-CL-02: s.50AA, now s.76: never long-term
    [InlineData("in-gold-fund", "2023-06-01", "2025-03-15", "50AA", false, 0)] // IN-CL-03: the old test of 35 % Indian equity
    [InlineData("in-gold-fund", "2023-06-01", "2025-06-02", "112", true, 0.125)] // IN-CL-04: the same lot, the new definition
    [InlineData("in-gold-etf", "2024-06-01", "2025-06-02", "112", true, 0.125)] // IN-CL-05: listed, 12 months
    [InlineData("in-gold-etf", "2024-09-01", "2025-06-02", "slab", false, 0)] // IN-CL-06: slab, not 111A
    [InlineData("in-arbitrage", "2025-07-01", "2026-07-02", "198", true, 0.125)] // IN-CL-09: equity-oriented
    [InlineData("in-unlisted-bond", "2020-01-01", "2025-05-01", "50AA", false, 0)] // IN-CL-11: always short-term since 23-Jul-2024
    [InlineData("in-listed-bond", "2024-05-01", "2025-05-02", "112-listed", true, 0.125)] // IN-CL-12
    [InlineData("in-equity", "2022-01-01", "2024-07-22", "112A-10", true, 0.1)] // the last day of the old rates
    [InlineData("in-equity", "2022-01-01", "2024-07-23", "112A", true, 0.125)]
    [InlineData("in-equity", "2024-01-01", "2024-07-22", "111A-15", false, 0.15)]
    [InlineData("in-equity", "2024-01-01", "2024-07-23", "111A", false, 0.2)]
    [InlineData("in-equity", "2024-01-01", "2026-03-31", "112A", true, 0.125)] // the last day of the act of 1961
    [InlineData("in-equity", "2024-01-01", "2026-04-01", "198", true, 0.125)]
    [InlineData("in-equity", "2026-01-01", "2026-04-01", "196", false, 0.2)]
    [InlineData("in-debt", "2021-01-01", "2024-02-01", "112-20-indexed", true, 0.2)] // 36 months, indexed
    [InlineData("in-debt", "2021-07-22", "2024-07-22", "slab", false, 0)] // exactly 36 months
    [InlineData("in-debt", "2021-07-22", "2024-07-23", "112", true, 0.125)]
    [InlineData("in-debt-etf", "2023-03-31", "2024-07-23", "112", true, 0.125)] // listed: 12 months from 23-Jul-2024
    [InlineData("in-debt-etf", "2023-03-31", "2024-07-22", "slab", false, 0)]
    [InlineData("in-international-etf", "2022-06-01", "2025-03-15", "112", true, 0.125)]
    [InlineData("in-international-fund", "2024-06-01", "2026-05-01", "slab", false, 0)]
    [InlineData("in-hybrid", "2023-06-01", "2025-06-02", "112", true, 0.125)] // 35 to 65 % Indian equity: never specified
    [InlineData("in-sovereign-gold-bond", "2025-04-02", "2026-04-03", "197-listed", true, 0.125)]
    [InlineData("in-unlisted-bond", "2020-01-01", "2024-07-22", "112-20", true, 0.2)]
    [InlineData("in-listed-bond", "2022-01-01", "2024-07-22", "112-10", true, 0.1)]
    [InlineData("foreign-stock", "2022-06-01", "2024-06-02", "112-20-indexed", true, 0.2)] // shares: 24 months even then
    [InlineData("foreign-equity-etf", "2022-06-01", "2024-06-02", "slab", false, 0)] // units: 36
    [InlineData("foreign-debt-etf", "2024-06-01", "2026-06-02", "197", true, 0.125)]
    public void A_class_is_taxed_by_the_dates_of_transfer_and_acquisition(
        string taxClass, string acquired, string sold, string bucket, bool isLong, double rate)
    {
        var tax = Assess(taxClass, acquired, sold);
        Assert.Equal((bucket, isLong, (decimal)rate), (BucketOf(tax).Id.Value, tax.Term is LotTerm.Long, BucketOf(tax).Rate));
    }

    [Fact]
    public void A_specified_fund_is_never_long_term_and_waiting_has_no_value() =>
        Assert.Equal(LotTerm.NeverLong.Value, Assess("in-debt", "2023-04-01", "2026-11-02").Term); // IN-CL-02

    [Fact]
    public void A_gold_etf_bought_under_the_old_definition_becomes_long_term_when_it_ends()
    {
        Assert.Equal(new LotTerm.Short(Day("2025-04-01")), Assess("in-gold-etf", "2023-06-01", "2025-03-15").Term);
        Assert.Equal(new LotTerm.Short(Day("2025-06-02")), Assess("in-gold-fund", "2023-06-01", "2025-03-15").Term);
    }

    [Fact]
    public void Only_listed_equity_has_the_yearly_exemption() => Assert.Equal( // tax facts 0.5
        ["in-arbitrage", "in-equity"],
        Law.TaxClasses.Where(c => BucketOf(Assess(c, "2020-01-01", "2026-06-01")).Gain == IndianGain.Long112A).Order());

    [Fact]
    public void A_loss_is_kept_by_its_term_alone()
    {
        Assert.Equal("long-loss", BucketOf(Assess("in-equity", "2024-01-01", "2026-06-01", 100m, 90m)).Id.Value);
        Assert.Equal("short-loss", BucketOf(Assess("in-equity", "2026-01-01", "2026-06-01", 100m, 90m)).Id.Value);
        Assert.Equal("short-loss", BucketOf(Assess("in-debt", "2023-04-01", "2026-06-01", 100m, 90m)).Id.Value);
    }

    // s.76 "by whatever name called": whether it reaches an Irish fund is uncertain, so the reading is a switch.
    [Fact]
    public void A_foreign_debt_fund_follows_its_switch()
    {
        Assert.Contains(Law.AssumptionsOf(Instrument("foreign-debt-etf", Currency.Usd)), s => s.Contains("specified mutual fund (s.76)", StringComparison.Ordinal));
        Assert.DoesNotContain(Law.AssumptionsOf(Instrument("in-equity")), s => s.Contains("s.76", StringComparison.Ordinal));
    }

    // s.55(2)(ac), now s.90; CBDT FAQ F.No.370149/20/2018-TPL of 4-Feb-2018: cost = max(actual, min(fair value, sale)).
    [Theory]
    [InlineData(100, 200, 250, 200, 50)] // IN-GF-01
    [InlineData(100, 200, 150, 150, 0)] // IN-GF-02
    [InlineData(10000, 12000, 15000, 12000, 3000)] // IN-GF-05: caclubindia.com forum 520069, example 1
    [InlineData(100, 200, 50, 100, -50)] // sold below cost: the loss is the actual one
    [InlineData(100, 50, 150, 100, 50)] // a fair value below cost counts for nothing
    public void Equity_bought_before_february_2018_costs_at_least_its_fair_value_of_then(int cost, int fair, int sale, int deemed, int gain)
    {
        var tax = Sell("2018-01-31");
        Assert.Equal((deemed, gain), (tax.DeemedCost, tax.GainPerUnit));
        Assert.Equal(cost, Sell("2018-02-01").DeemedCost);

        LotTax Sell(string acquired) => Law.Assess(
            Lot(acquired, cost), Instrument("in-equity", fairValue2018: fair), new SaleTerms(new UnitPrice(sale, Currency.Inr), 1m, Day("2025-08-01")));
    }

    // s.48, second proviso, as it stood: 100 bought in 2015-16 (index 254), sold in 2023-24 (348): 100 × 348 / 254.
    [Fact]
    public void A_cost_rises_with_inflation_until_july_2024_only()
    {
        Assert.Equal(100m * 348m / 254m, Assess("in-debt", "2015-06-01", "2023-06-01").DeemedCost);
        Assert.Equal(100m * 363m / 100m, Assess("in-debt", "1999-06-01", "2024-07-22").DeemedCost);
        Assert.Equal(100m, Assess("in-debt", "2015-06-01", "2024-07-23").DeemedCost);
    }

    // s.45(2A), now s.67(7); circular 768 of 24-6-1998; Radhika Roy v DCIT (ITAT Delhi 2019): first in, first out, account by account.
    [Fact]
    public void A_sale_takes_the_oldest_lots_of_its_own_account()
    {
        TaxLot[] first = [Lot("2023-01-05", 100m, 100m), Lot("2024-03-01", 180m, 100m), Lot("2026-02-01", 210m, 100m)];
        TaxLot[] second = [Lot("2025-01-10", 220m, 100m, account: "b")];
        Assert.Equal([(100m, 10_000m, true), (50m, 1_000m, true)], Sell(first, 150m)); // IN-FIFO-01
        Assert.Equal([(50m, -1_000m, true)], Sell(second, 50m)); // IN-FIFO-02: the loss lot of the other account

        // IN-FIFO-04: long-term only is the prefix of the queue before the first short-term lot.
        Assert.Equal(200m, first.TakeWhile(l => Assess(l).Term is LotTerm.Long).Sum(l => l.Remaining.Units));

        static LotTax Assess(TaxLot lot) => Law.Assess(lot, Instrument("in-equity"), new SaleTerms(new UnitPrice(200m, Currency.Inr), 1m, Day("2026-06-01")));

        static List<(decimal Units, decimal Gain, bool IsLong)> Sell(TaxLot[] queue, decimal units)
        {
            var sold = new List<(decimal, decimal, bool)>();
            foreach (var lot in queue)
            {
                var taken = Math.Min(units, lot.Remaining.Units);
                units -= taken;
                if (taken > 0m)
                {
                    sold.Add((taken, taken * Assess(lot).GainPerUnit, Assess(lot).Term is LotTerm.Long));
                }
            }

            return sold;
        }
    }

    // IN-EL-01: 1 % within 365 days; 150 units at 50 redeemed, the 100 older ones free: 50 × 50 × 1 % = 25 is kept back.
    [Fact]
    public void An_exit_load_is_kept_back_from_the_younger_units_and_deducted()
    {
        var fund = Instrument("in-equity", load: new ExitLoad(0.01m, 365));
        var terms = new SaleTerms(new UnitPrice(50m, Currency.Inr), 1m, Day("2026-06-15"));
        var proceeds = (100m * Law.Assess(Lot("2025-01-15", 40m), fund, terms).Proceeds) + (50m * Law.Assess(Lot("2026-03-15", 40m), fund, terms).Proceeds);
        Assert.Equal(7475m, proceeds);
        Assert.Equal(25m, (150m * 50m) - proceeds);
    }

    // Rule 115: TT buying rate of SBI on the last day of the month before. 10 units for 80 USD at 82.0, sold for 110 USD at 88.5.
    [Theory]
    [InlineData("yes", 97_350, 65_600)] // IN-FX-01: each leg at its own month: 10 × 110 × 88.5 less 10 × 80 × 82
    [InlineData("no", 97_350, 70_800)] // IN-FX-02: the gain of 300 USD at 88.5 = 26,550
    public void A_foreign_asset_is_converted_at_the_rates_of_the_state_bank(string own, decimal proceeds, decimal cost)
    {
        var tables = With((IndianSwitches.CostConversion, own)).Tables with
        {
            Tt = new TtRates([new TtRate(Currency.Usd, Day("2023-07-31"), 82m), new TtRate(Currency.Usd, Day("2025-09-30"), 88.5m)]),
        };
        var law = new IndianLaw(tables);
        var etf = Instrument("foreign-equity-etf", Currency.Usd);
        var tax = law.Assess(
            Lot("2023-08-10", 80m, 10m, Currency.Usd), etf, new SaleTerms(new UnitPrice(110m, Currency.Usd), 90m, Day("2025-10-15")));
        Assert.Equal((proceeds, cost), (10m * tax.Proceeds, 10m * tax.DeemedCost));
        Assert.Equal(LotTerm.Long.Value, tax.Term);
        Assert.Equal((proceeds - cost) * 0.125m, 10m * tax.GainPerUnit * BucketOf(tax).Rate);
        Assert.Contains(tables.Switches.Of(IndianSwitches.CostConversion).Says, law.AssumptionsOf(etf));
    }

    [Fact]
    public void Without_the_banks_rates_the_gain_is_converted_at_the_reviews_and_says_so()
    {
        var etf = Instrument("foreign-equity-etf", Currency.Usd);
        var tax = Law.Assess(Lot("2023-08-10", 80m, 10m, Currency.Usd), etf, new SaleTerms(new UnitPrice(110m, Currency.Usd), 90m, Day("2025-10-15")));
        Assert.Equal(30m * 90m, tax.GainPerUnit);
        Assert.Contains(Law.AssumptionsOf(etf), s => s.Contains("review's rate", StringComparison.Ordinal));
    }
}
