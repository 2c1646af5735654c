using System.Text.Json.Nodes;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Upstreams;
using static PerpetualRebalancing.Adapters.Tests.Ibkr.IbkrTown;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

public class IbkrOrderTests
{
    [Fact]
    public async Task An_order_is_one_limit_ticket_of_the_day_with_our_key_and_is_found_by_it()
    {
        await using var town = await StartAsync();

        var placed = Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy("PR2611ABCB1", 2m, 500.25m)));

        Assert.Equal(BrokerOrderState.Open, placed.Order.State);
        var ticket = JsonNode.Parse(town.Gateway.Requests.Single(r => r.Operation == "place").Body)!["orders"]!.AsArray().Single()!;
        Assert.Equal(
            """{"acctId":"U1234567","conid":320227571,"cOID":"PR2611ABCB1","orderType":"LMT","side":"BUY","tif":"DAY","quantity":2,"price":500.25,"outsideRTH":false}""",
            ticket.ToJsonString());
        var found = await town.FindAsync("PR2611ABCB1");
        Assert.Equal((BrokerOrderState.Open, new Quantity(2m), Ndx.Id, Side.Buy), (found!.State, found.Ordered, found.Instrument, found.Side));
        Assert.Null(await town.FindAsync("PR2611ABCB2"));
    }

    [Fact]
    public async Task Fills_have_their_day_and_settle_by_the_venues_calendar()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));
        town.Gateway.Fill("K1", 1m, 499.5m);
        Assert.Equal(BrokerOrderState.PartlyFilled, (await town.FindAsync("K1"))!.State);
        town.Gateway.Fill("K1", 1m, 499m);

        var order = await town.FindAsync("K1");

        Assert.Equal(BrokerOrderState.Filled, order!.State);
        Assert.Equal([499.5m, 499m], order.Fills.Select(f => f.Price.Amount));
        Assert.All(order.Fills, f => Assert.Equal((new DateOnly(2026, 11, 6), new DateOnly(2026, 11, 10), null), (f.TradeDate, f.SettlesOn, f.Charges)));
    }

    [Fact]
    public async Task An_order_has_not_ended_before_its_trades_are_told()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));
        town.Gateway.Fill("K1", 2m, 499m);
        town.Gateway.ListsTrades = false;

        var order = await town.FindAsync("K1");

        Assert.Equal(BrokerOrderState.PartlyFilled, order!.State);
        Assert.Contains("trades show 0", order.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_day_an_order_is_known_by_its_trades()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));
        await town.PlaceAsync(Buy("K2", 1m));
        town.Gateway.Fill("K1", 1m, 499m);
        town.Gateway.EndDay();
        town.Clock.Pass(TimeSpan.FromDays(3));
        town.Gateway.IsLoggedIn = true;
        await town.SessionAsync();
        town.Gateway.IsLoggedIn = true;

        var order = await town.FindAsync("K1");

        Assert.Equal((BrokerOrderState.Expired, new Quantity(1m)), (order!.State, order.Filled));
        Assert.Null(await town.FindAsync("K2"));
        Assert.Single(await town.Broker.OrdersAsync(Account.Id, new DateOnly(2026, 11, 6), Stop));
        Assert.Empty(await town.Broker.OrdersAsync(Account.Id, new DateOnly(2026, 11, 9), Stop));
    }

    [Fact]
    public async Task Orders_of_other_hands_are_listed_under_no_key()
    {
        await using var town = await StartAsync();
        town.Gateway.PlaceByHand(4711, 5m);
        await town.PlaceAsync(Buy("K1"));

        var orders = await town.Broker.OrdersAsync(Account.Id, new DateOnly(2026, 11, 6), Stop);

        Assert.Equal([("", "4711"), ("K1", "NDX")], orders.Select(o => (o.ClientKey, o.Instrument.Value)));
    }

    [Fact]
    public async Task A_second_order_of_a_key_is_already_placed()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));

        var again = Assert.IsType<PlacementOutcome.AlreadyPlaced>(await town.PlaceAsync(Buy("K1", 1m)));

        Assert.Equal(new Quantity(2m), again.Order.Ordered);
        Assert.Single(town.Gateway.Orders);
    }

    [Fact]
    public async Task A_key_that_is_taken_and_not_shown_is_in_doubt()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));
        town.Gateway.Break("list", WireFault.Error500);

        Assert.IsType<PlacementOutcome.InDoubt>(await town.PlaceAsync(Buy("K1")));
    }

    [Fact]
    public async Task What_it_says_no_to_is_rejected_in_its_own_words()
    {
        await using var town = await StartAsync();

        var rejected = Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("K1", 100m)));

        Assert.Contains("insufficient", rejected.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_is_inactive_was_refused_and_one_in_a_new_state_is_open()
    {
        await using var town = await StartAsync();
        town.Gateway.FirstStatus = "Inactive";
        Assert.Equal(BrokerOrderState.Rejected, Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy("K1"))).Order.State);
        Assert.Equal(BrokerOrderState.Rejected, (await town.FindAsync("K1"))!.State);

        town.Gateway.FirstStatus = "WarnState2";
        Assert.Equal(BrokerOrderState.Open, Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy("K2"))).Order.State);
    }

    [Theory]
    [InlineData(1.5, 500, "whole shares")]
    [InlineData(0, 500, "whole shares")]
    [InlineData(1, 500.001, "ticks")]
    public async Task What_the_broker_does_not_take_is_not_sent(double units, double limit, string word)
    {
        await using var town = await StartAsync();

        var rejected = Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("K1", (decimal)units, (decimal)limit)));

        Assert.Contains(word, rejected.Why, StringComparison.Ordinal);
        Assert.Equal(0, town.Asked("place"));
    }

    [Fact]
    public async Task An_instrument_without_a_contract_number_or_an_amount_of_money_is_not_sent()
    {
        await using var town = await StartAsync();

        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("K1") with { Instrument = new InstrumentId("GOLD") }));
        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("K1") with { Size = new OrderSize.Amount(new Money(5m, Currency.Usd)) }));
        Assert.Equal(0, town.Asked("place"));
    }

    [Fact]
    public async Task A_book_that_is_never_complete_is_not_believed_to_be_empty()
    {
        await using var town = await StartAsync();
        town.Gateway.NeverLists = true;

        Assert.Equal(UpstreamFault.Unreadable, (await Assert.ThrowsAsync<UpstreamException>(() => town.FindAsync("K1"))).Fault);
    }

    [Fact]
    public async Task An_open_order_is_taken_back_and_an_ended_one_is_too_late()
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));
        town.Gateway.Fill("K1", 1m, 499m);

        var cancelled = Assert.IsType<CancelOutcome.Cancelled>(await town.Broker.CancelAsync(Account.Id, "K1", Stop));
        Assert.Equal((BrokerOrderState.Cancelled, new Quantity(1m)), (cancelled.Order.State, cancelled.Order.Filled));
        Assert.IsType<CancelOutcome.TooLate>(await town.Broker.CancelAsync(Account.Id, "K1", Stop));
        Assert.IsType<CancelOutcome.NotFound>(await town.Broker.CancelAsync(Account.Id, "K2", Stop));
        Assert.Equal(1, town.Asked("cancel"));
    }

    [Theory]
    [InlineData("Filled", BrokerOrderState.Filled)]
    [InlineData("Submitted", BrokerOrderState.PartlyFilled)]
    [InlineData(null, BrokerOrderState.PartlyFilled)]
    public async Task An_order_that_left_the_list_today_is_asked_for_by_its_number(string? status, BrokerOrderState state)
    {
        await using var town = await StartAsync();
        await town.PlaceAsync(Buy("K1"));
        town.Gateway.Fill("K1", 2m, 499m);
        var id = town.Gateway.Orders[0].Id;
        town.Gateway.Canned[("GET", "/iserver/account/orders")] = (200, """{"orders":[],"snapshot":true}"""u8.ToArray());
        town.Gateway.Canned[("GET", "/order/status/")] = status is null ? (503, ""u8.ToArray()) : (200, System.Text.Encoding.UTF8.GetBytes(
            $$"""{"order_id":{{id}},"conid":{{NdxConid}},"side":"B","total_size":"{{(status == "Filled" ? 2 : 5)}}","order_status":"{{status}}"}"""));

        var order = await town.FindAsync("K1");

        Assert.Equal((state, new Quantity(2m)), (order!.State, order.Filled));
    }

    [Fact]
    public async Task Orders_and_trades_are_those_of_the_right_account_of_a_login()
    {
        await using var town = await StartAsync();
        town.Gateway.Accounts.Add("U2222222");
        town.Gateway.Selected = "U2222222";

        await town.PlaceAsync(Buy("K1"));
        town.Gateway.Fill("K1", 2m, 499m);

        Assert.Equal(BrokerOrderState.Filled, (await town.FindAsync("K1"))!.State);
        Assert.Equal("U1234567", town.Gateway.Selected);
    }
}
