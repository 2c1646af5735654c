using System.Text.Json.Nodes;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Statements;

namespace PerpetualRebalancing.Worker.Tests.Months;

/// <summary>A household in the United States lives a month on the paper broker: too many shares, and an IRA that bought the same index
/// five weeks before the year's middle.</summary>
public class UnitedStatesTests
{
    private static readonly MemberId Ann = new("ann");

    [Fact]
    public async Task A_sale_at_a_loss_near_a_purchase_of_the_ira_is_asked_about_booked_and_partly_lost_for_good()
    {
        using var life = new Life(Household(), "2026-06-15T06:00:00+05:30");
        await life.GoToAsync(life.DueAt(life.Slot));
        var asked = Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot)).Judged;

        // The highest cost is sold first: the loss of 2024's lot. Ten units of it are replaced by the IRA's; what is left of the loss reduces
        // other income by 3,000, taxed at 22 % on a joint return.
        var sale = Assert.Single(asked.Plan.Legs, l => l.IsSale);
        Assert.Equal(("VOO", "ann"), (sale.Instrument!.Value, sale.Account.Value));
        Assert.All(sale.Lots, l => Assert.Equal((new DateOnly(2024, 6, 3), true), (l.Acquired, l.Gain.IsNegative)));
        Assert.Equal(-660m, sale.Tax.Amount);
        Assert.Contains(asked.Plan.Assumptions, a => a.Contains("one index", StringComparison.Ordinal));
        var question = Assert.IsType<Verdict.NeedsApproval>(asked.Judgement.Verdicts.Single(v => v.Gate == "wash sale").Verdict);
        Assert.Contains("10 units of IVV of 2026-06-10", question.Why, StringComparison.Ordinal);

        await life.ApproveAsync(asked.Code);
        await life.FinishAsync();
        var fill = Assert.Single(life.Facts.OfType<Fact.LegFilled>(), f => f.Side == Side.Sell);
        var wash = Assert.Single(life.Facts.OfType<Fact.WashSale>());
        var lossPerUnit = -fill.Lots.Sum(l => l.Gain.Amount) / fill.Quantity.Units;
        Assert.Equal((10m, 0m), (wash.Quantity.Units, wash.AddedCost.Amount));
        Assert.Equal(lossPerUnit * 10m, wash.Disallowed.Amount, 9);
        Assert.True(life.State.Lots[wash.Replacement].Single().IsReplacement);

        // What is left of the loss saves tax on other income only, so nothing is due and nothing was set aside.
        var law = life.Desk.ReadRules().Books.Tax;
        Assert.Equal(0m, law.Liability(life.Desk.Policy, life.State, Ann, fill.TradeDate).Amount);
        Assert.Equal(0m, life.State.TaxDue[Ann].Amount);
        var open = Assert.Single(life.State.OpenLosses);
        Assert.Equal(fill.Quantity.Units - 10m, open.Quantity.Units);

        // A statement tells of five more units in the IRA: their part of the loss is gone the moment it is imported.
        using var folder = new TemporaryFolder();
        var file = folder.Write("ira.csv", FormattableString.Invariant($"date,action,instrument,units,price\n{fill.TradeDate:yyyy-MM-dd},buy,IVV,5,600\n"));
        new StatementBook(life.Desk).Import(new ImportRequest(file, life.Desk.Policy.Account(new AccountId("ann-ira")), null, null), isDryRun: false, "ann");
        var later = life.Facts.OfType<Fact.WashSale>().Last();
        Assert.Equal((5m, 0m, "ann-ira"), (later.Quantity.Units, later.AddedCost.Amount, later.Replacement.Account.Value));
        Assert.Equal(fill.Quantity.Units - 15m, Assert.Single(life.State.OpenLosses).Quantity.Units);

        // Nothing is matched twice.
        new StatementBook(life.Desk).Import(new ImportRequest(file, life.Desk.Policy.Account(new AccountId("ann-ira")), null, null), isDryRun: false, "ann");
        Assert.Equal(2, life.Facts.OfType<Fact.WashSale>().Count());
    }

    [Fact]
    public async Task The_ira_is_sold_first_without_tax_and_a_gain_sets_its_tax_aside_on_the_same_day()
    {
        using var life = new Life(Household(lots: "fifo"), "2026-06-15T06:00:00+05:30");
        await life.MonthAsync();
        await life.FinishAsync();
        var sales = life.Facts.OfType<Fact.LegFilled>().Where(f => f.Side == Side.Sell).ToArray();
        Assert.Equal(["ann-ira", "ann"], sales.Select(f => f.Account.Value));
        Assert.Equal(0m, sales[0].Tax.Amount);
        var fill = sales[1];

        // Long-term gain of 2020's lot on top of 120,000: 15 %, no net investment income tax below 250,000, and 5 % for the state.
        Assert.Equal(Math.Round(fill.Lots.Sum(l => l.Gain.Amount) * 0.20m, 2, MidpointRounding.AwayFromZero), fill.Tax.Amount);
        Assert.Equal(fill.Tax, life.State.TaxDue[Ann]);
        Assert.Equal(fill.Tax, life.State.Accounts[new AccountId("ann")].Tax);
    }

    private static HouseholdFiles Household(string lots = "highestCost")
    {
        var files = new HouseholdFiles().Household(h => Replace(h, Policy(lots))).Opening(o => Replace(o, Opening)).NoPrices()
            .Rules(r => r["instruments"] = new JsonObject());
        foreach (var (instrument, price) in new[] { ("VOO", 600m), ("IVV", 602m), ("AGG", 100m) })
        {
            files.Price(new(2026, 5, 29), instrument, price).Price(new(2027, 5, 31), instrument, price);
        }

        return files;
    }

    private static void Replace(JsonObject whole, string by)
    {
        whole.Clear();
        foreach (var (key, value) in JsonNode.Parse(by)!.AsObject().ToArray())
        {
            whole[key] = value?.DeepClone();
        }
    }

    private static string Policy(string lots) => $$"""
        {
          "household": { "id": "us", "name": "Ann", "currency": "USD", "phase": "accumulation" },
          "members": [{ "id": "ann", "name": "Ann", "tax": { "law": "us", "filing": "marriedJointly", "statePercent": 5, "otherIncome": 120000, "lots": "{{lots}}" } }],
          "accounts": [
            { "id": "ann", "member": "ann", "broker": "paper", "currency": "USD", "mode": "paper" },
            { "id": "ann-ira", "member": "ann", "broker": "paper", "currency": "USD", "mode": "paper", "registration": "retirement" }
          ],
          "classes": [
            { "id": "stocks", "name": "Stocks", "broad": "domesticEquity", "target": 60 },
            { "id": "bonds", "name": "Bonds", "broad": "debt", "target": 40 }
          ],
          "instruments": [
            { "id": "VOO", "name": "S&P 500 ETF", "class": "stocks", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-equity", "charges": "us-stock-alpaca", "index": "S&P 500", "accounts": ["ann"] },
            { "id": "IVV", "name": "Another S&P 500 ETF", "class": "stocks", "tag": "hold", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-equity", "charges": "us-stock-alpaca", "index": "S&P 500", "accounts": ["ann-ira"] },
            { "id": "AGG", "name": "Bond ETF", "class": "bonds", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-debt", "charges": "us-stock-alpaca", "accounts": ["ann", "ann-ira"] }
          ],
          "fundingRoutes": [],
          "income": [],
          "expenses": { "monthly": 5000, "essentialMonthly": 3000, "paidFrom": "ann" },
          "reserve": { "emergencyMonths": 12, "retirementMonths": 36, "floorMonths": 12, "refillMonths": 6, "openingCash": [{ "account": "ann", "amount": 36000 }] },
          "buy": { "surplus": "carry", "maximumFixedCostPercent": 1.5 },
          "sell": { "maximumDrift": 10, "minimumDrift": 5, "months": 6, "longTermOnly": true, "incomplete": "end" },
          "schedule": { "venue": "NYSE", "at": "10:00", "timeZone": "America/New_York", "graceDays": 3 },
          "approval": { "rule": "automatic", "tolerancePercent": 2, "expiresAfterDays": 3, "batchDays": 15 },
          "limits": {
            "maximumOrder": 250000, "maximumTurnoverPercent": 15, "maximumDailyValue": 500000, "maximumDailyOrders": 40, "priceCollarPercent": 3,
            "slippagePercent": 0.3, "stalePriceDays": 1, "staleNavDays": 3, "staleFxDays": 4, "implausibleDrift": 50, "implausibleQuantityPercent": 0.1
          }
        }
        """;

    private const string Opening = """
        {
          "asOf": "2026-06-12",
          "cash": [{ "account": "ann", "amount": 36500 }, { "account": "ann-ira", "amount": 20 }],
          "holdings": [
            { "account": "ann", "instrument": "VOO", "lots": [
              { "acquired": "2020-03-02", "units": 600, "costPerUnit": 250 }, { "acquired": "2024-06-03", "units": 400, "costPerUnit": 650 }] },
            { "account": "ann-ira", "instrument": "IVV", "lots": [{ "acquired": "2026-06-10", "units": 10, "costPerUnit": 601 }] },
            { "account": "ann", "instrument": "AGG", "lots": [{ "acquired": "2021-03-01", "units": 2000, "costPerUnit": 99 }] }
          ]
        }
        """;
}
