using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Upstreams;
using static PerpetualRebalancing.Adapters.Tests.Kite.KiteTown;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

public sealed class KiteBrokerTests
{
    private const string Key = "PR2611ABCDEFGHB1";

    [Fact]
    public async Task An_order_is_a_delivery_limit_order_for_the_day_with_our_key_and_is_found_by_it()
    {
        await using var town = await OpenAsync();
        var placed = Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy(10, 250.75m)));
        Assert.Equal((Key, Nifty, Side.Buy, new Quantity(10)), (placed.Order.ClientKey, placed.Order.Instrument, placed.Order.Side, placed.Order.Ordered));
        Assert.Equal(
            "exchange=NSE order_type=LIMIT price=250.75 product=CNC quantity=10 tag=PR2611ABCDEFGHB1 tradingsymbol=NIFTYBEES transaction_type=BUY validity=DAY",
            string.Join(' ', town.Kite.LastForm.OrderBy(f => f.Key).Select(f => $"{f.Key}={f.Value}")));

        var found = await town.Broker.FindAsync(Demat, Key, Token);
        Assert.NotNull(found);
        Assert.Equal(BrokerOrderState.Filled, found.State);
        var fill = Assert.Single(found.Fills);
        Assert.Equal((new Quantity(10), new UnitPrice(250m, Currency.Inr), new DateOnly(2026, 11, 20)), (fill.Quantity, fill.Price, fill.TradeDate));
        Assert.Null(fill.Charges);

        // Tuesday 24 November 2026 is a holiday of the exchange; Friday settles on Monday.
        Assert.Equal(new DateOnly(2026, 11, 23), fill.SettlesOn);
        Assert.Equal(fill, (await town.Broker.FindAsync(Demat, Key, Token))!.Fills[0]);
        Assert.Null(await town.Broker.FindAsync(Demat, "PR2611ABCDEFGHB2", Token));
    }

    [Fact]
    public async Task The_reading_counts_what_was_traded_today_and_what_open_purchases_hold()
    {
        await using var town = await OpenAsync();
        town.Own("NIFTYBEES", 20);
        town.Kite.Demat[0].T1 = 5;
        town.Own("UNKNOWN", 7, "INE000A01011");
        town.Kite.Funds.AddRange([("INF000K01AA1", "1/2", 10.123m), ("INF000K01AA1", null, 1m), ("INF999K01ZZ9", "3", 4m)]);
        town.Kite.Collateral = 5_000m;
        var before = await town.Broker.ReadAsync(Demat, Token);
        Assert.Equal((new Money(100_000m, Currency.Inr), Money.Zero(Currency.Inr)), (before.Settled, before.Unsettled));
        Assert.Equal([new HoldingReading(Nifty, new Quantity(25)), new HoldingReading(Gilt, new Quantity(11.123m))], before.Holdings);

        // Half of a purchase is filled: 4 x 250 have left, and what the open half holds is still there.
        town.Kite.Liquidity = 4;
        await town.PlaceAsync(Buy(8, 251m));
        Assert.Equal(100_000m - 1_000m, (await town.Broker.ReadAsync(Demat, Token)).Settled.Amount);
        await town.PlaceAsync(Sell(3, 250m));
        var after = await town.Broker.ReadAsync(Demat, Token);

        // Of a sale a fifth is kept back until it settles.
        Assert.Equal((100_000m - 1_000m + 600m, 150m), (after.Settled.Amount, after.Unsettled.Amount));
        Assert.Equal(new HoldingReading(Nifty, new Quantity(25 + 4 - 3)), after.Holdings[0]);

        // The night moves them between Kite's columns, and changes nothing.
        town.Clock.Pass(TimeSpan.FromDays(3));
        await town.LogInAsync();
        var settled = await town.Broker.ReadAsync(Demat, Token);
        Assert.Equal(new HoldingReading(Nifty, new Quantity(26)), settled.Holdings[0]);
        Assert.Null(await town.Broker.FindAsync(Demat, Key, Token));
    }

    [Fact]
    public async Task An_order_ends_only_when_its_trades_are_all_shown_and_an_unknown_state_is_no_end()
    {
        await using var town = await OpenAsync();
        town.Kite.ShowsTrades = false;
        await town.PlaceAsync(Buy(2, 250m));
        var behind = await town.Broker.FindAsync(Demat, Key, Token);
        Assert.Equal(BrokerOrderState.PartlyFilled, behind!.State);
        Assert.Contains("2 units are filled and the trades show 0", behind.Note, StringComparison.Ordinal);
        town.Kite.ShowsTrades = true;
        Assert.Equal(BrokerOrderState.Filled, (await town.Broker.FindAsync(Demat, Key, Token))!.State);

        town.Kite.PlaceByHand("SOMETHING", "SELL", 3, 10m).Status = "MODIFY VALIDATION PENDING";
        var orders = await town.Broker.OrdersAsync(Demat, new DateOnly(2026, 11, 20), Token);
        Assert.Equal([(Key, "NIFTY", true), ("", "NSE:SOMETHING", false)], orders.Select(o => (o.ClientKey, o.Instrument.Value, o.IsTerminal)));
        Assert.Empty(await town.Broker.OrdersAsync(Demat, new DateOnly(2026, 11, 21), Token));
    }

    [Fact]
    public async Task Two_orders_with_one_tag_are_a_question_for_a_person()
    {
        await using var town = await OpenAsync();
        await town.PlaceAsync(Buy(2, 250m));
        town.Kite.PlaceByHand("NIFTYBEES", "BUY", 2, 250m, Key);
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Broker.FindAsync(Demat, Key, Token));
        Assert.Contains($"2 orders carry the tag {Key}", e.Message, StringComparison.Ordinal);
        Assert.IsType<CancelOutcome.InDoubt>(await town.Broker.CancelAsync(Demat, Key, Token));
    }

    [Fact]
    public async Task A_cancellation_is_told_when_the_book_shows_it()
    {
        await using var town = await OpenAsync();
        town.Kite.Liquidity = 1;
        await town.PlaceAsync(Buy(3, 250m));
        var cancelled = Assert.IsType<CancelOutcome.Cancelled>(await town.Broker.CancelAsync(Demat, Key, Token));
        Assert.Equal((BrokerOrderState.Cancelled, new Quantity(1)), (cancelled.Order.State, cancelled.Order.Filled));
        Assert.IsType<CancelOutcome.TooLate>(await town.Broker.CancelAsync(Demat, Key, Token));
        Assert.IsType<CancelOutcome.NotFound>(await town.Broker.CancelAsync(Demat, "PR2611ABCDEFGHB9", Token));

        // It was filled between our look and our asking.
        await town.PlaceAsync(Buy(3, 250m, "PR2611ABCDEFGHB2"));
        town.Kite.CancelsAtOnce = false;
        Assert.IsType<CancelOutcome.InDoubt>(await town.Broker.CancelAsync(Demat, "PR2611ABCDEFGHB2", Token));
        town.Kite.Close();
        Assert.IsType<CancelOutcome.TooLate>(await town.Broker.CancelAsync(Demat, "PR2611ABCDEFGHB2", Token));
    }

    [Fact]
    public async Task What_kite_refuses_is_known_not_to_be_placed_and_says_why()
    {
        await using var town = await OpenAsync();
        Assert.Contains("Insufficient funds", Rejected(await town.PlaceAsync(Buy(1_000, 250m))), StringComparison.Ordinal);
        town.Kite.Prices.Remove("NSE:NIFTYBEES");
        Assert.Contains("InputException", Rejected(await town.PlaceAsync(Buy(1, 250m))), StringComparison.Ordinal);
        town.Kite.IsAddressRegistered = false;
        Assert.Contains("Register the address that orders come from at developers.kite.trade", Rejected(await town.PlaceAsync(Buy(1, 250m))), StringComparison.Ordinal);
        Assert.Empty(town.Kite.Registered);
    }

    [Theory]
    [InlineData(1.5, "250", "NIFTY", "PR1", "not whole units")]
    [InlineData(1, "250.005", "NIFTY", "PR1", "no multiple of the tick")]
    [InlineData(1, "250", "NIFTY", "PR-1", "letters and digits")]
    [InlineData(1, "250", "NIFTY", "PR2611ABCDEFGHB1R2345", "letters and digits")]
    [InlineData(1, "250", "GILT", "PR1", "Kite takes no orders for fund units")]
    [InlineData(1, "250", "NDX", "PR1", "does not trade NDX")]
    public async Task What_kite_must_not_see_is_not_sent(double units, string limit, string instrument, string key, string why)
    {
        await using var town = await OpenAsync();
        Assert.Contains(why, Rejected(await town.PlaceAsync(Buy((decimal)units, decimal.Parse(limit, null), key, instrument))), StringComparison.Ordinal);
        Assert.DoesNotContain(town.Kite.Requests, r => r.Operation == "place");
    }

    [Fact]
    public async Task A_sale_that_cannot_be_delivered_is_not_sent()
    {
        await using var town = await OpenAsync();
        town.Own("NIFTYBEES", 20);
        (town.Kite.Demat[0].T1, town.Kite.Demat[0].Pledged, town.Kite.Demat[0].Used) = (10, 4, 6);
        Assert.Contains("only 10 of", Rejected(await town.PlaceAsync(Sell(11, 250m))), StringComparison.Ordinal);
        Assert.Equal(new Quantity(10), Assert.Single(await town.Broker.HoldingsAsync(Token)).Deliverable);
        Assert.DoesNotContain(town.Kite.Requests, r => r.Operation == "place");
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Sell(10, 250m)));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(null, true)]
    public async Task Without_a_standing_instruction_a_sale_waits_for_the_depository_with_a_link(string? consent, bool isSent)
    {
        // A profile that does not say leaves it to Kite, which answers 428.
        await using var town = await OpenAsync();
        town.Own("NIFTYBEES", 20);
        town.Kite.DematConsent = consent;
        if (isSent)
        {
            town.Kite.Refuse428 = true;
        }

        var waits = Assert.IsType<PlacementOutcome.Waits>(await town.PlaceAsync(Sell(5, 250m)));
        Assert.Equal("https://kite.zerodha.com/connect/portfolio/authorise/holdings/fakekey/req%2F5", waits.Link?.AbsoluteUri);
        Assert.Contains("the depository must release 5 units of NIFTY first", waits.Why, StringComparison.Ordinal);
        Assert.Equal(isSent, town.Kite.Requests.Any(r => r.Operation == "place"));
        Assert.Empty(town.Kite.Registered);

        (town.Kite.Demat[0].Authorised, town.Kite.Demat[0].AuthorisedOn, town.Kite.Refuse428) = (5, "2026-11-20 09:31:00", false);
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Sell(5, 250m)));
    }

    [Fact]
    public async Task Orders_wait_while_our_address_is_another_one_or_unknown()
    {
        await using var town = await OpenAsync();
        town.Echoes[1].Says = "198.51.100.9";
        Assert.Contains("they must agree", Waits(await town.PlaceAsync(Buy(1, 250m))), StringComparison.Ordinal);
        town.Echoes[0].Says = "198.51.100.9";
        Assert.Contains("we are seen at 198.51.100.9 and registered with 203.0.113.7", Waits(await town.PlaceAsync(Buy(1, 250m))), StringComparison.Ordinal);
        town.Echoes[0].Break("echo", WireFault.HtmlBody);
        Assert.Contains("cannot be read", Waits(await town.PlaceAsync(Buy(1, 250m))), StringComparison.Ordinal);
        town.Echoes[0].Mend("echo");
        town.Echoes[0].Says = "7";
        Assert.Contains("cannot be read", Waits(await town.PlaceAsync(Buy(1, 250m))), StringComparison.Ordinal);
        Assert.DoesNotContain(town.Kite.Requests, r => r.Operation == "place");

        (town.Echoes[0].Says, town.Echoes[1].Says) = ("::ffff:203.0.113.7", "203.0.113.7\n");
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy(1, 250m)));
        var asked = town.Echoes[0].Requests.Count;
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy(1, 250m, "PR2611ABCDEFGHB2")));
        Assert.Equal(asked, town.Echoes[0].Requests.Count);
    }

    [Fact]
    public async Task Orders_keep_far_from_the_rate_at_which_kite_turns_them_away()
    {
        await using var town = await OpenAsync();
        for (var i = 10; i < 24; i++)
        {
            Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy(1, 250m, $"PR2611ABCDEFGHB{i}")));
        }

        Assert.Equal(0, town.Kite.TurnedAway);
        Assert.Equal(14, town.Kite.Registered.Distinct().Count());
    }

    private static string Rejected(PlacementOutcome outcome) => Assert.IsType<PlacementOutcome.Rejected>(outcome).Why;

    private static string Waits(PlacementOutcome outcome) => Assert.IsType<PlacementOutcome.Waits>(outcome).Why;
}
