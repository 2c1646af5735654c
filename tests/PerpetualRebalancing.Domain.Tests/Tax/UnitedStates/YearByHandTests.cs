using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

/// <summary>The year 2026 of a married person with 120,000 of other taxable income and no state tax (the brackets of a single person, see
/// UsTables), worked out by hand: two wash sales, a spouse's purchase, gold, a sale into the next year.</summary>
public sealed class YearByHandTests
{
    [Fact]
    public void A_year_with_two_wash_sales_is_what_it_is_by_hand()
    {
        var h = new UsHousehold(120_000m, held:
            [("2024", new(2024, 2, 1), 100, 30_000), ("2025", new(2025, 6, 2), 50, 20_000), ("jan", new(2026, 1, 5), 40, 20_000)]);

        // 2 February: 60 of lot 2024 (300 each) at 420. Held two years: long-term 60 x 120 = 7,200. At 120,000 it is past the 0 % room
        // (49,450): 15 % of 7,200 = 1,080.
        h.Sell(new(2026, 2, 2), 60, 25_200);
        Assert.Equal(1_080m, Due(h));

        // 16 March: the other 40 of 2024 and 30 of 2025 (400 each) at 380, first in first out: 40 x 80 = 3,200 long-term (2024), and
        // 30 x (380 - 400) = -600 short-term, held since June 2025. Nothing identical was bought since 14 February: the loss counts.
        // The gain nets with it: 7,200 + 3,200 - 600 = 9,800, all of it long-term net of the short loss: 15 % = 1,470.
        h.Sell(new(2026, 3, 16), 70, 26_600);
        Assert.Equal(1_470m, Due(h));

        // 1 April: 20 IVV at 390. IVV is VOO's index, 16 days after: 20 of the 30 units are replaced, 20 x 20 = 400 of the loss of 600
        // does not count. Basis of IVV 7,800 + 400 = 8,200. The lot was held 2 June 2025 to 16 March 2026, 287 days: 18 June 2025.
        // Net 9,800 + 400 = 10,200, 15 % = 1,530.
        h.Buy(new(2026, 4, 1), 20, 7_800, "ivv", instrument: "IVV");
        Assert.Equal((8_200m, new DateOnly(2025, 6, 18)), (h.Basis(UsHousehold.Taxable, "IVV"), h.Lots(UsHousehold.Taxable, "IVV")[0].HeldSince));
        Assert.Equal(1_530m, Due(h));

        // 10 April: Bob buys 25 VOO at 390. 25 days after: 10 units of the loss are left, 10 x 20 = 200. His 10 units cost 390 + 20 each.
        // Net 10,400, 15 % = 1,560, and it is Ann's tax.
        h.Buy(new(2026, 4, 10), 25, 9_750, "bob", UsHousehold.Spouse);
        Assert.Equal([410m, 390m], h.Lots(UsHousehold.Spouse).Select(l => l.CostPerUnit.Amount));
        Assert.Equal((1_560m, 0m), (Due(h), Due(h, UsHousehold.Bob)));

        // 20 June: the 20 IVV at 450, first of all the second wash sale's carried cost: 9,000 - 8,200 = 800. Held since 18 June 2025 by
        // tacking, so 20 June 2026 is long-term (from 19 June on), though it was bought in April. Net 11,200, 15 % = 1,680.
        h.Sell(new(2026, 6, 20), 20, 9_000, instrument: "IVV");
        Assert.Equal(("long", 1_680m), (h.State.Gains[^1].Bucket.Value, Due(h)));

        // 1 July: 10 gold units for 20,000; 3 August the same sold for 26,000: 6,000 short-term at 24 % (120,000 lies in 105,700 to
        // 201,775) = 1,440. Together 3,120.
        h.Buy(new(2026, 7, 1), 10, 20_000, "gold", instrument: "GLD");
        h.Sell(new(2026, 8, 3), 10, 26_000, instrument: "GLD");
        Assert.Equal(3_120m, Due(h));

        // 21 December: the last 20 of 2025 and 40 of January (500 each) at 350: 20 x -50 = -1,000 long-term by now, 40 x -150 = -6,000
        // short-term. Short: 6,000 gold - 6,000 = 0 (the -600 of March was disallowed whole). Long: 7,200 + 3,200 + 800 - 1,000 = 10,200.
        // 15 % = 1,530.
        h.Sell(new(2026, 12, 21), 60, 21_000);
        Assert.Equal(1_530m, Due(h));

        // 4 January 2027: 30 VOO in the IRA, 14 days after: the first 20 replace lot 2025 (1,000 lost for good), 10 replace January's
        // (1,500 lost for good). The tax is still that of 2026: short 1,500 x 24 % = 360, long 11,200 x 15 % = 1,680: 2,040.
        h.Buy(new(2027, 1, 4), 30, 10_500, "ira", UsHousehold.Ira);
        Assert.Equal((2_040m, 10_500m), (Due(h), h.Basis(UsHousehold.Ira)));

        // The year's statement says the same, by section.
        var year = h.Year(2026);
        Assert.Equal((2_040m, 0m), (year.GainsTax, h.Year(2027).GainsTax));
        Assert.Equal(
            [("Short-term gains less losses", 1_500m), ("Long-term gains less losses", 11_200m), ("Net capital gain or loss", 12_700m), ("Taxed at ordinary rates", 1_500m), ("Taxed at long-term rates", 11_200m)],
            year.Lines.Where(l => !l.Label.Contains("tax", StringComparison.Ordinal) && l.Amount != 0m).Select(l => (l.Label, l.Amount)));

        // 120,000 of other income alone: 1,240 + 4,560 + 12,166 + 24 % of 14,300 = 3,432: 21,398. With the gains 23,438.
        Assert.Equal(23_438m, year.Total);

        // The estimated-tax dates: the gains to March (7,200 + 3,200) are due by 15 April at 1,560 (all of the March loss was disallowed);
        // nothing in April and May; 800 x 15 % + 6,000 x 24 % by September: 3,120. The losses of December bring the year to 2,040.
        var owner = h.Policy.Member(UsHousehold.Ann);
        var law = h.Law.For(owner.Tax);
        Assert.Equal(
            [new TaxInstalment(new(2026, 4, 15), 1_560m), new TaxInstalment(new(2026, 9, 15), 3_120m), new TaxInstalment(new(2027, 1, 15), 2_040m)],
            MemberYears.Open(law, h.Policy, owner, h.State, law.YearOf(new(2026, 6, 1))).Instalments());

        // Each unit was replaced once, in the order of the sales and of the purchases.
        Assert.Equal(
            [("2025", "ivv", 400m), ("2025", "bob", 200m), ("2025", "ira", 1_000m), ("jan", "ira", 1_500m)],
            h.WashSales.Select(w => (w.Sold.Value, w.Lot.Value, w.Disallowed.Amount)));
    }

    private static decimal Due(UsHousehold h, MemberId? member = null) => h.State.TaxDue.TryGetValue(member ?? UsHousehold.Ann, out var due) ? due.Amount : 0m;
}
