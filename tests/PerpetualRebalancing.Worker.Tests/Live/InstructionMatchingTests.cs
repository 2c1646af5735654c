using System.Text.Json.Nodes;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>The fund of an Indian month: a person orders it at Coin, and Kite's list of fund orders answers the instruction.</summary>
public sealed class InstructionMatchingTests
{
    [Fact]
    public async Task The_one_fund_order_that_fits_answers_the_instruction_and_is_booked_once()
    {
        await using var month = await FundMonth.StartAsync();
        var (home, work) = (month.Home, month.Work);
        var leg = Fund(work);
        var units = Math.Floor(leg.Plan.Value.Amount / 20m);
        Order(home, "1", leg.Plan.Value.Amount + leg.Plan.Charges.Amount, units, "PROCESSING");
        Order(home, "2", leg.Plan.Value.Amount * 1.5m, units * 1.5m, "COMPLETE");
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 16, 0));
        Assert.Equal(LegState.Acknowledged, Fund(work).State);

        home.Kite.FundOrders[0]!["status"] = "COMPLETE";
        home.Allot(units);
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 16, 40));
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 17, 20));
        Assert.Equal(LegState.Filled, Fund(work).State);
        Assert.Equal(5000m + units, work.State.Held(new AccountId(IndianHome.Account), leg.Plan.Instrument!).Units);
        Assert.Single(work.Desk.Store.Facts(), f => f.Fact is Fact.LegFilled { FillId: "kite-fund/1" });
        Assert.Empty(work.Alerts("instruction"));
    }

    [Fact]
    public async Task Two_orders_that_fit_are_asked_about_and_neither_is_booked()
    {
        await using var month = await FundMonth.StartAsync();
        var (home, work) = (month.Home, month.Work);
        var leg = Fund(work);
        var units = Math.Floor(leg.Plan.Value.Amount / 20m);
        Order(home, "1", leg.Plan.Value.Amount, units, "COMPLETE");
        Order(home, "2", leg.Plan.Value.Amount, units, "COMPLETE");
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 16, 0));
        Assert.Equal(LegState.Acknowledged, Fund(work).State);
        Assert.Contains("more than one could be it", Assert.Single(work.Alerts("instruction")).Text, StringComparison.Ordinal);
    }

    /// <summary>A redemption, another fund and an order from before the instruction are none of its answers.</summary>
    [Fact]
    public async Task What_only_looks_like_it_is_left_alone()
    {
        await using var month = await FundMonth.StartAsync();
        var (home, work) = (month.Home, month.Work);
        var leg = Fund(work);
        var units = Math.Floor(leg.Plan.Value.Amount / 20m);
        Order(home, "1", leg.Plan.Value.Amount, units, "COMPLETE", side: "SELL");
        Order(home, "2", leg.Plan.Value.Amount, units, "COMPLETE", isin: "INF000K01AA9");
        Order(home, "3", leg.Plan.Value.Amount, units, "COMPLETE", at: "2026-11-27 11:00:00");
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 16, 0));
        Assert.Equal(LegState.Acknowledged, Fund(work).State);
        Assert.Empty(work.Alerts("instruction"));
    }

    [Fact]
    public async Task A_statement_that_lists_the_purchase_answers_the_instruction_before_its_lots_are_taken()
    {
        await using var month = await FundMonth.StartAsync();
        var (home, work) = (month.Home, month.Work);
        home.MoveTo(IndianHome.Kolkata(2026, 12, 1, 16, 0));
        var units = Math.Floor(Fund(work).Plan.Value.Amount / 20m);
        var file = Path.Combine(home.Settings.DataFolder, "statement.csv");
        await File.WriteAllTextAsync(file, $"date,action,instrument,units,price,charges,folio\n2026-11-30,buy,midcap-fund,{units:0},20,0,12345/67\n", TestContext.Current.CancellationToken);
        var said = await home.SayAsync("lots", "import", file, "--account", IndianHome.Account);
        Assert.Contains($"{units:0} units of midcap-fund at 20 INR on 2026-11-30 are booked for leg", said, StringComparison.Ordinal);
        Assert.Contains("once the batch is closed", said, StringComparison.Ordinal);
        Assert.Equal(LegState.Filled, Fund(work).State);
        Assert.Contains("has the open batch", await home.SayAsync("lots", "import", file, "--account", IndianHome.Account), StringComparison.Ordinal);
        Assert.Equal(5000m + units, work.State.Held(new AccountId(IndianHome.Account), new InstrumentId("midcap-fund")).Units);
    }

    [Fact]
    public async Task Units_that_came_without_an_order_that_tells_of_them_are_asked_about()
    {
        await using var month = await FundMonth.StartAsync();
        var (home, work) = (month.Home, month.Work);
        home.Allot(100m);
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 16, 0));
        Assert.Equal(LegState.Acknowledged, Fund(work).State);
        Assert.Contains("holds 100 units more of midcap-fund than the ledger", Assert.Single(work.Alerts("instruction")).Text, StringComparison.Ordinal);
    }

    /// <summary>It once stayed in doubt for good, and with it everything at its account: there is no book that could clear it.</summary>
    [Fact]
    public async Task An_instruction_in_doubt_after_a_restored_backup_is_asked_about_and_can_be_answered()
    {
        await using var month = await FundMonth.StartAsync();
        var (home, work) = (month.Home, month.Work);
        var (batch, leg) = (work.State.Batches.Single().Id, Fund(work).Plan.Id);
        work.Desk.Store.Transact("service", t => t.Append(new Fact.LegMoved(batch, leg, LegState.InDoubt, null, null, null, "restored")));
        await work.StepAsync(IndianHome.Kolkata(2026, 11, 30, 11, 0));
        Assert.Equal(LegState.Acknowledged, Fund(work).State);
        Assert.Contains("may have been ordered by you before the database was restored", Assert.Single(work.Alerts("instruction")).Text, StringComparison.Ordinal);
        Assert.Contains("is given up", await home.SayAsync("orders", "failed", batch.Value, leg.Value, "--reason", "not ordered"), StringComparison.Ordinal);
    }

    private static Leg Fund(IndianWork work) => work.State.Batches.Single().Legs.Single(l => l.Plan.Instrument == new InstrumentId("midcap-fund"));

    private static void Order(IndianHome home, string id, decimal amount, decimal units, string status, string side = "BUY", string isin = "INF000K01AA0", string at = "2026-11-30 12:10:00") =>
        home.Kite.FundOrders.Add(new JsonObject
        {
            ["order_id"] = id,
            ["tradingsymbol"] = isin,
            ["status"] = status,
            ["transaction_type"] = side,
            ["amount"] = amount,
            ["quantity"] = units,
            ["average_price"] = 20m,
            ["folio"] = "12345/67",
            ["order_timestamp"] = at,
        });

    /// <summary>The household on the day of its review, which asks for units of the fund.</summary>
    private sealed class FundMonth : IAsyncDisposable
    {
        private FundMonth(IndianHome home) => (Home, Work) = (home, new IndianWork(home));

        public IndianHome Home { get; }

        public IndianWork Work { get; }

        public static async Task<FundMonth> StartAsync()
        {
            var home = new IndianHome();
            await home.OpenAsync();
            var month = new FundMonth(home);
            await month.Work.ReviewAsync();
            return month;
        }

        public async ValueTask DisposeAsync()
        {
            Work.Dispose();
            await Home.DisposeAsync();
        }
    }
}
