using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

/// <summary>A loss harvest from the plan's proposal to the last day of its window, and what a plan counts of a loss while something
/// identical was bought lately (s.1091).</summary>
public sealed class LossHarvestTests
{
    private static readonly DateOnly Sold = new(2026, 6, 15);

    [Fact]
    public void A_proposed_loss_is_sold_its_replacement_on_another_index_bought_and_nothing_identical_until_day_31()
    {
        // 100 shares bought at 100 stand at 80: a loss of 2,000 that saves 22 % of other income, and costs nothing here.
        var h = new UsHousehold(held: ("old", new(2024, 1, 5), 100m, 10_000m));
        var proposal = Assert.Single(Plan(h).Proposals);
        Assert.Equal((HarvestKind.Loss, "VOO", "VTI"), (proposal.Kind, proposal.Sell.Value, proposal.Buy.Value));
        Assert.Equal((100m, -2_000m, 0m, 440m), (proposal.Quantity.Units, proposal.Gain.Amount, proposal.Cost.Amount, proposal.Benefit.Amount));
        Assert.Contains("until 2026-07-15: the loss would not count", proposal.How, StringComparison.Ordinal);

        h.Sell(Sold, 100m, 8_000m);
        h.Buy(Sold, 30m, 8_000m, instrument: "VTI");
        Assert.Empty(h.WashSales);
        Assert.Equal(-2_000m, h.Counted());

        // Day 31 is out, for the spouse and the IRA too; day 30 is in, for the spouse too.
        h.Buy(Sold.AddDays(31), 5m, 400m);
        h.Buy(Sold.AddDays(31), 5m, 400m, account: UsHousehold.Ira, instrument: "IVV");
        Assert.Empty(h.WashSales);
        h.Buy(Sold.AddDays(30), 10m, 800m, account: UsHousehold.Spouse, instrument: "IVV");
        Assert.Equal((10m, 200m), (h.WashSales.Single().Quantity.Units, h.WashSales.Single().Disallowed.Amount));
        Assert.Equal(-1_800m, h.Counted());
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void A_loss_is_proposed_from_the_31st_day_after_something_identical_was_bought(int days, bool isProposed)
    {
        var h = new UsHousehold(held: ("old", new(2024, 1, 5), 100m, 10_000m));
        h.Buy(Sold.AddDays(-days), 1m, 80m, account: UsHousehold.Ira, instrument: "IVV");
        Assert.Equal(isProposed, !Plan(h).Proposals.IsEmpty);
    }

    [Fact]
    public void A_plan_disallows_only_what_recent_purchases_replace_in_the_order_of_the_sale()
    {
        // 40 units bought lately: all 30 of the first lot and 10 of the second are replaced, 20 of the second count.
        var h = new UsHousehold(held: [("a", new(2024, 1, 5), 30m, 3_000m), ("b", new(2024, 2, 5), 30m, 3_300m)]);
        h.Buy(new(2026, 6, 1), 25m, 2_000m, account: UsHousehold.Ira, instrument: "IVV");
        h.Buy(new(2026, 6, 2), 15m, 1_200m, account: UsHousehold.Spouse);
        var parts = Sellable(h, 80m);
        Assert.Equal([("a", 30m, 20m), ("b", 10m, 30m), ("b", 20m, 0m)], parts.Select(p => (p.Lot.Id.Value, p.Lot.Remaining.Units, p.Tax.Disallowed)));

        // The plan counts what the booking will.
        var planned = parts.Sum(p => p.Tax.GainPerUnit * p.Lot.Remaining.Units);
        h.Sell(Sold, 60m, 4_800m);
        Assert.Equal((-600m, -600m), (planned, h.Counted()));
    }

    [Fact]
    public void A_gain_and_a_lot_of_the_same_purchase_replace_nothing()
    {
        var h = new UsHousehold(held: ("a", new(2024, 1, 5), 30m, 2_000m));
        h.Buy(new(2026, 6, 1), 10m, 900m, lot: "new");
        Assert.Equal([("a", 0m), ("new", 0m)], Sellable(h, 80m).Select(p => (p.Lot.Id.Value, p.Tax.Disallowed)));
    }

    [Fact]
    public void A_statement_that_answers_for_a_replacement_lot_keeps_its_added_basis_and_its_earlier_start()
    {
        var h = new UsHousehold(held: ("old", new(2024, 1, 5), 10m, 1_000m));
        h.Sell(new(2026, 6, 1), 10m, 800m);
        h.Buy(new(2026, 6, 10), 12m, 984m, lot: "new");
        var booked = h.State.Lots.Values.SelectMany(l => l).Where(l => l.IsReplacement).ToArray();
        Assert.Equal((10m, 102m), (booked.Single().Remaining.Units, booked.Single().CostPerUnit.Amount));

        // The broker's statement names the same purchase otherwise, and in two fills.
        var own = AccountHistory.OwnOf(
            UsHousehold.Taxable, h.Facts.Select((f, i) => new RecordedFact(i + 1, DateTimeOffset.UnixEpoch, "test", f)), _ => new(2026, 6, 10));
        Transaction Fill(decimal units) => new Transaction.Bought(new Origin(new InstrumentId("VOO"), "", new(2026, 6, 10), "a statement", "line 2"), new Quantity(units), 82m, 0m);
        var statement = new Statement(UsHousehold.Taxable, new(2026, 6, 5), new(2026, 6, 30), StatementOwner.Unnamed, [Fill(4m), Fill(8m)], []);
        var replay = new AccountHistory(UsHousehold.Taxable, Currency.Usd, new(2026, 5, 1), own, [statement]).Replay();
        Assert.Empty(replay.Faults);
        var lots = replay.Of(new InstrumentId("VOO"));
        Assert.Equal((10m, 2m), (lots.Where(l => l.IsReplacement).Sum(l => l.Remaining.Units), lots.Where(l => !l.IsReplacement).Sum(l => l.Remaining.Units)));
        Assert.All(lots.Where(l => l.IsReplacement), l => Assert.Equal((102m, booked.Single().HeldSince), (l.CostPerUnit.Amount, l.HeldSince)));
        Assert.Equal(984m + 200m, lots.Sum(l => l.CostPerUnit.Amount * l.Remaining.Units));
    }

    private static IReadOnlyList<SellableLot> Sellable(UsHousehold h, decimal price)
    {
        var rules = h.Law.Open(h.Policy, h.State, Sold);
        var (account, instrument) = (h.Policy.Account(UsHousehold.Taxable), h.Policy.Instrument(new InstrumentId("VOO")));
        var lots = h.State.Lots[new Position(account.Id, instrument.Id)];
        var inOrder = LotOrder.Of(rules, account, instrument, lots, new SaleTerms(new UnitPrice(price, Currency.Usd), 1m, Sold));
        return [.. rules.Disallow(account.Id, instrument, inOrder)];
    }

    private static Plan Plan(UsHousehold h)
    {
        var voo = new InstrumentId("VOO");
        var policy = h.Policy with
        {
            Harvest = new HarvestPolicy(Gains: false, Losses: true),
            Instruments = [.. h.Policy.Instruments.Select(i => i.Id == voo ? i with { Replacement = new InstrumentId("VTI") } : i)],
        };
        var inputs = h.Inputs(Sold);
        return Decision.Decide(policy, h.State, inputs with
        {
            Rules = inputs.Rules with { Charges = new([new("none", Currency.Usd, [])]) },
            Read = inputs.Read with
            {
                Accounts =
                [
                    .. policy.Accounts.Select(a => new AccountReading(
                        a.Id, Money.Zero(a.Currency), Money.Zero(a.Currency),
                        [.. policy.Instruments.Select(i => new HoldingReading(i.Id, h.State.Held(a.Id, i.Id))).Where(r => !r.Quantity.IsZero)])),
                ],
                Quotes = [.. policy.Instruments.Select(i => new Quote(i.Id, new UnitPrice(80m, Currency.Usd), Sold, "market", null))],
            },
        });
    }
}
