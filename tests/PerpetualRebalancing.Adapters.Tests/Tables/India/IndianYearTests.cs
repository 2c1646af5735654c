using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;
using static PerpetualRebalancing.Adapters.Tests.Tables.India.IndianTaxpayer;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>What a year of gains costs: the vectors IN-112A, IN-111A, IN-SO, IN-BE, IN-87A, IN-SUR, IN-CF and IN-AT.</summary>
public sealed class IndianYearTests
{
    // IN-112A-01 (casonithshetty.com, example 5): 2,00,000 on 1-Aug-2024; (2,00,000 − 1,25,000) × 12.5 % = 9,375, with cess 9,750.
    [Theory]
    [InlineData(3_000_000)]
    [InlineData(null)]
    public void A_long_term_gain_on_equity_is_taxed_above_the_exemption(int? other)
    {
        var year = Year("2024-08-01", other);
        var gains = Gains(("112A", 200_000m));
        Assert.Equal(9_750m, year.Tax(gains));
        Assert.Equal((125_000m, 9_375m), (year.Assessment(gains).ExemptionUsed, year.Assessment(gains).GainsTax));
    }

    // IN-112A-04 (casonithshetty.com, example 4): 80,000 in 2025-26 is exempt; 45,000 of the exemption are left.
    [Fact]
    public void A_gain_within_the_exemption_costs_nothing()
    {
        var year = Year("2025-08-15", 3_000_000m);
        var gains = Gains(("112A", 80_000m));
        Assert.Equal((0m, 80_000m), (year.Tax(gains), year.Assessment(gains).ExemptionUsed));
        var after = Year("2025-08-15", 3_000_000m, gains: Entry("2025-08-15", "112A", 80_000m));
        Assert.Equal(0m, after.Tax(Gains(("112A", 45_000m))));
        Assert.Equal(0.125m * 1.04m, after.Tax(Gains(("112A", 45_001m))));
    }

    [Fact]
    public void The_exemption_was_one_lakh_until_march_2024() =>
        Assert.Equal(25_000m * 0.1m * 1.04m, Year("2023-08-01", 3_000_000m).Tax(Gains(("112A-10", 125_000m))));

    // IN-111A-01: s.111A, 20 % for transfers since 23-Jul-2024, plus cess: 1,00,000 × 20 % × 1.04.
    [Fact]
    public void A_short_term_gain_on_equity_is_taxed_at_20_percent() =>
        Assert.Equal(20_800m, Year("2025-08-15", null).Tax(Gains(("111A", 100_000m))));

    // Set-off, basic exemption, rebate and surcharge in the new regime of 2025-26, hand-checked. Tax by slabs of 30,00,000:
    // 20,000 + 40,000 + 60,000 + 80,000 + 1,00,000 + 6,00,000 × 30 % = 4,80,000.
    [Theory]
    // IN-SO-01: the long-term loss goes before the exemption: (3,00,000 − 1,00,000 − 1,25,000) × 12.5 %
    [InlineData(3_000_000, 0, 0, 300_000, 0, 100_000, 480_000, 9_375, 0, 19_575, 508_950, 125_000)]
    // IN-SO-02: the short-term loss goes to the 20 % gains first: 50,000 × 20 % + 1,75,000 × 12.5 %
    [InlineData(3_000_000, 200_000, 0, 300_000, 150_000, 0, 480_000, 31_875, 0, 20_475, 532_350, 125_000)]
    // IN-SO-05: a loss is absorbed by a gain that would have been exempt (freefincal.com)
    [InlineData(3_000_000, 0, 0, 120_000, 120_000, 0, 480_000, 0, 0, 19_200, 499_200, 0)]
    // IN-BE-01: 4,00,000 − 1,00,000 of basic exemption are unused; no rebate on tax at special rates (Finance Act 2025)
    [InlineData(100_000, 500_000, 0, 0, 0, 0, 0, 40_000, 0, 1_600, 41_600, 0)]
    // IN-BE-02: 1,00,000 at 20 %, 2,00,000 of s.112 and 1,00,000 of s.112A are covered: 3,00,000 × 12.5 %
    [InlineData(0, 100_000, 200_000, 525_000, 0, 0, 0, 37_500, 0, 1_500, 39_000, 125_000)]
    // IN-87A-01: total 11,25,000: the rebate of 30,000 takes the slab tax, never the tax on gains
    [InlineData(900_000, 0, 0, 225_000, 0, 0, 0, 12_500, 0, 500, 13_000, 125_000)]
    // IN-SUR-01: total 71,25,000: 10 % on all
    [InlineData(3_000_000, 0, 0, 4_125_000, 0, 0, 480_000, 500_000, 98_000, 43_120, 1_121_120, 125_000)]
    // IN-SUR-03: ordinary income above 2 crore: 25 % on slab tax, capped at 15 % on the gains'
    [InlineData(25_000_000, 0, 0, 10_125_000, 0, 0, 7_080_000, 1_250_000, 1_957_500, 411_500, 10_699_000, 125_000)]
    public void A_year_is_computed_in_the_order_of_the_act(
        decimal other, decimal short20, decimal long112, decimal long112A, decimal shortLoss, decimal longLoss,
        decimal normal, decimal onGains, decimal surcharge, decimal cess, decimal total, decimal exempt)
    {
        var gains = Gains(("111A", short20), ("112", long112), ("112A", long112A), ("short-loss", -shortLoss), ("long-loss", -longLoss));
        var of = Year("2025-06-01", other).Assessment(gains);
        Assert.Equal((normal, onGains, surcharge, cess, total, exempt), (of.NormalTax, of.GainsTax, of.Surcharge, of.Cess, of.Total, of.ExemptionUsed));
        Assert.Empty(of.CarriedForward);

        // The year that the act of 2025 governs has other names and the same tax.
        var next = Year("2026-06-01", other).Assessment(
            Gains(("196", short20), ("197", long112), ("198", long112A), ("short-loss", -shortLoss), ("long-loss", -longLoss)));
        Assert.Equal(of with { CarriedForward = next.CarriedForward }, next);
    }

    // IN-CF-01: s.74(2), now s.111(3): eight tax years after the year of the loss; 2018-19 ends with 2026-27.
    [Theory]
    [InlineData("2026-08-01", true)]
    [InlineData("2027-08-01", false)]
    public void A_loss_lapses_after_eight_years(string sold, bool usable)
    {
        var year = Year(sold, 3_000_000m, losses: [Loss("2018-04-01", isLong: true, 50_000m)]);
        Assert.Equal((usable ? 25_000m : 75_000m) * 0.125m * 1.04m, year.Tax(Gains(("198", 200_000m))));
        Assert.Empty(year.CarriedForward());
    }

    [Fact]
    public void The_years_own_losses_go_first_then_the_oldest()
    {
        var year = Year("2026-08-01", 3_000_000m, losses: [Loss("2024-04-01", false, 30_000m), Loss("2020-04-01", false, 20_000m)]);
        var of = year.Assessment(Gains(("196", 45_000m), ("short-loss", -10_000m)));
        Assert.Equal(0m, of.GainsTax);

        // 10,000 of this year, 20,000 of 2020-21, 15,000 of 2024-25: its other 15,000 are carried on.
        Assert.Equal([Loss("2024-04-01", false, 15_000m)], of.CarriedForward);
    }

    [Fact]
    public void A_long_term_loss_waits_for_long_term_gains()
    {
        var of = Year("2026-08-01", 3_000_000m).Assessment(Gains(("196", 100_000m), ("long-loss", -40_000m)));
        Assert.Equal(20_000m, of.GainsTax);
        Assert.Equal([Loss("2026-04-01", true, 40_000m)], of.CarriedForward);
    }

    // IN-AT-01: s.408: 15, 45, 75 and 100 %; 2,00,000 on other income all year, 2,00,000 more on a gain of 10 November.
    [Fact]
    public void Advance_tax_on_a_gain_falls_due_from_the_first_instalment_after_it()
    {
        var due = Law.Tables.AdvanceTax.Due(Law.YearOf(Day("2026-11-10")), isExempt: false, day => day < Day("2026-11-10") ? 200_000m : 400_000m);
        Assert.Equal(
            [(Day("2026-06-15"), 30_000m), (Day("2026-09-15"), 90_000m), (Day("2026-12-15"), 300_000m), (Day("2027-03-15"), 400_000m)],
            due.Select(d => (d.DueOn, d.Cumulative)));
    }

    [Fact]
    public void The_years_instalments_are_those_of_its_gains()
    {
        // 10,00,000 × 20 % × 1.04 = 2,08,000 on 10 November, nothing before; 1,04,000 more after the last instalment: by 31 March.
        var year = Year("2026-11-10", 3_000_000m, gains: [Entry("2026-11-10", "196", 1_000_000m), Entry("2027-03-20", "196", 500_000m)]);
        Assert.Equal(
            [(Day("2026-12-15"), 156_000m), (Day("2027-03-15"), 208_000m), (Day("2027-03-31"), 312_000m)],
            year.Instalments().Select(d => (d.DueOn, d.Cumulative)));
    }

    [Theory]
    [InlineData("1985-05-20", false, 40_000, "2027-07-31")] // 8,320 is below 10,000: with the return
    [InlineData("1966-04-01", false, 400_000, "2027-07-31")] // 60 in the year and no business: with the return
    [InlineData("1966-04-01", true, 400_000, "2026-06-15")]
    [InlineData("1967-04-01", false, 400_000, "2027-07-31")] // born on 1 April: 60 on 31 March (CBDT circular 28 of 2016)
    [InlineData("1967-04-02", false, 400_000, "2026-06-15")]
    public void Small_tax_and_the_tax_of_the_old_is_due_with_the_return(string born, bool business, int gain, string first)
    {
        var year = Year("2026-05-01", 3_000_000m, NewRegime with { Born = Day(born), HasBusiness = business }, gains: Entry("2026-05-01", "196", gain));
        Assert.Equal(Day(first), year.Instalments()[0].DueOn);
        Assert.Equal(gain * 0.2m * 1.04m, year.Instalments()[^1].Cumulative);
    }

    // 2024-25 has two rates of s.112A and one exemption: used on 1,25,000 at either.
    [Theory]
    [InlineData("later-gains", 12_500)] // 1,25,000 × 10 %
    [InlineData("earlier-gains", 15_625)] // 1,25,000 × 12.5 %
    public void The_exemption_of_the_split_year_goes_where_the_switch_says(string first, decimal tax) => Assert.Equal(
        tax * 1.04m,
        Year("2024-08-01", 3_000_000m, law: With((IndianSwitches.ExemptionFirst, first))).Tax(Gains(("112A-10", 125_000m), ("112A", 125_000m))));

    [Fact]
    public void Unused_basic_exemption_goes_where_the_switch_says()
    {
        // 3,00,000 unused: on 20 % gains first, 1,00,000 × 20 % are left; on 112A first, 3,00,000 of those above their exemption.
        var gains = Gains(("196", 400_000m), ("198", 425_000m));
        Assert.Equal((20_000m + 37_500m) * 1.04m, Year("2026-05-01", 100_000m).Tax(gains));
        Assert.Equal(80_000m * 1.04m, Year("2026-05-01", 100_000m, law: With((IndianSwitches.BasicExemption, "lowest-rate"))).Tax(gains));
    }

    // s.87A: slab tax of 9,00,000 is 30,000. With 3,50,000 of gains the total is 12,50,000, so the tax is held to the 50,000 above
    // 12,00,000, but never below that on the gains; not counting them, the rebate stays whole.
    [Theory]
    [InlineData("yes", 350_000, 70_000)] // 30,000 + 70,000 − relief: 1,00,000 − 50,000, at most the slab tax of 30,000
    [InlineData("yes", 390_000, 90_000)] // 1,08,000 − 90,000 = 18,000 relief
    [InlineData("no", 390_000, 78_000)]
    public void The_rebate_fades_above_its_limit(string counts, decimal gain, decimal tax) => Assert.Equal(
        tax * 1.04m, Year("2026-05-01", 900_000m, law: With((IndianSwitches.RebateThreshold, counts))).Assessment(Gains(("196", gain))).Total);

    // The old regime has no relief: at 5,00,001 of total income the rebate of 12,500 is gone, and the tax jumps.
    [Fact]
    public void The_rebate_of_the_old_regime_is_a_cliff()
    {
        var year = Year("2026-05-01", 450_000m, OldRegime);
        var (below, above) = (Gains(("196", 50_000m)), Gains(("196", 50_001m)));
        Assert.Equal((0, 1), (year.Piece(below), year.Piece(above)));
        Assert.Equal((10_000m + 10_000m - 12_500m) * 1.04m, year.Assessment(below).Total);
        Assert.Equal((10_000m + 10_000.2m) * 1.04m, year.Assessment(above).Total);
        Assert.Equal(0, Year("2026-05-01", 450_000m).Piece(above));
        Assert.Equal(0, Year("2026-05-01", 600_000m, OldRegime).Piece(above));
    }

    [Theory]
    [InlineData("1985-01-01", 97_500)] // 2.5 lakh free: 12,500 + 4,25,000 × 20 %
    [InlineData("1960-01-01", 95_000)] // 60: 3 lakh free: 10,000 + 4,25,000 × 20 %
    [InlineData("1946-01-01", 85_000)] // 80: 5 lakh free
    public void Age_raises_the_basic_exemption_of_the_old_regime(string born, decimal tax) =>
        Assert.Equal(tax * 1.04m, Year("2026-05-01", 925_000m, OldRegime with { Born = Day(born) }).Assessment([]).Total);

    // At 50,00,000 the tax of 2026-27 is 10,80,000; 10,000 more cost 3,000 of tax and 10 % surcharge on all, 1,08,300: relief holds
    // the increase to 10,000.
    [Fact]
    public void Marginal_relief_holds_the_surcharge_to_the_income_above_the_limit()
    {
        Assert.Equal(1_080_000m * 1.04m, Year("2026-05-01", 5_000_000m).Assessment([]).Total);
        Assert.Equal(1_090_000m * 1.04m, Year("2026-05-01", 5_010_000m).Assessment([]).Total);
        Assert.Equal(1_383_000m * 1.1m * 1.04m, Year("2026-05-01", 6_010_000m).Assessment([]).Total);
    }

    // 30,00,000 and gains of 20,10,000: 4,80,000 by slabs and (20,10,000 − 1,25,000) × 12.5 % = 2,35,625. The comparison is an income of
    // 50,00,000 with 10,000 less of ordinary income (4,77,000 + 2,35,625) or of gains (4,80,000 + 2,34,375).
    [Theory]
    [InlineData("ordinary-income", 712_625)]
    [InlineData("gains", 714_375)]
    public void Relief_compares_with_an_income_at_the_limit_as_the_switch_says(string takes, decimal atLimit) =>
        Assert.Equal(
            atLimit + 10_000m,
            Year("2026-05-01", 3_000_000m, law: With((IndianSwitches.SurchargeRelief, takes))).Assessment(Gains(("198", 2_010_000m))).Total / 1.04m);

    [Fact]
    public void Unknown_other_income_means_the_top_slab_and_is_said()
    {
        var year = Year("2026-05-01", null);
        Assert.Equal(31_200m, year.Tax(Gains(("76", 100_000m))));
        Assert.Contains(year.Assumptions, s => s.Contains("unknown", StringComparison.Ordinal) && s.Contains("30", StringComparison.Ordinal));
        Assert.DoesNotContain(Year("2026-05-01", 3_000_000m).Assumptions, s => s.Contains("unknown", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reading_of_uncertain_law_is_said_in_the_years_it_matters_to()
    {
        Assert.True(Says(Year("2024-08-01", 3_000_000m), IndianSwitches.ExemptionFirst));
        Assert.False(Says(Year("2025-08-01", 3_000_000m), IndianSwitches.ExemptionFirst));
        Assert.True(Says(Year("2026-08-01", 100_000m), IndianSwitches.BasicExemption));
        Assert.True(Says(Year("2026-08-01", 900_000m), IndianSwitches.RebateThreshold));
        Assert.False(Says(Year("2026-08-01", 3_000_000m), IndianSwitches.RebateThreshold));

        static bool Says(IndianYear year, string id) => year.Assumptions.Contains(Law.Tables.Switches.Of(id).Says);
    }

    [Fact]
    public void The_statement_lays_the_year_out_by_section()
    {
        var statement = Year("2026-05-01", 3_000_000m, gains: Entry("2026-05-01", "196", 200_000m))
            .Statement(Gains(("198", 300_000m), ("short-loss", -150_000m)));
        Assert.Contains(new StatementLine("Short-term gains on listed equity at 20 %", "ITA 2025 s.196", 200_000m), statement.Lines);
        Assert.Contains(new StatementLine("Long-term gains on listed equity at 12.5 %", "ITA 2025 s.198", 300_000m), statement.Lines);
        Assert.Equal((532_350m - 499_200m, 532_350m), (statement.GainsTax, statement.Total));
        Assert.Equal(532_350m, statement.Lines.Where(l => l.Label is "Tax by slabs" or "Tax on gains at special rates" or "Health and education cess").Sum(l => l.Amount));
    }

    [Fact]
    public void Another_laws_profile_and_a_kind_of_another_year_stop()
    {
        var ledger = new YearLedger(Asha, new TaxProfile.Flat(), Law.YearOf(Day("2026-05-01")), null, [], []);
        Assert.Contains("asha is taxed under 'flat'", Assert.Throws<ArgumentException>(() => Law.Open(ledger)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "which the tax year 2026-27 does not have",
            Assert.Throws<ArgumentException>(() => Year("2026-05-01", null, gains: Entry("2026-05-01", "111A", 1m))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no slabs for the tax year 2016-17", Assert.Throws<KeyNotFoundException>(() => Year("2016-05-01", null)).Message, StringComparison.Ordinal);
    }
}
