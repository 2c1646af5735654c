using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;
using static PerpetualRebalancing.Adapters.Tests.Tables.India.IndianTaxpayer;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>Asha's year 2026-27 from April to March, every figure by hand. New regime, 18,00,000 of other income: tax by slabs
/// 20,000 + 40,000 + 60,000 + 2,00,000 × 20 % = 1,60,000; the next rupee of ordinary income costs 20 %. She carries a long-term loss
/// of 30,000 of 2024-25 in.</summary>
public sealed class IndianYearByHandTests
{
    private static readonly IndianLaw WithRates = new(Law.Tables with
    {
        Tt = new TtRates([new TtRate(Currency.Usd, Day("2024-08-30"), 83.5m), new TtRate(Currency.Usd, Day("2026-12-31"), 90m)]),
    });

    private readonly List<GainEntry> _ledger = [];
    private decimal _ledgerTax;

    [Fact]
    public void A_year_in_india_by_hand()
    {
        // 10 April: a first harvest. 1,000 units of an equity ETF bought on 2-May-2024 at 100 go at 140: 40,000, long-term. The loss
        // carried in takes 30,000 of it before the exemption sees the 10,000 that are left: no tax.
        Sells("in-equity", "2024-05-02", 100m, 1_000m, "2026-04-10", 140m, "198", gain: 40_000m, tax: 0m);

        // 6 July: a switch from the regular to the direct plan of an equity fund is a redemption and a purchase. 500 units bought on
        // 15-Jan-2025 at 200, redeemed at 320: 60,000. Long-term of the year 1,00,000 − 30,000 = 70,000, within 1,25,000: no tax.
        Sells("in-equity", "2025-01-15", 200m, 500m, "2026-07-06", 320m, "198", gain: 60_000m, tax: 0m);

        // 14 September: a harvest after the exemption is used up. 1,000 bonus units, allotted on 10-Jun-2025 at no cost, go at 75:
        // 75,000, long-term from their own date. 1,75,000 − 30,000 − 1,25,000 = 20,000 × 12.5 % = 2,500, with cess 2,600.
        Sells("in-equity", "2025-06-10", 0m, 1_000m, "2026-09-14", 75m, "198", gain: 75_000m, tax: 2_600m);

        // 20 November: 100 units of the direct plan, bought by the switch on 6-Jul-2026 at 320, go at 300: a short-term loss of 2,000.
        // There is no short-term gain, so it takes 2,000 off the taxed long-term gains: 250 × 1.04 = 260 less.
        Sells("in-equity", "2026-07-06", 320m, 100m, "2026-11-20", 300m, "short-loss", gain: -2_000m, tax: -260m);

        // 10 December: 400 units of a gold ETF bought on 2-Feb-2026 at 60 go at 85: 10,000, short-term, by slabs at 20 %. The loss now
        // saves 20 % there instead of 12.5 %: 8,000 × 20 % = 1,600 and 2,500 on equity are 4,100, with cess 4,264; 2,340 were due.
        Sells("in-gold-etf", "2026-02-02", 60m, 400m, "2026-12-10", 85m, "slab", gain: 10_000m, tax: 4_264m - 2_340m);

        // 15 January: 10 units of an Irish ETF bought on 5-Sep-2024 at 900 USD (rate of 30-Aug-2024: 83.50) go at 1,000 USD (rate of
        // 31-Dec-2026: 90): 9,00,000 − 7,51,500 = 1,48,500, long-term without exemption: × 12.5 % = 18,562.50, with cess 19,305.
        Sells("foreign-equity-etf", "2024-09-05", 900m, 10m, "2027-01-15", 1_000m, "197", gain: 148_500m, tax: 19_305m, Currency.Usd);

        // 20 February: 100 units of a debt fund bought on 6-May-2024 at 1,000 go at 1,050: a specified fund, 5,000 by slabs: 1,040.
        Sells("in-debt", "2024-05-06", 1_000m, 100m, "2027-02-20", 1_050m, "76", gain: 5_000m, tax: 1_040m);

        // The year: slabs 1,60,000 + (8,000 + 5,000) × 20 % = 1,62,600; special rates 2,500 + 18,562.50 = 21,062.50; cess 4 % of
        // 1,83,662.50 = 7,346.50; together 1,91,009. Without the gains 1,66,400: they cost 24,609. The loss carried in is used up.
        var of = Year().Assessment([]);
        Assert.Equal(
            (162_600m, 21_062.5m, 0m, 7_346.5m, 191_009m, 125_000m), (of.NormalTax, of.GainsTax, of.Surcharge, of.Cess, of.Total, of.ExemptionUsed));
        Assert.Equal(24_609m, Year().Statement([]).GainsTax);
        Assert.Equal(_ledgerTax, Year().Statement([]).GainsTax);
        Assert.Empty(of.CarriedForward);

        // Due: nothing by 15 June; 45 % of the 2,600 known on 15 September; 75 % of the 4,264 known on 15 December; all by 15 March.
        Assert.Equal(
            [(Day("2026-09-15"), 1_170m), (Day("2026-12-15"), 3_198m), (Day("2027-03-15"), 24_609m)],
            Year().Instalments().Select(i => (i.DueOn, i.Cumulative)));
    }

    private void Sells(
        string taxClass, string acquired, decimal cost, decimal units, string sold, decimal price, string bucket, decimal gain, decimal tax,
        Currency? currency = null)
    {
        var of = WithRates.Assess(
            Lot(acquired, cost, units, currency), Instrument(taxClass, currency), new SaleTerms(new UnitPrice(price, currency ?? Currency.Inr), currency is null ? 1m : 89m, Day(sold)));
        Assert.Equal((bucket, gain), (BucketOf(of).Id.Value, of.GainPerUnit * units));
        var caused = Year().Tax(Gains((bucket, gain)));
        Assert.Equal(tax, caused);
        _ledgerTax += caused;
        _ledger.Add(Entry(sold, bucket, gain));
    }

    private IndianYear Year() => IndianTaxpayer.Year(
        "2026-04-01", 1_800_000m, NewRegime, WithRates, [Loss("2024-04-01", isLong: true, 30_000m)], [.. _ledger]);
}
