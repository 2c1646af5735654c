using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Upstreams.Alpaca;
using static PerpetualRebalancing.Adapters.Tests.Alpaca.AlpacaTown;

namespace PerpetualRebalancing.Adapters.Tests.Alpaca;

/// <summary>What the adapter makes of Alpaca's contract, against a service that keeps a book.</summary>
public class AlpacaBrokerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_is_a_limit_order_of_the_day_with_our_key()
    {
        await using var town = await StartAsync();

        var order = Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy("PR2611A", 2.125m, 500.25m))).Order;

        Assert.Equal(("PR2611A", Voo.Id, Side.Buy, BrokerOrderState.Open, 2.125m), (order.ClientKey, order.Instrument, order.Side, order.State, order.Ordered.Units));
        var request = Assert.Single(town.Service.Requests, r => r.Operation == "place");
        Assert.Equal(
            """{"symbol":"VOO","qty":"2.125","side":"buy","type":"limit","time_in_force":"day","limit_price":"500.25","client_order_id":"PR2611A"}""", request.Body);
    }

    [Fact]
    public async Task A_second_order_of_a_key_is_the_first_one()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("PR2611A", 2m, 500m));
        town.Service.Fill("PR2611A", 0.5m, 499m);

        var already = Assert.IsType<PlacementOutcome.AlreadyPlaced>(await town.PlaceAsync(Buy("PR2611A", 7m, 400m))).Order;

        Assert.Equal((2m, 0.5m, BrokerOrderState.PartlyFilled), (already.Ordered.Units, already.Filled.Units, already.State));
        Assert.Single(town.Service.Orders);
    }

    [Fact]
    public async Task Fills_have_their_day_and_settle_on_the_next_session()
    {
        await using var town = await StartAsync();
        town.Service.Holidays.Add(new DateOnly(2026, 11, 9));
        await town.PlaceAsync(Buy("PR2611A", 2m, 500m));
        town.Service.Fill("PR2611A", 0.5m, 499m);
        town.Clock.Pass(TimeSpan.FromHours(4));
        town.Service.Fill("PR2611A", 1.5m, 499.5m);

        var order = await town.FindAsync("PR2611A");

        Assert.Equal(BrokerOrderState.Filled, order!.State);
        var (friday, tuesday) = (new DateOnly(2026, 11, 6), new DateOnly(2026, 11, 10));
        Assert.Equal([(0.5m, 499m, friday, tuesday), (1.5m, 499.5m, friday, tuesday)], order.Fills.Select(f => (f.Quantity.Units, f.Price.Amount, f.TradeDate, f.SettlesOn)));
        Assert.All(order.Fills, f => Assert.Null(f.Charges));
        Assert.Equal(order.Fills.Select(f => f.FillId), (await town.FindAsync("PR2611A"))!.Fills.Select(f => f.FillId));
    }

    [Fact]
    public async Task An_order_has_not_ended_before_its_fills_are_listed()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("PR2611A", 2m, 500m));
        town.Service.ListsFills = false;
        town.Service.Fill("PR2611A", 2m, 499m);

        var early = await town.FindAsync("PR2611A");
        town.Service.ListsFills = true;
        var late = await town.FindAsync("PR2611A");

        Assert.Equal((BrokerOrderState.PartlyFilled, 0m), (early!.State, early.Filled.Units));
        Assert.Equal((BrokerOrderState.Filled, 2m), (late!.State, late.Filled.Units));
    }

    [Fact]
    public async Task What_a_sale_brings_is_not_settled_until_the_next_session()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Ticket("PR2611A", Side.Sell, Voo, 2m, 500m));
        town.Service.Fill("PR2611A", 2m, 501m);

        var friday = await town.Connected.ReadAsync(Account.Id, Stop);
        town.Clock.Pass(TimeSpan.FromDays(3));
        var monday = await town.Connected.ReadAsync(Account.Id, Stop);

        Assert.Equal((10_000m, 1_002m), (friday.Settled.Amount, friday.Unsettled.Amount));
        Assert.Equal((11_002m, 0m), (monday.Settled.Amount, monday.Unsettled.Amount));
        Assert.Equal([(Voo.Id, 1.5m)], monday.Holdings.Select(h => (h.Instrument, h.Quantity.Units)));
    }

    [Fact]
    public async Task Cash_held_for_an_open_purchase_is_still_there()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("PR2611A", 2m, 500m));

        Assert.Equal(10_000m, (await town.Connected.ReadAsync(Account.Id, Stop)).Settled.Amount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_order_is_taken_back_when_the_book_says_so(bool slowly)
    {
        await using var town = await StartAsync();
        town.Service.CancelsSlowly = slowly;
        await town.PlaceAsync(Buy("PR2611A", 2m, 500m));
        town.Service.Fill("PR2611A", 0.5m, 499m);

        var outcome = await town.Connected.CancelAsync(Account.Id, "PR2611A", Stop);

        if (slowly)
        {
            Assert.IsType<CancelOutcome.InDoubt>(outcome);
            town.Service.FinishCancels();
            Assert.Equal(BrokerOrderState.Cancelled, (await town.FindAsync("PR2611A"))!.State);
        }
        else
        {
            Assert.Equal(0.5m, Assert.IsType<CancelOutcome.Cancelled>(outcome).Order.Filled.Units);
        }
    }

    [Fact]
    public async Task An_order_that_ended_cannot_be_taken_back_and_one_that_never_was_is_not_found()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("PR2611A", 2m, 500m));
        town.Service.Fill("PR2611A", 2m, 499m);

        Assert.IsType<CancelOutcome.TooLate>(await town.Connected.CancelAsync(Account.Id, "PR2611A", Stop));
        Assert.IsType<CancelOutcome.NotFound>(await town.Connected.CancelAsync(Account.Id, "PR2611B", Stop));
        Assert.Null(await town.FindAsync("PR2611B"));
    }

    [Theory]
    [InlineData("buy", 100, 500, "insufficient buying power")]
    [InlineData("sell", 4, 500, "insufficient qty")]
    [InlineData("buy", 0.0005, 500, "unit step")]
    [InlineData("buy", 1, 500.005, "whole ticks")]
    public async Task What_cannot_be_ordered_is_rejected_with_its_reason(string side, decimal units, decimal limit, string reason)
    {
        await using var town = await StartAsync();

        var outcome = await town.PlaceAsync(Ticket("PR2611A", side == "buy" ? Side.Buy : Side.Sell, Voo, units, limit));

        Assert.Contains(reason, Assert.IsType<PlacementOutcome.Rejected>(outcome).Why, StringComparison.Ordinal);
        Assert.Empty(town.Service.Orders);
    }

    [Fact]
    public async Task What_is_not_traded_or_not_in_parts_is_not_sent()
    {
        await using var town = await StartAsync();
        town.Service.Assets.Remove("VOO", out _);

        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("PR2611A", 1m, 500m)));
        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(new OrderTicket("PR2611B", Account.Id, Voo.Id, Side.Buy, new OrderSize.Amount(new Money(50m, Currency.Usd)))));
        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(new OrderTicket("PR2611C", Account.Id, new InstrumentId("NIFTY"), Side.Buy, Buy("x", 1m, 1m).Size)));
        Assert.DoesNotContain(town.Service.Requests, r => r.Operation == "place");
    }

    [Fact]
    public async Task Keys_of_another_host_are_named_as_such_and_place_nothing()
    {
        await using var town = await StartAsync();
        using var upstream = new Upstream(AlpacaHosts.Live(AlpacaTown.Roots(town.Service.Root)), town.Clock);
        using var broker = new AlpacaBroker(Household, Account, upstream, "PKOTHER", "other", town.Clock);

        var session = Assert.IsType<SessionState.Unusable>(await broker.SessionAsync(Account.Id, Stop));
        var waits = Assert.IsType<PlacementOutcome.Waits>(await broker.PlaceAsync(Buy("PR2611A", 1m, 500m), Stop));
        var read = await Assert.ThrowsAsync<UpstreamException>(() => broker.ReadAsync(Account.Id, Stop));

        Assert.Equal(UpstreamFault.SignedOut, read.Fault);
        Assert.All(new[] { session.Why, waits.Why, read.Message }, m => Assert.Contains("The live host, the paper host and each account have keys of their own", m, StringComparison.Ordinal));
        Assert.All(new[] { session.Why, waits.Why, read.Message }, m => Assert.DoesNotContain("PKOTHER", m, StringComparison.Ordinal));
        Assert.Empty(town.Service.Orders);
    }

    [Fact]
    public async Task Another_account_or_currency_than_the_household_says_is_refused()
    {
        await using var town = await StartAsync();
        town.Service.AccountNumber = "PA2";
        var number = await Assert.ThrowsAsync<UpstreamException>(() => town.Connected.ReadAsync(Account.Id, Stop));
        Assert.Contains("PA2", Assert.IsType<SessionState.Unusable>(await town.Connected.SessionAsync(Account.Id, Stop)).Why, StringComparison.Ordinal);
        (town.Service.AccountNumber, town.Service.Currency) = ("PA1", "GBP");
        var currency = await Assert.ThrowsAsync<UpstreamException>(() => town.Connected.ReadAsync(Account.Id, Stop));

        Assert.Equal((UpstreamFault.Refused, UpstreamFault.Refused), (number.Fault, currency.Fault));
    }

    [Fact]
    public async Task A_blocked_or_unknown_account_is_unusable_and_says_why()
    {
        await using var town = await StartAsync();
        Assert.IsType<SessionState.Ready>(await town.Connected.SessionAsync(Account.Id, Stop));

        town.Service.IsTradingBlocked = true;
        Assert.Contains("blocked", Assert.IsType<SessionState.Unusable>(await town.Connected.SessionAsync(Account.Id, Stop)).Why, StringComparison.Ordinal);
        (town.Service.IsTradingBlocked, town.Service.Status) = (false, "ACCOUNT_CLOSED");
        Assert.Contains("ACCOUNT_CLOSED", Assert.IsType<SessionState.Unusable>(await town.Connected.SessionAsync(Account.Id, Stop)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_position_in_a_known_instrument_is_refused()
    {
        await using var town = await StartAsync();
        town.Service.Positions["VOO"] = -1m;

        Assert.Equal(UpstreamFault.Refused, (await Assert.ThrowsAsync<UpstreamException>(() => town.Connected.ReadAsync(Account.Id, Stop))).Fault);
    }

    [Fact]
    public async Task The_book_shows_everybodys_orders_of_the_day_page_by_page()
    {
        await using var town = await StartAsync();
        town.Service.Assets["TSLA"] = true;
        for (var i = 0; i < 3; i++)
        {
            await town.PlaceAsync(Buy($"PR2611{i}", 1m, 5m));
            town.Clock.Pass(TimeSpan.FromHours(8));
        }

        var all = await town.Connected.OrdersAsync(Account.Id, new DateOnly(2026, 11, 6), Stop);
        var later = await town.Connected.OrdersAsync(Account.Id, new DateOnly(2026, 11, 7), Stop);

        Assert.Equal(["PR26110", "PR26111", "PR26112"], all.Select(o => o.ClientKey));
        Assert.Equal(["PR26112"], later.Select(o => o.ClientKey));
    }

    [Theory]
    [InlineData("{\"status\":\"on_the_moon\"}", BrokerOrderState.Open)]
    [InlineData("{\"status\":\"pending_cancel\"}", BrokerOrderState.Open)]
    [InlineData("{\"status\":\"done_for_day\"}", BrokerOrderState.Open)]
    [InlineData("{\"status\":\"canceled\"}", BrokerOrderState.Cancelled)]
    [InlineData("{\"status\":\"replaced\"}", BrokerOrderState.Cancelled)]
    [InlineData("{\"status\":\"expired\"}", BrokerOrderState.Expired)]
    [InlineData("{\"status\":\"rejected\"}", BrokerOrderState.Rejected)]
    public async Task Only_the_states_that_are_known_to_be_the_end_are_the_end(string change, BrokerOrderState state)
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("PR2611A", 1m, 500m));
        town.Service.Orders[0].Status = change.Split('"')[3];

        Assert.Equal(state, (await town.FindAsync("PR2611A"))!.State);
    }

    [Fact]
    public async Task A_sheet_of_clock_days_and_assets_reads_as_the_contract_has_it()
    {
        await using var town = await StartAsync();
        using var upstream = new Upstream(AlpacaHosts.Paper(AlpacaTown.Roots(town.Service.Root)), town.Clock);
        using var api = new AlpacaApi(upstream, AlpacaFake.KeyId, AlpacaFake.Secret, AlpacaApi.Permitted());

        Assert.True((await api.ClockAsync(Stop)).IsOpen);
        Assert.Equal("09:30", (await api.CalendarAsync(new DateOnly(2026, 11, 6), new DateOnly(2026, 11, 9), Stop))[0].Open);
        Assert.False((await api.AssetAsync("GLD", Stop)).Fractionable);
    }
}
