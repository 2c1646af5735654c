using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

/// <summary>s.1091 and 26 CFR 1.1091-1 and -2, each example through the facts of a household.</summary>
public sealed class WashSaleTests
{
    // US-WS-01, Pub. 550 "Wash Sales" example 1 (dates added): 100 shares of 1,000 sold for 750, bought back for 800.
    [Fact]
    public void A_loss_is_disallowed_when_the_same_shares_are_bought_back_and_becomes_their_cost()
    {
        var h = Bought(("a", new(2026, 1, 5), 100, 1_000));
        h.Sell(new(2026, 3, 2), 100, 750);
        Assert.Equal(-250m, h.Counted());
        h.Buy(new(2026, 3, 10), 100, 800);
        var wash = Assert.Single(h.WashSales);
        Assert.Equal((250m, 250m), (wash.Disallowed.Amount, wash.AddedCost.Amount));
        Assert.Equal((0m, 1_050m), (h.Counted(), h.Basis(UsHousehold.Taxable)));
    }

    // US-WS-02, 26 CFR 1.1091-2(a) example 1: a share of 100 sold at 80 and bought back at 90 costs 110.
    [Fact]
    public void The_replacing_share_costs_what_it_cost_and_the_disallowed_loss()
    {
        var h = Bought(("a", new(1954, 1, 4), 1, 100));
        h.Sell(new(1955, 1, 15), 1, 80);
        h.Buy(new(1955, 2, 1), 1, 90);
        Assert.Equal((20m, 110m), (h.WashSales.Single().Disallowed.Amount, h.Basis(UsHousehold.Taxable)));
    }

    // US-WS-04, 26 CFR 1.1091-1(h) example 1; the basis is derived: 9,000 + 1,000.
    [Fact]
    public void Shares_bought_before_the_sale_replace_it_too()
    {
        var h = Bought(("old", new(1954, 12, 1), 100, 10_000), ("new", new(1954, 12, 15), 100, 9_000));
        h.Sell(new(1955, 1, 3), 100, 9_000, "old");
        Assert.Equal((1_000m, 0m, 10_000m), (h.WashSales.Single().Disallowed.Amount, h.Counted(), h.Basis(UsHousehold.Taxable)));
    }

    // US-WS-05, 26 CFR 1.1091-1(h) example 2: 50 and 25 shares bought before replace 75 of the 100 sold at a loss of 10 each.
    [Fact]
    public void Fewer_replacing_shares_disallow_a_part_in_the_order_they_were_acquired()
    {
        var h = Bought(("old", new(1954, 9, 21), 100, 5_000), ("21", new(1954, 12, 21), 50, 2_750), ("27", new(1954, 12, 27), 25, 1_125));
        h.Sell(new(1955, 1, 3), 100, 4_000, "old");
        Assert.Equal([("21", 500m), ("27", 250m)], h.WashSales.Select(w => (w.Lot.Value, w.Disallowed.Amount)));
        Assert.Equal(-250m, h.Counted());
        Assert.Equal([3_250m, 1_375m], h.Lots(UsHousehold.Taxable).Select(l => l.CostPerUnit.Amount * l.Remaining.Units));
    }

    // US-WS-07, an example printed by SmartMoney: 7 a share lost; 50 x 7 = 350 to 1,200, and 25 x 7 = 175 to 650.
    [Fact]
    public void Seventy_five_shares_bought_before_disallow_525_of_700()
    {
        var h = Bought(("old", new(2008, 12, 1), 100, 2_000), ("1", new(2009, 3, 1), 50, 1_200), ("10", new(2009, 3, 10), 25, 650));
        h.Sell(new(2009, 3, 27), 100, 1_300, "old");
        Assert.Equal((525m, -175m), (h.WashSales.Sum(w => w.Disallowed.Amount), h.Counted()));
        Assert.Equal([1_550m, 825m], h.Lots(UsHousehold.Taxable).Select(l => l.CostPerUnit.Amount * l.Remaining.Units));
    }

    // US-WS-09, Rev. Rul. 2008-5: bought back in an IRA the loss is lost for good, and the IRA's shares cost what they cost.
    [Fact]
    public void A_purchase_in_an_ira_loses_the_loss_for_good()
    {
        var h = Bought(("a", new(2007, 1, 5), 100, 1_000));
        h.Sell(new(2007, 12, 20), 100, 600);
        h.Buy(new(2007, 12, 21), 100, 600, account: UsHousehold.Ira);
        var wash = h.WashSales.Single();
        Assert.Equal((400m, 0m, new DateOnly(2007, 12, 21)), (wash.Disallowed.Amount, wash.AddedCost.Amount, wash.HeldSince));
        Assert.Equal((0m, 600m), (h.Counted(), h.Basis(UsHousehold.Ira)));
    }

    // US-WS-10, 26 CFR 1.1091-1(a), derived: 30 November less and plus 30 days are 31 October and 30 December.
    [Theory]
    [InlineData("2026-10-31", true)]
    [InlineData("2026-10-30", false)]
    [InlineData("2026-12-30", true)]
    [InlineData("2026-12-31", false)]
    public void The_window_is_thirty_days_before_and_after_and_the_thirtieth_is_within(string bought, bool isWithin)
    {
        var day = DateOnly.Parse(bought, System.Globalization.CultureInfo.InvariantCulture);
        var sold = new DateOnly(2026, 11, 30);
        var h = Bought(("a", new(2026, 1, 5), 10, 1_000));
        if (day < sold)
        {
            h.Buy(day, 10, 900);
        }

        h.Sell(sold, 10, 800, "a");
        if (day > sold)
        {
            h.Buy(day, 10, 900);
        }

        Assert.Equal(isWithin ? 200m : 0m, h.WashSales.Sum(w => w.Disallowed.Amount));
    }

    // US-WS-12, derived: 2,000 lost on 100 shares is 20 a share, and 2 shares bought with a dividend replace two of them.
    [Fact]
    public void A_reinvested_dividend_is_a_purchase()
    {
        var h = Bought(("a", new(2025, 1, 6), 100, 12_000));
        h.Sell(new(2026, 6, 15), 100, 10_000);
        h.Buy(new(2026, 7, 1), 2, 204, "drip");
        Assert.Equal((40m, -1_960m, 244m), (h.WashSales.Single().Disallowed.Amount, h.Counted(), h.Basis(UsHousehold.Taxable)));
    }

    // 26 CFR 1.1091-1(b) and (c): two losses, three purchases.
    [Fact]
    public void Losses_are_replaced_in_the_order_of_the_sales_by_purchases_in_the_order_of_acquisition()
    {
        var h = Bought(("a", new(2025, 1, 6), 10, 1_000), ("b", new(2025, 2, 3), 10, 1_500));
        h.Sell(new(2026, 3, 2), 10, 800);
        h.Sell(new(2026, 3, 3), 10, 800);
        h.Buy(new(2026, 3, 4), 4, 320, "c");
        h.Buy(new(2026, 3, 5), 10, 800, "d");
        h.Buy(new(2026, 3, 6), 10, 800, "e");
        Assert.Equal(
            [("a", "c", 4m, 80m), ("a", "d", 6m, 120m), ("b", "d", 4m, 280m), ("b", "e", 6m, 420m)],
            h.WashSales.Select(w => (w.Sold.Value, w.Lot.Value, w.Quantity.Units, w.Disallowed.Amount)));

        // A lot that replaces twice falls into parts with names of their own: the product once gave both one name.
        Assert.Equal(h.Lots(UsHousehold.Taxable).Length, h.Lots(UsHousehold.Taxable).Select(l => l.Id).Distinct().Count());
        Assert.Equal(0m, h.Counted());
    }

    // Rev. Rul. 56-602: what is left of a lot does not replace what was sold out of it.
    [Fact]
    public void Units_of_the_same_lot_never_replace_themselves()
    {
        var h = Bought();
        h.Buy(new(2026, 3, 2), 100, 1_000, "a");
        h.Sell(new(2026, 3, 9), 40, 300);
        Assert.Empty(h.WashSales);
        h.Sell(new(2026, 3, 10), 60, 450);
        Assert.Equal((-250m, 0), (h.Counted(), h.WashSales.Count()));
    }

    // 26 CFR 1.1091-1(e): a share that made one loss not count is disregarded for any other.
    [Fact]
    public void Units_that_replaced_once_replace_no_other_loss()
    {
        var h = Bought(("a", new(2025, 1, 6), 10, 1_000), ("b", new(2025, 2, 3), 10, 1_000));
        h.Sell(new(2026, 3, 2), 10, 800);
        h.Buy(new(2026, 3, 4), 10, 800, "c");
        h.Sell(new(2026, 3, 5), 10, 800, "b");
        Assert.Equal(("a", -200m), (h.WashSales.Single().Sold.Value, h.Counted()));
    }

    // Tax facts 0.6: VOO and IVV track one index, VTI another.
    [Theory]
    [InlineData("IVV", true, 200)]
    [InlineData("IVV", false, 0)]
    [InlineData("VTI", true, 0)]
    [InlineData("VOO", false, 200)]
    public void A_fund_on_the_same_index_is_identical_while_the_switch_says_so(string instrument, bool sameIndex, decimal disallowed)
    {
        var h = new UsHousehold(law: new UnitedStatesLaw(UsTables.Of(sameIndex)), held: ("a", new(2025, 1, 6), 10, 1_000));
        h.Sell(new(2026, 3, 2), 10, 800);
        h.Buy(new(2026, 3, 4), 10, 800, "c", instrument: instrument);
        Assert.Equal((disallowed, 800m + disallowed), (h.WashSales.Sum(w => w.Disallowed.Amount), h.Basis(UsHousehold.Taxable, instrument)));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 0)]
    public void A_spouse_who_buys_replaces_the_loss_while_the_switch_says_so(bool family, decimal disallowed)
    {
        var h = new UsHousehold(law: new UnitedStatesLaw(UsTables.Of(family: family)), held: ("a", new(2025, 1, 6), 10, 1_000));
        h.Sell(new(2026, 3, 2), 10, 800);
        h.Buy(new(2026, 3, 4), 10, 800, "c", UsHousehold.Spouse);
        Assert.Equal((disallowed - 200m, 800m + disallowed), (h.Counted(), h.Basis(UsHousehold.Spouse)));
        Assert.Equal(0m, h.Counted(UsHousehold.Bob));
    }

    // s.1223(3): held since 6 January 2025, sold after 420 days, bought back on 10 March 2026: 420 days before that is 14 January 2025.
    [Fact]
    public void The_holding_period_of_the_sold_units_is_tacked_on()
    {
        var h = Bought(("a", new(2025, 1, 6), 100, 1_000));
        h.Sell(new(2026, 3, 2), 100, 750);
        h.Buy(new(2026, 3, 10), 100, 800, "b");
        var lot = Assert.Single(h.Lots(UsHousehold.Taxable));
        Assert.Equal((new DateOnly(2026, 3, 10), new DateOnly(2025, 1, 14), true), (lot.Acquired, lot.HeldSince, lot.IsReplacement));

        // Twice washed, the periods add up: 420 days and the 20 to 30 March.
        h.Sell(new(2026, 3, 30), 100, 700);
        h.Buy(new(2026, 4, 1), 100, 700, "c");
        Assert.Equal(new DateOnly(2026, 4, 1).AddDays(-440), h.Lots(UsHousehold.Taxable).Single().HeldSince);

        // So a sale weeks after the purchase is long-term.
        h.Sell(new(2026, 5, 4), 100, 2_000);
        Assert.Equal("long", h.State.Gains[^1].Bucket.Value);
    }

    // Derived: a short-term loss of 200 saved 22 % of 200 on a short-term gain of 1,000 made before; bought back, the tax returns.
    [Fact]
    public void The_tax_that_a_loss_saved_is_due_again_when_it_is_disallowed()
    {
        var h = new UsHousehold(income: 70_000m, held: [("a", new(2026, 1, 5), 10, 1_000), ("b", new(2026, 1, 6), 10, 1_000)]);
        h.Sell(new(2026, 3, 2), 10, 2_000, "a");
        Assert.Equal(220m, h.State.TaxDue[UsHousehold.Ann].Amount);
        h.Sell(new(2026, 3, 3), 10, 800, "b");
        Assert.Equal(176m, h.State.TaxDue[UsHousehold.Ann].Amount);
        h.Buy(new(2026, 3, 20), 10, 800, "c");
        Assert.Equal(220m, h.State.TaxDue[UsHousehold.Ann].Amount);
    }

    // The loss is December's and the purchase January's: the tax is that of the year before.
    [Fact]
    public void A_purchase_in_january_disallows_a_loss_of_december()
    {
        var h = new UsHousehold(income: 70_000m, held: [("a", new(2026, 1, 5), 10, 1_000), ("b", new(2026, 1, 6), 10, 1_000)]);
        h.Sell(new(2026, 11, 2), 10, 2_000, "a");
        h.Sell(new(2026, 12, 21), 10, 800, "b");
        Assert.Equal(800m, Net(h.Year(2026)));
        h.Buy(new(2027, 1, 8), 10, 800, "c");
        Assert.Equal((1_000m, 0m, 220m), (Net(h.Year(2026)), Net(h.Year(2027)), h.State.TaxDue[UsHousehold.Ann].Amount));
    }

    [Fact]
    public void A_plan_counts_only_what_units_bought_lately_would_not_replace()
    {
        var h = Bought(("a", new(2025, 1, 6), 10, 1_000));
        var voo = h.Policy.Instrument(new("VOO"));
        decimal GainOn(DateOnly on)
        {
            var rules = h.Law.Open(h.Policy, h.State, on);
            var terms = new SaleTerms(new UnitPrice(80m, Currency.Usd), 1m, on);
            var inOrder = LotOrder.Of(rules, h.Policy.Account(UsHousehold.Taxable), voo, [h.Lots(UsHousehold.Taxable)[0]], terms);
            return rules.Disallow(UsHousehold.Taxable, voo, inOrder).Sum(p => p.Tax.GainPerUnit * p.Lot.Remaining.Units);
        }

        Assert.Equal(-200m, GainOn(new(2026, 3, 4)));
        h.Buy(new(2026, 3, 4), 1, 80, "ivv", UsHousehold.Ira, "IVV");
        Assert.Equal([-180m, -180m, -200m], [GainOn(new(2026, 3, 4)), GainOn(new(2026, 4, 3)), GainOn(new(2026, 4, 4))]);
    }

    // No loss and no cost appears or disappears, whatever is bought and sold: losses that count and cost that is left are what was paid,
    // less what was received, in every order, but for what an IRA swallows.
    [Fact]
    public void A_wash_sale_conserves_total_basis_and_loss() => Property.Holds(Gen.Choose(0, int.MaxValue - 1), seed =>
    {
        var random = new Random(seed);
        var h = new UsHousehold();
        var (paid, received, on) = (0m, 0m, new DateOnly(2026, 1, 2));
        for (var step = 0; step < 12; step++)
        {
            on = on.AddDays(random.Next(0, 20));
            var instrument = random.Next(2) == 0 ? "VOO" : "IVV";
            var held = h.Lots(UsHousehold.Taxable, instrument).Sum(l => l.Remaining.Units);
            if (held > 0m && random.Next(2) == 0)
            {
                var (units, price) = ((decimal)random.Next(1, (int)held + 1), random.Next(50, 150));
                h.Sell(on, units, units * price, instrument: instrument);
                received += units * price;
            }
            else
            {
                var (units, price) = (random.Next(1, 20), random.Next(50, 150));
                h.Buy(on, units, units * price, $"lot{step}", instrument: instrument);
                paid += units * price;
            }
        }

        var basis = h.Basis(UsHousehold.Taxable) + h.Basis(UsHousehold.Taxable, "IVV");
        Assert.Equal(0m, Math.Round(paid - received - basis + h.Counted(), 12));
        Assert.All(h.WashSales, w => Assert.True(w.Disallowed.IsPositive && w.HeldSince <= w.SoldOn.AddDays(30)));

        // What is booked is what the law makes of the ledger.
        Assert.Equal(h.Law.Liability(h.Policy, h.State, UsHousehold.Ann, on), h.State.TaxBooked.GetValueOrDefault(UsHousehold.Ann, UsTables.Usd(0m)));
    });

    private static UsHousehold Bought(params (string Id, DateOnly On, decimal Units, decimal Cost)[] lots) => new(held: lots);

    private static decimal Net(Domain.Tax.YearStatement year) => year.Lines.SingleOrDefault(l => l.Label == "Net capital gain or loss")?.Amount ?? 0m;
}
