using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using static PerpetualRebalancing.Adapters.Tests.Paper.PaperTown;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PaperBrokerTests
{
    [Fact]
    public async Task A_purchase_pays_every_charge_of_the_contract_note_to_the_paisa()
    {
        using var town = new PaperTown().Open(200_000m, 0m);

        var fill = Assert.Single(Acknowledged(await town.BuyAsync("k1", Nifty, 400m, 251m)).Fills);

        Assert.Equal(["exchange 3.07", "SEBI 0.1", "GST 0.57", "stamp 15"], Lines(fill));
        Assert.Equal(new UnitPrice(250m, Currency.Inr), fill.Price);
        Assert.Equal("k1/1", fill.FillId);
        Assert.Equal(Inr(200_000m - 100_018.74m), (await town.ReadAsync(Demat)).Settled);
    }

    [Fact]
    public async Task A_sale_pays_stt_and_one_depository_charge_a_day()
    {
        using var town = new PaperTown().Open(0m, 0m, (Nifty, "2020-01-01", 1000m));

        var first = Assert.Single(Acknowledged(await town.SellAsync("k1", Nifty, 400m, 249m)).Fills);
        var second = Assert.Single(Acknowledged(await town.SellAsync("k2", Nifty, 400m, 249m)).Fills);
        var nextDay = Assert.Single(Acknowledged(await town.At("2026-11-09 10:00").SellAsync("k3", Nifty, 200m, 249m)).Fills);

        Assert.Equal(["STT 1", "exchange 3.07", "SEBI 0.1", "GST 0.57", "DP 15.34"], Lines(first));
        Assert.Equal(["STT 1", "exchange 3.07", "SEBI 0.1", "GST 0.57"], Lines(second));
        Assert.Contains("DP 15.34", Lines(nextDay));
    }

    [Fact]
    public async Task A_fill_pays_half_the_spread_and_never_goes_beyond_the_limit()
    {
        using var town = new PaperTown().Open(1_000_000m, 0m, (Nifty, "2020-01-01", 100m)).With(Nifty, r => r with { SpreadBps = 5m });

        Assert.Equal(250.07m, Acknowledged(await town.BuyAsync("k1", Nifty, 10m, 250.07m)).Fills[0].Price.Amount);
        Assert.Equal(249.93m, Acknowledged(await town.SellAsync("k2", Nifty, 10m, 249.93m)).Fills[0].Price.Amount);
        Assert.Equal(BrokerOrderState.Open, Acknowledged(await town.BuyAsync("k3", Nifty, 10m, 250.06m)).State);
        Assert.Equal(BrokerOrderState.Open, Acknowledged(await town.SellAsync("k4", Nifty, 10m, 249.94m)).State);

        town.At("2026-11-06 15:30");
        Assert.Equal(BrokerOrderState.Expired, (await town.OrderAsync("k3")).State);
        Assert.Equal(BrokerOrderState.Expired, (await town.OrderAsync("k4")).State);
    }

    [Theory]
    [InlineData("2026-11-05 10:00", "2026-11-06", "an ordinary Thursday")]
    [InlineData("2026-11-06 10:00", "2026-11-09", "a Friday, over the weekend and its Muhurat Sunday")]
    [InlineData("2026-11-09 10:00", "2026-11-11", "a Monday, over the Tuesday of Diwali")]
    public async Task Proceeds_and_units_settle_on_the_next_settlement_day(string traded, string settled, string over)
    {
        using var town = new PaperTown().Open(100_000m, 0m, (Gold, "2020-01-01", 100m)).At(traded);
        await town.SellAsync("s", Gold, 100m, 99m);
        await town.BuyAsync("b", Nifty, 10m, 251m);
        var fill = (await town.OrderAsync("s")).Fills[0];
        Assert.Equal((Day(settled), over), (fill.SettlesOn, over));

        town.At($"{Day(settled).AddDays(-1):yyyy-MM-dd} 23:59");
        var before = await town.ReadAsync(Demat);
        town.At($"{settled} 00:00");
        var after = await town.ReadAsync(Demat);

        var proceeds = Inr(10_000m) - fill.Charges!.Value.Aggregate(Inr(0m), (sum, line) => sum + line.Amount);
        Assert.Equal(proceeds, before.Unsettled);
        Assert.Equal(before.Settled + proceeds, after.Settled);
        Assert.Equal(Inr(0m), after.Unsettled);
        Assert.Equal(10m, before.Holdings.Single(h => h.Instrument == Nifty).Quantity.Units);
    }

    [Fact]
    public async Task Proceeds_buy_nothing_before_they_settle()
    {
        using var town = new PaperTown().Open(0m, 0m, (Gold, "2020-01-01", 100m));
        await town.SellAsync("s", Gold, 100m, 99m);

        var early = Rejected(await town.BuyAsync("b1", Nifty, 10m, 251m));
        var settled = await town.At("2026-11-09 10:00").BuyAsync("b2", Nifty, 10m, 251m);

        Assert.Equal("2510.47 INR of settled cash is needed with charges, 0 INR is there", early);
        Assert.Equal(BrokerOrderState.Filled, Acknowledged(settled).State);
    }

    [Fact]
    public async Task Units_are_not_sold_before_they_settle_nor_twice()
    {
        using var town = new PaperTown().Open(100_000m, 0m).With(Nifty, r => r with { FillFraction = 0.5m });
        await town.BuyAsync("b", Nifty, 20m, 251m);

        Assert.Equal("10 settled units of NIFTY are needed, 0 are there", Rejected(await town.SellAsync("s1", Nifty, 10m, 249m)));

        town.At("2026-11-09 10:00");
        Assert.Equal(BrokerOrderState.PartlyFilled, Acknowledged(await town.SellAsync("s2", Nifty, 10m, 249m)).State);
        Assert.Equal("1 settled units of NIFTY are needed, 0 are there", Rejected(await town.SellAsync("s3", Nifty, 1m, 249m)));
    }

    [Fact]
    public async Task A_second_order_of_a_key_is_refused_and_the_first_one_shown_also_after_a_restart()
    {
        using var town = new PaperTown().Open(200_000m, 0m);
        var first = Acknowledged(await town.BuyAsync("k1", Nifty, 10m, 251m));
        var cash = (await town.ReadAsync(Demat)).Settled;

        var again = await town.BuyAsync("k1", Nifty, 10m, 251m);
        var other = await town.Restart().BuyAsync("k1", Gold, 5m, 101m);

        foreach (var outcome in new[] { again, other })
        {
            var order = Assert.IsType<PlacementOutcome.AlreadyPlaced>(outcome).Order;
            Assert.Equal((first.Instrument, 10m, "k1/1"), (order.Instrument, order.Filled.Units, Assert.Single(order.Fills).FillId));
        }

        Assert.Equal(cash, (await town.ReadAsync(Demat)).Settled);
        Assert.Equal(0m, await town.UnitsAsync(Gold));
    }

    [Fact]
    public async Task Everything_is_still_there_after_a_restart()
    {
        using var town = new PaperTown().Open(200_000m, 100m, (Gold, "2020-01-01", 100m)).With(Nifty, r => r with { FillFraction = 0.5m });
        await town.BuyAsync("k1", Nifty, 10m, 251m);
        await town.SellAsync("k2", Gold, 50m, 99m);
        await town.PlaceAsync(town.Invest("k3", 5_000m));
        var before = await PictureAsync();

        town.Restart();

        Assert.Equal(before, await PictureAsync());
        Assert.False(town.Broker.OpenWith(new(Day("2026-10-01"), [], [], [])));

        async Task<string> PictureAsync() => string.Join('\n',
            Picture(await town.ReadAsync(Demat)), Picture(await town.OrderAsync("k1")), Picture(await town.OrderAsync("k2")),
            Picture(await town.OrderAsync("k3")));
    }

    [Fact]
    public async Task A_process_killed_while_it_writes_leaves_nothing_and_after_it_wrote_everything()
    {
        using var town = new PaperTown().Open(200_000m, 0m);
        using var folder = new TemporaryFolder();
        Acknowledged(await town.BuyAsync("k1", Nifty, 10m, 251m));
        var before = Picture(await town.ReadAsync(Demat));

        // What a dead process leaves are the files as they are at that moment.
        Assert.Throws<TimeoutException>(() => town.Book.Transact<bool>(pages =>
        {
            new PaperDesk(pages, town.Terms, town.Clock.GetUtcNow()).Take(town.Ticket("k2", Side.Buy, Gold, 10m, 101m));
            foreach (var file in new[] { "", "-wal" })
            {
                File.Copy(town.BookFile + file, folder.PathTo("paper.db" + file));
            }

            throw new TimeoutException();
        }));

        using var book = PaperBook.Open(folder.PathTo("paper.db"));
        var survivor = new PaperBroker(book, town.Terms);
        Assert.Equal(before, Picture(await survivor.ReadAsync(Demat, TestContext.Current.CancellationToken)));
        Assert.NotNull(await survivor.FindAsync(Demat, "k1", TestContext.Current.CancellationToken));
        Assert.Null(await survivor.FindAsync(Demat, "k2", TestContext.Current.CancellationToken));
        Assert.Equal(before, Picture(await town.ReadAsync(Demat)));
    }

    [Fact]
    public async Task What_a_partial_fill_leaves_expires_at_the_close()
    {
        using var town = new PaperTown().Open(200_000m, 0m).With(Nifty, r => r with { FillFraction = 0.55m });

        var order = Acknowledged(await town.BuyAsync("k1", Nifty, 10m, 251m));
        Assert.Equal((BrokerOrderState.PartlyFilled, 5m), (order.State, order.Filled.Units));

        var later = await town.At("2026-11-07 10:00").OrderAsync("k1");
        Assert.Equal((BrokerOrderState.Expired, 5m), (later.State, later.Filled.Units));
        Assert.Equal("5 of 10 units were not filled when the session closed", later.Note);
    }

    [Fact]
    public async Task What_a_partial_fill_leaves_may_fill_when_the_next_session_opens()
    {
        using var town = new PaperTown().Open(200_000m, 0m)
            .With(Nifty, r => r with { FillFraction = 0.5m, Rest = PaperRest.NextSession }).At("2026-11-09 10:00");
        await town.BuyAsync("k1", Nifty, 10m, 251m);

        Assert.Equal(5m, (await town.At("2026-11-11 09:14").OrderAsync("k1")).Filled.Units);
        var order = await town.Restart().At("2026-11-13 09:15").OrderAsync("k1");

        Assert.Equal((BrokerOrderState.Filled, 10m), (order.State, order.Filled.Units));
        Assert.Equal(["k1/1", "k1/2"], order.Fills.Select(f => f.FillId));
        // Looked at days later, it still traded on the day after Diwali.
        Assert.Equal((Day("2026-11-11"), Day("2026-11-12")), (order.Fills[1].TradeDate, order.Fills[1].SettlesOn));
    }

    [Fact]
    public async Task Money_held_for_an_open_order_is_not_spent_twice_and_comes_free_when_it_is_taken_back()
    {
        using var town = new PaperTown().Open(3_000m, 0m).With(Nifty, r => r with { FillFraction = 0m });
        Acknowledged(await town.BuyAsync("k1", Nifty, 10m, 251m));

        Assert.Contains("of settled cash is needed", Rejected(await town.BuyAsync("k2", Gold, 10m, 101m)), StringComparison.Ordinal);
        Assert.Equal(Inr(3_000m), (await town.ReadAsync(Demat)).Settled);

        Assert.IsType<CancelOutcome.Cancelled>(await town.Broker.CancelAsync(Demat, "k1", TestContext.Current.CancellationToken));
        Acknowledged(await town.BuyAsync("k3", Gold, 10m, 101m));
        Assert.IsType<CancelOutcome.TooLate>(await town.Broker.CancelAsync(Demat, "k3", TestContext.Current.CancellationToken));
        Assert.IsType<CancelOutcome.NotFound>(await town.Broker.CancelAsync(Demat, "k4", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_accepted_order_may_come_to_nothing()
    {
        using var town = new PaperTown().Open(200_000m, 0m).With(Nifty, r => r with { FillFraction = 0m });

        Assert.Equal(BrokerOrderState.Open, Acknowledged(await town.BuyAsync("k1", Nifty, 10m, 251m)).State);

        var order = await town.At("2026-11-06 15:30").OrderAsync("k1");
        Assert.Equal(BrokerOrderState.Expired, order.State);
        Assert.Empty(order.Fills);
        Assert.Equal(Inr(200_000m), (await town.ReadAsync(Demat)).Settled);
    }

    [Theory]
    [InlineData("2026-11-06 09:14", "market closed: NSE opens next at 2026-11-06 09:15 +05:30")]
    [InlineData("2026-11-06 15:30", "market closed: NSE opens next at 2026-11-09 09:15 +05:30")]
    [InlineData("2026-11-10 10:00", "market closed: NSE opens next at 2026-11-11 09:15 +05:30")]
    public async Task A_closed_market_takes_no_order(string at, string why)
    {
        using var town = new PaperTown().Open(200_000m, 0m).At(at);

        Assert.Equal(why, Rejected(await town.BuyAsync("k1", Nifty, 10m, 251m)));
        Assert.Null(await town.Broker.FindAsync(Demat, "k1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_rule_refuses_an_instrument_with_its_own_words_and_nothing_else()
    {
        using var town = new PaperTown().Open(200_000m, 0m).With(Nifty, r => r with { Reject = "RMS: blocked" });

        Assert.Equal("RMS: blocked", Rejected(await town.BuyAsync("k1", Nifty, 10m, 251m)));
        Acknowledged(await town.BuyAsync("k2", Gold, 10m, 101m));
    }

    [Fact]
    public async Task Orders_that_make_no_sense_are_refused_with_what_is_wrong()
    {
        using var town = new PaperTown().Open(200_000m, 1_000m);

        Assert.Equal("demat cannot trade NDX", Rejected(await town.PlaceAsync(town.Ticket("k", Side.Buy, Ndx, 1m, 51m) with { Account = Demat })));
        Assert.Contains("only multiples of 1", Rejected(await town.BuyAsync("k", Nifty, 1.5m, 251m)), StringComparison.Ordinal);
        Assert.Contains("only multiples of 1", Rejected(await town.BuyAsync("k", Nifty, 0m, 251m)), StringComparison.Ordinal);
        Assert.Equal("an order by amount can only buy at NAV", Rejected(await town.PlaceAsync(town.Invest("k", 100m) with { Instrument = Nifty })));
        Assert.Equal("an order by amount can only buy at NAV", Rejected(await town.PlaceAsync(town.Invest("k", 100m) with { Side = Side.Sell })));
        Assert.Equal("there is no account nobody", Rejected(await town.PlaceAsync(town.Invest("k", 100m) with { Account = new AccountId("nobody") })));
    }

    [Fact]
    public async Task A_day_without_a_price_takes_no_order()
    {
        using var town = new PaperTown().Open(200_000m, 0m).At("2027-07-01 10:00");

        Assert.Contains("prices.csv: NIFTY: has prices from 2026-10-01 to 2027-06-30", Rejected(await town.BuyAsync("k1", Nifty, 1m, 251m)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_orders_of_an_account_are_listed_as_they_were_placed()
    {
        using var town = new PaperTown().Open(200_000m, 1_000m);
        await town.BuyAsync("a", Nifty, 1m, 251m);
        await town.At("2026-11-06 14:00").BuyAsync("x", Ndx, 1m, 51m);
        await town.At("2026-11-09 10:00").BuyAsync("c", Nifty, 1m, 251m);
        await town.BuyAsync("b", Gold, 1m, 101m);

        Assert.Equal(["a", "c", "b"], (await town.Broker.OrdersAsync(Demat, Day("2026-11-06"), TestContext.Current.CancellationToken)).Select(o => o.ClientKey));
        Assert.Equal(["c", "b"], (await town.Broker.OrdersAsync(Demat, Day("2026-11-07"), TestContext.Current.CancellationToken)).Select(o => o.ClientKey));
    }

    [Fact]
    public async Task London_settles_in_two_days_with_its_own_charges()
    {
        using var town = new PaperTown().Open(0m, 10_000m).At("2026-11-06 15:00");

        var fill = Assert.Single(Acknowledged(await town.BuyAsync("k1", Ndx, 100m, 51m)).Fills);

        Assert.Equal(["brokerage 4"], Lines(fill));
        Assert.Equal(Day("2026-11-10"), fill.SettlesOn);
        Assert.Equal(Usd(4_996m), (await town.ReadAsync(Global)).Settled);
    }
}
