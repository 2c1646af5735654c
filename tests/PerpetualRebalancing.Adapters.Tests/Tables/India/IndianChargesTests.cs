using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;
using static PerpetualRebalancing.Adapters.Tests.Tables.India.IndianTaxpayer;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>What a trade costs, in the eyes of the law: s.48 (from April 2026 s.72) deducts expenditure wholly and exclusively for the
/// transfer, and never securities transaction tax.</summary>
public sealed class IndianChargesTests
{
    [Theory]
    [InlineData("brokerage", true)]
    [InlineData("exchange", true)]
    [InlineData("SEBI", true)]
    [InlineData("GST", true)]
    [InlineData("stamp", true)]
    [InlineData("DP", true)]
    [InlineData("STT", false)]
    public void Every_charge_counts_but_securities_transaction_tax(string charge, bool counts) => Assert.Equal(counts, Law.Deducts(charge));

    [Fact]
    public void Charges_of_the_sale_reduce_the_consideration_and_its_exit_load_is_taken_once()
    {
        // 200 less 1 % load, less 0.50 of charges, against a cost of 100.
        var instrument = Instrument("in-equity", load: new ExitLoad(0.01m, 365));
        var tax = Law.Assess(Lot("2026-01-05"), instrument, Terms(200m, charges: 0.5m));
        Assert.Equal((197.5m, 100m, 97.5m), (tax.Proceeds, tax.Cost, tax.GainPerUnit));
    }

    // s.55(2)(ac): the deemed cost is at most the full value of the consideration; what the transfer cost is deducted all the same.
    [Theory]
    [InlineData(150, 0, -0.5)] // the fair value is above the price: no gain, and the charges are a loss
    [InlineData(150, 60, -0.5)]
    [InlineData(90, 60, 9.5)]
    public void Grandfathered_cost_is_held_to_the_consideration_before_charges(int fair, int cost, double gain)
    {
        var instrument = Instrument("in-equity", fairValue2018: fair);
        Assert.Equal((decimal)gain, Law.Assess(Lot("2017-01-05", cost), instrument, Terms(100m, charges: 0.5m)).GainPerUnit);
    }

    [Fact]
    public void Charges_make_a_small_gain_a_loss_of_its_term()
    {
        var tax = Law.Assess(Lot("2024-01-05", 100m), Instrument("in-equity"), Terms(100.2m, charges: 0.5m));
        Assert.Equal((IndianGain.LongLoss, -0.3m), (BucketOf(tax).Gain, tax.GainPerUnit));
    }

    [Fact]
    public void The_lines_of_a_contract_note_are_sorted_by_the_law()
    {
        var household = HouseholdFile.Load(RepositoryFolder.Config("household.json")).Household;
        var account = household.Accounts[0].Id;
        var rules = new TaxLaws([Law]).Open(household, HouseholdState.Empty, Day("2026-06-01"));
        ImmutableArray<ChargeLine> lines = [Line("brokerage", 20m), Line("STT", 100m), Line("GST", 3.6m), Line("stamp", 15m), Line(ChargeBook.ExitLoadName, 50m)];
        Assert.Equal(38.6m / 10m, TradeCharges.DeductedPerUnit(rules, account, lines, new Quantity(10m)));
        Assert.Equal(new Money(100m, Currency.Inr), TradeCharges.NotInCost(rules, account, lines));
        Assert.Null(TradeCharges.NotInCost(rules, account, [Line("stamp", 15m)]));
    }

    private static ChargeLine Line(string name, decimal amount) => new(name, new Money(amount, Currency.Inr));

    private static SaleTerms Terms(decimal price, decimal charges) => new(new UnitPrice(price, Currency.Inr), 1m, Day("2026-06-01")) { ChargesPerUnit = charges };
}
