using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>A month at a real broker's interface: the product's own review, batches, adapters and store, a fake Alpaca on a real socket.</summary>
public sealed class AlpacaMonthTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_month_is_read_planned_placed_filled_and_reconciled()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var work = new AmericanWork(home);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await work.StepAsync();
        await work.StepAsync();
        Assert.Equal(["buy GLD", "buy VOO"], home.Alpaca.Orders.Select(o => $"{o.Side} {o.Symbol}").Order());
        Assert.All(home.Alpaca.Orders, o => Assert.StartsWith("PR2611", o.Key, StringComparison.Ordinal));
        Assert.All(home.Alpaca.Orders, o => Assert.InRange(o.Limit, o.Symbol == "VOO" ? 501m : 250.5m, o.Symbol == "VOO" ? 501.5m : 250.75m));

        home.Deal();
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 5));
        await work.StepAsync();
        home.MoveTo(AmericanHome.NewYork(2026, 12, 2, 10, 0));
        await work.StepAsync();
        Assert.Empty(work.State.Batches);
        work.AgreesWith(home);
        Assert.Empty(work.Desk.Store.Alerts());
    }

    [Theory]
    [InlineData(WireFault.ResetAfterRequest)]
    [InlineData(WireFault.Error503)]
    [InlineData(WireFault.HtmlBody)]
    public async Task An_order_whose_answer_was_lost_is_found_and_never_placed_again(WireFault fault)
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var work = new AmericanWork(home);
        home.Alpaca.Break("place", fault, isApplied: true, times: 1);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await work.StepAsync();
        await work.StepAsync();
        home.Deal();
        await work.StepAsync();
        home.MoveTo(AmericanHome.NewYork(2026, 12, 2, 10, 0));
        await work.StepAsync();
        Assert.Equal(2, home.Alpaca.Requests.Count(r => r.Operation == "place"));
        Assert.Empty(work.State.Batches);
        work.AgreesWith(home);
    }

    [Fact]
    public async Task An_order_that_got_lost_on_the_way_holds_the_account_until_the_book_is_final_and_is_then_placed()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var work = new AmericanWork(home);
        home.Alpaca.Break("place", WireFault.ResetAfterRequest, isApplied: false, times: 1);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        for (var hour = 10; hour < 16; hour++)
        {
            home.MoveTo(AmericanHome.NewYork(2026, 11, 30, hour, 30));
            await work.StepAsync();
        }

        Assert.Empty(home.Alpaca.Orders);
        Assert.Contains(work.Desk.Store.Alerts(), a => a.Kind == "InDoubt");
        for (var minute = 0; minute < 40; minute += 10)
        {
            home.MoveTo(AmericanHome.NewYork(2026, 12, 1, 10, minute));
            await work.StepAsync();
            home.Deal();
        }

        home.MoveTo(AmericanHome.NewYork(2026, 12, 3, 10, 0));
        await work.StepAsync();
        Assert.Equal(2, home.Alpaca.Orders.Count);
        Assert.Empty(work.State.Batches);
        work.AgreesWith(home);
    }

    [Fact]
    public async Task An_open_order_that_somebody_else_placed_stops_the_batch_with_a_question()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var work = new AmericanWork(home);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        using var stranger = new HttpClient { BaseAddress = home.Alpaca.Root };
        stranger.DefaultRequestHeaders.Add("APCA-API-KEY-ID", Upstreams.Alpaca.AlpacaFake.KeyId);
        stranger.DefaultRequestHeaders.Add("APCA-API-SECRET-KEY", Upstreams.Alpaca.AlpacaFake.Secret);
        using var order = new StringContent("""{"symbol":"VOO","qty":"1","side":"buy","type":"limit","time_in_force":"day","limit_price":"400","client_order_id":"byhand"}""", null, "application/json");
        Assert.True((await stranger.PostAsync(new Uri("v2/orders", UriKind.Relative), order, Stop)).IsSuccessStatusCode);
        await work.StepAsync();
        await work.StepAsync();
        Assert.Equal("byhand", Assert.Single(home.Alpaca.Orders).Key);
        Assert.Contains(work.Desk.Store.Alerts(), a => a.Kind == "foreign" && a.Text.Contains("Did you place it?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_cannot_be_read_makes_the_review_wait_and_is_told_once_a_day()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var work = new AmericanWork(home);
        home.Alpaca.AccountNumber = "PA2";
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await work.StepAsync();
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 10));
        await work.StepAsync();
        Assert.Empty(work.State.Batches);
        Assert.Contains("PA2", Assert.Single(work.Desk.Store.Alerts()).Text, StringComparison.Ordinal);
        home.Alpaca.AccountNumber = "PA1";
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 20));
        await work.StepAsync();
        Assert.NotEmpty(work.State.Batches);
    }

    [Fact]
    public async Task Reviews_again_on_the_same_day_and_after_the_batch_order_nothing_twice()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var work = new AmericanWork(home);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await work.StepAsync();
        Assert.IsType<ReviewOutcome.AlreadyDone>(await work.Caretaker.ReviewNowAsync(false, "sam", Stop));
        await work.StepAsync();
        Assert.Equal(2, home.Alpaca.Orders.Count);
        home.Deal();
        await work.StepAsync();
        home.MoveTo(AmericanHome.NewYork(2026, 12, 2, 10, 0));
        await work.StepAsync();
        for (var review = 0; review < 2; review++)
        {
            Assert.IsType<ReviewOutcome.NothingToDo>(await work.Caretaker.ReviewNowAsync(false, "sam", Stop));
        }

        await work.StepAsync();
        Assert.Equal(2, home.Alpaca.Orders.Count);
    }

    /// <summary>The first planned, and did not show life for a minute: the second has taken the role while the first still works.</summary>
    [Fact]
    public async Task Two_workers_on_one_database_place_each_order_once_and_only_the_holder_of_the_role_places()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        using var first = new AmericanWork(home);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await first.Caretaker.ReviewsDueAsync(Stop);
        Assert.Empty(home.Alpaca.Orders);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 2));
        using var second = new AmericanWork(home);
        await Task.WhenAll(first.Batches.AdvanceAsync(Stop), second.Batches.AdvanceAsync(Stop));
        await first.Batches.AdvanceAsync(Stop);

        // An order that one of them placed while the other looked may be in doubt, and hold back the next, until it is looked at again.
        await second.Batches.AdvanceAsync(Stop);
        Assert.Equal(2, home.Alpaca.Requests.Count(r => r.Operation == "place"));
        Assert.Equal(["GLD", "VOO"], home.Alpaca.Orders.Select(o => o.Symbol).Order());
        await Assert.ThrowsAsync<PlacingTakenException>(() => first.Caretaker.TickAsync(Stop));
    }

    /// <summary>The service's work on the American household, whose broker may be asked at any pace.</summary>
    private sealed class AmericanWork : Work
    {
        public AmericanWork(AmericanHome home)
            : base(home.Settings, home.Clock, home.MoveTo) => Batches = new BatchRunner(Desk, Lease);

        public BatchRunner Batches { get; }

        public async Task StepAsync()
        {
            Lease.Renew();
            await Caretaker.ReviewsDueAsync(Stop);
            await Batches.AdvanceAsync(Stop);
        }

        public void AgreesWith(AmericanHome home)
        {
            var account = new AccountId(AmericanHome.Account);
            foreach (var (symbol, units) in home.Alpaca.Positions)
            {
                Assert.Equal(units, State.Held(account, new InstrumentId(symbol)).Units);
            }

            Assert.Equal(home.Alpaca.Cash, State.Accounts[account].Cash.Amount);
        }
    }
}
