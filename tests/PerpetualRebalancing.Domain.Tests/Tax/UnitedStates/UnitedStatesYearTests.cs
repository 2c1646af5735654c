using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

public sealed class UnitedStatesYearTests
{
    // US-LL-01, Pub. 550 "Capital Loss Carryover" (Bob and Gloria): a joint return with a net loss of 7,000 and income of 26,000.
    [Fact]
    public void A_net_loss_reduces_other_income_by_3000_and_the_rest_is_carried_forward()
    {
        var net = CapitalNetting.Of(-7_000m, 0m, 0m, 0m, 0m, limit: 3_000m);
        Assert.Equal((3_000m, (4_000m, 0m)), (net.Deduction, net.Carried(26_000m)));

        var year = UsTables.Year(26_000m, FilingStatus.MarriedJointly, gains: [(new(2026, 3, 2), UnitedStatesLaw.Short, -7_000m)]);
        Assert.Equal([(false, 4_000m)], year.CarriedForward().Select(l => (l.IsLong, l.Amount.Amount)));

        // 12 % of the 3,000 between 23,000 and 26,000.
        Assert.Equal(-360m, year.Statement(new decimal[3]).GainsTax);
    }

    // US-LL-03, s.1211(b): half of it on a separate return. Derived: 7,000 - 1,500 = 5,500.
    [Fact]
    public void A_married_person_filing_separately_deducts_half()
    {
        var year = UsTables.Year(26_000m, FilingStatus.MarriedSeparately, gains: [(new(2026, 3, 2), UnitedStatesLaw.Long, -7_000m)]);
        Assert.Equal([(true, 5_500m)], year.CarriedForward().Select(l => (l.IsLong, l.Amount.Amount)));
        Assert.Equal(-1_500m, Line(year, "Loss deducted from other income"));
    }

    [Fact]
    public void The_short_term_loss_is_deducted_first_and_the_rest_keeps_its_character()
    {
        Assert.Equal((0m, 4_000m), CapitalNetting.Of(-1_000m, -6_000m, 0m, 0m, 0m, 3_000m).Carried(50_000m));
        Assert.Equal((2_000m, 6_000m), CapitalNetting.Of(-5_000m, -6_000m, 0m, 0m, 0m, 3_000m).Carried(50_000m));

        // A gain of the other kind uses the loss up before the deduction does: 5,000 - 1,500 - 3,000.
        Assert.Equal((500m, 0m), CapitalNetting.Of(-5_000m, 1_500m, 0m, 0m, 0m, 3_000m).Carried(50_000m));
        Assert.Equal((0m, 500m), CapitalNetting.Of(1_500m, -5_000m, 0m, 0m, 0m, 3_000m).Carried(50_000m));
    }

    // s.1212(b)(2): a deduction that finds no income is not used up.
    [Fact]
    public void Without_income_the_loss_is_carried_whole() =>
        Assert.Equal((6_400m, 0m), CapitalNetting.Of(-7_000m, 0m, 0m, 0m, 0m, 3_000m).Carried(600m));

    // US-COL-01, s.1(h)(4)-(5): 10,000 of gain on gold with income in the 32 % bracket (201,775 to 256,225).
    [Fact]
    public void Gold_is_taxed_at_no_more_than_28_percent() =>
        Assert.Equal(2_800m, IncomeTaxOf(210_000m, collectible: 10_000m));

    [Theory]
    [InlineData(60_000, 2_200)] // 22 % is lower than 28 %
    [InlineData(196_775, 2_600)] // 5,000 still at 24 %, the rest at 28 % and not at 32 %
    [InlineData(0, 1_000)] // 10 % below 12,400, although the long-term rate would be 0
    public void Gold_is_taxed_at_the_ordinary_rate_where_that_is_lower(decimal income, decimal tax) =>
        Assert.Equal(tax, IncomeTaxOf(income, collectible: 10_000m));

    // The Schedule D Tax Worksheet lays gold on ordinary income and other long-term gain on both: 20,000 of gold from 40,000 fills the
    // brackets to 60,000 (10,400 at 12 %, 9,600 at 22 %), and the shares on top of it are past the 0 % room.
    [Fact]
    public void Gold_uses_up_the_room_of_the_zero_rate_before_shares_do() =>
        Assert.Equal((10_400m * 0.12m) + (9_600m * 0.22m) + (10_000m * 0.15m), IncomeTaxOf(40_000m, @long: 10_000m, collectible: 20_000m));

    // Worksheet to Schedule D line 18: a net short-term loss, and long-term losses carried in, reduce the gold first.
    [Fact]
    public void Short_term_and_carried_losses_reduce_collectibles_first()
    {
        var net = CapitalNetting.Of(-2_000m, 10_000m, 5_000m, 0m, 1_000m, 3_000m);
        Assert.Equal((12_000m, 12_000m, 2_000m, 0m), (net.Net, net.LongTaxed, net.Collectible, net.ShortTaxed));

        // A loss on shares reduces what is taxed at all; what is left of it is gold.
        Assert.Equal(6_000m, CapitalNetting.Of(0m, -4_000m, 10_000m, 0m, 0m, 3_000m).Collectible);
    }

    // Between the end of the 0 % room (49,450) and of the 12 % bracket (50,400) the ordinary rate is the lower one.
    [Fact]
    public void Long_term_gain_is_never_taxed_above_ordinary_rates() => Assert.Equal(950m * 0.12m, IncomeTaxOf(49_450m, @long: 950m));

    // s.1411: 3.8 % of the lesser of the gain and what income before deductions (here 16,100) exceeds 200,000 by.
    [Theory]
    [InlineData(true, 190_000, 6_100 + 20_000)]
    [InlineData(false, 190_000, 20_000 - 10_000)]
    [InlineData(true, 100_000, 0)]
    [InlineData(true, 300_000, 30_000)]
    public void The_net_investment_income_tax_is_on_what_is_above_the_threshold(bool grossUp, decimal income, decimal taxed)
    {
        var gain = income == 300_000m ? 30_000m : 20_000m;
        taxed = Math.Min(taxed, gain);
        var year = UsTables.Year(income, law: new UnitedStatesLaw(UsTables.Of(grossUp: grossUp)), gains: [(new(2026, 3, 2), UnitedStatesLaw.Long, gain)]);
        Assert.Equal(taxed * 0.038m, Line(year, "Net investment income tax"));
    }

    [Fact]
    public void The_flat_state_rate_is_on_the_net_gain_and_losses_save_nothing_of_it()
    {
        Assert.Equal(500m, Line(UsTables.Year(60_000m, state: 0.05m, gains: [(new(2026, 3, 2), UnitedStatesLaw.Long, 10_000m)]), "State and local tax"));
        Assert.Equal(0m, Line(UsTables.Year(60_000m, state: 0.05m, gains: [(new(2026, 3, 2), UnitedStatesLaw.Long, -10_000m)]), "State and local tax"));
    }

    [Fact]
    public void Without_known_income_every_gain_is_taxed_at_the_top_and_the_estimate_says_so()
    {
        var year = UsTables.Year(null);
        Assert.Equal(1_000m * (0.37m + 0.038m), year.Tax([1_000m, 0m, 0m]));
        Assert.Equal(1_000m * (0.20m + 0.038m), year.Tax([0m, 1_000m, 0m]));
        Assert.Equal(1_000m * (0.28m + 0.038m), year.Tax([0m, 0m, 1_000m]));
        Assert.Contains(year.Assumptions, a => a.Contains("top rates", StringComparison.Ordinal));
        Assert.DoesNotContain(UsTables.Year(60_000m).Assumptions, a => a.Contains("top rates", StringComparison.Ordinal));
        Assert.Equal(408m, year.Statement([1_000m, 0m, 0m]).Total);
    }

    // s.6654(d)(2): gains of January to March are taxed by 15 April, those of April and May by 15 June, and so on.
    [Fact]
    public void The_tax_on_a_gain_is_due_at_the_first_estimated_tax_date_after_its_part_of_the_year()
    {
        var year = UsTables.Year(60_000m, gains:
            [(new(2026, 3, 31), UnitedStatesLaw.Long, 1_000m), (new(2026, 4, 1), UnitedStatesLaw.Long, 1_000m), (new(2026, 9, 1), UnitedStatesLaw.Long, 2_000m)]);
        Assert.Equal(
            [new TaxInstalment(new(2026, 4, 15), 150m), new TaxInstalment(new(2026, 6, 15), 300m), new TaxInstalment(new(2027, 1, 15), 600m)], year.Instalments());
        Assert.Empty(UsTables.Year(60_000m).Instalments());
    }

    // s.6654(e)(1): with less than 1,000 for the year nothing is due before the return (s.6072(a)); s.7503: nor on a Saturday.
    [Theory]
    [InlineData(6_600, "2027-04-15")] // 990
    [InlineData(6_700, "2026-06-15")] // 1,005
    public void Less_than_the_threshold_is_due_with_the_return(double gain, string due)
    {
        var law = new UnitedStatesLaw(UsTables.Of() with { EstimatedTax = [new(new(1986, 1, 1), null, new EstimatedTax([new(5, 6, 15), new(12, 1, 15)], 1_000m, 4, 15), "a test", null)] });
        var instalment = Assert.Single(UsTables.Year(60_000m, gains: [(new(2026, 5, 4), UnitedStatesLaw.Long, (decimal)gain)], law: law).Instalments());
        Assert.Equal((DateOnly.ParseExact(due, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), (decimal)gain * 0.15m), (instalment.DueOn, instalment.Cumulative));
    }

    [Theory]
    [InlineData("2026-06-15", "2026-06-15")] // a Monday
    [InlineData("2025-06-15", "2025-06-16")] // a Sunday
    [InlineData("2028-01-15", "2028-01-18")] // a Saturday before Martin Luther King's birthday
    [InlineData("2028-04-15", "2028-04-18")] // a Saturday before Emancipation Day as observed
    public void A_due_date_moves_to_the_next_business_day(string due, string inTime)
    {
        static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Day(inTime), (UsTables.Of() with { LegalHolidays = [new(2028, 1, 17), new(2028, 4, 17)] }).InTime(Day(due)));
    }

    // Form 8949: proceeds less commissions and fees.
    [Fact]
    public void Selling_costs_reduce_the_proceeds()
    {
        var instrument = new UsHousehold().Policy.Instruments[0];
        var lot = new TaxLot(new LotId("l"), UsHousehold.Taxable, instrument.Id, new(2024, 1, 5), new Quantity(10m), UsTables.Usd(100m));
        var tax = UsTables.Law.Assess(lot, instrument, new SaleTerms(new UnitPrice(120m, Currency.Usd), 1m, new(2026, 6, 1)) { ChargesPerUnit = 0.25m });
        Assert.Equal((119.75m, 100m, 19.75m), (tax.Proceeds, tax.Cost, tax.GainPerUnit));
    }

    [Fact]
    public void A_year_before_the_tables_is_refused_and_a_year_after_them_uses_the_last_figures_and_says_so()
    {
        var law = new UnitedStatesLaw(UsTables.Of() with { LossLimit = [new(new(2026, 1, 1), new(2026, 12, 31), new PerFiling<decimal>(1, 2, 3, 4), "a test", null)] });
        var profile = new TaxProfile.UnitedStates(FilingStatus.Single, 0m, LotMethod.Fifo);
        IMemberYear Open(int year) => law.Open(new YearLedger(new MemberId("m"), profile, law.YearOf(new(year, 1, 1)), 0m, [], []));
        Assert.Contains("no loss limit for 2025-01-01", Assert.Throws<KeyNotFoundException>(() => Open(2025)).Message, StringComparison.Ordinal);
        Assert.Contains(Open(2027).Assumptions, a => a.Contains("loss limit of 2027 is not in config/tax/us.json yet: that of 2026", StringComparison.Ordinal));
    }

    [Fact]
    public void A_profile_of_another_law_is_refused() => Assert.Throws<ArgumentException>(() => UsTables.Law.Open(
        new YearLedger(new MemberId("m"), new TaxProfile.Flat(), UsTables.Law.YearOf(new(2026, 1, 1)), 0m, [], [])));

    [Fact]
    public void The_tax_of_a_sale_split_in_two_is_the_tax_of_the_whole() => Property.Holds(Case, c =>
    {
        var whole = c.Open([]).Tax([c.A.Short + c.B.Short, c.A.Long + c.B.Long, c.A.Collectible + c.B.Collectible]);
        var first = c.Open([]).Tax([c.A.Short, c.A.Long, c.A.Collectible]);
        var second = c.Open(Entries(c.A)).Tax([c.B.Short, c.B.Long, c.B.Collectible]);
        Assert.Equal(whole, first + second);
    });

    [Fact]
    public void More_gain_never_means_less_tax() => Property.Holds(Case, c =>
    {
        var year = c.Open(Entries(c.A));
        Assert.True(year.Tax([Math.Abs(c.B.Short), Math.Abs(c.B.Long), Math.Abs(c.B.Collectible)]) >= 0m);
        Assert.True(year.Tax([-Math.Abs(c.B.Short), -Math.Abs(c.B.Long), -Math.Abs(c.B.Collectible)]) <= 0m);
    });

    // What goes in comes out: gains less losses, less what is carried on, plus what was deducted, is what is taxed.
    [Fact]
    public void Netting_loses_and_invents_nothing() => Property.Holds(Case, c =>
    {
        var net = CapitalNetting.Of(c.A.Short, c.A.Long, c.A.Collectible, c.ShortLoss, c.LongLoss, 3_000m);
        var (shortLeft, longLeft) = net.Carried(decimal.MaxValue);
        Assert.Equal(c.A.Short + c.A.Long + c.A.Collectible - c.ShortLoss - c.LongLoss, net.ShortTaxed + net.LongTaxed - net.Deduction - shortLeft - longLeft);
        Assert.True(net is { ShortTaxed: >= 0m, Deduction: >= 0m and <= 3_000m } && net.Collectible >= 0m && net.Collectible <= net.LongTaxed);
        Assert.True(shortLeft >= 0m && longLeft >= 0m);
    });

    private static readonly FsCheck.Gen<Story> Case =
        from income in Gen.Choose(0, 800_000)
        from a in Gains
        from b in Gains
        from shortLoss in Gen.Choose(0, 20_000)
        from longLoss in Gen.Choose(0, 20_000)
        select new Story(income, a, b, shortLoss, longLoss);

    private static FsCheck.Gen<(decimal Short, decimal Long, decimal Collectible)> Gains =>
        from @short in Gen.Choose(-9_000_000, 30_000_000)
        from @long in Gen.Choose(-9_000_000, 60_000_000)
        from collectible in Gen.Choose(-9_000_000, 30_000_000)
        select (@short / 100m, @long / 100m, collectible / 100m);

    private static (DateOnly On, int Bucket, decimal Amount)[] Entries((decimal Short, decimal Long, decimal Collectible) gains)
    {
        var day = new DateOnly(2026, 5, 4);
        return [(day, UnitedStatesLaw.Short, gains.Short), (day, UnitedStatesLaw.Long, gains.Long), (day, UnitedStatesLaw.Collectible, gains.Collectible)];
    }

    private static decimal IncomeTaxOf(decimal income, decimal @long = 0m, decimal collectible = 0m)
    {
        var with = UsTables.Year(income, gains: Entries((0m, @long, collectible)));
        return Line(with, "Income tax on other income and gains") - Line(UsTables.Year(income), "Income tax on other income and gains");
    }

    private static decimal Line(IMemberYear year, string label) =>
        year.Statement(new decimal[3]).Lines.SingleOrDefault(l => l.Label == label)?.Amount ?? 0m;

    private sealed record Story(
        decimal Income, (decimal Short, decimal Long, decimal Collectible) A, (decimal Short, decimal Long, decimal Collectible) B, decimal ShortLoss,
        decimal LongLoss)
    {
        public IMemberYear Open((DateOnly On, int Bucket, decimal Amount)[] gains) =>
            UsTables.Year(Income, state: 0.05m, gains: gains, shortLoss: ShortLoss, longLoss: LongLoss);
    }
}
