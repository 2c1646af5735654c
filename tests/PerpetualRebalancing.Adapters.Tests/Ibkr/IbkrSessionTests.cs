using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

public class IbkrSessionTests
{
    [Fact]
    public async Task A_login_without_its_brokerage_session_has_it_opened()
    {
        await using var town = await IbkrTown.StartAsync();

        Assert.False(town.Gateway.IsBrokerageOpen);
        var ready = Assert.IsType<SessionState.Ready>(await town.SessionAsync());

        Assert.True(town.Gateway.IsBrokerageOpen);
        Assert.Equal(IbkrTown.Friday.AddHours(24), ready.Until);
    }

    [Fact]
    public async Task Asking_once_a_minute_keeps_a_login_alive_all_day_and_asking_more_often_costs_nothing()
    {
        await using var town = await IbkrTown.StartAsync();
        await town.SessionAsync();
        Assert.Equal(1, town.AskedPath("/tickle"));
        await town.SessionAsync();
        await town.SessionAsync();
        Assert.Equal(1, town.AskedPath("/tickle"));

        for (var minute = 0; minute < 60; minute++)
        {
            town.Clock.Pass(TimeSpan.FromMinutes(1));
            Assert.IsType<SessionState.Ready>(await town.SessionAsync());
        }

        Assert.Equal(61, town.AskedPath("/tickle"));
        Assert.Equal(1, town.AskedPath("/ssodh/init"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_that_lapsed_is_awaited_at_the_gateways_page_and_nothing_is_sent_meanwhile(bool with401)
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.SaysNoWith401 = with401;
        await town.SessionAsync();
        town.Clock.Pass(TimeSpan.FromMinutes(7));

        var awaiting = Assert.IsType<SessionState.AwaitingLogin>(await town.SessionAsync());
        Assert.Equal(town.Gateway.Root, awaiting.Link);
        var waits = Assert.IsType<PlacementOutcome.Waits>(await town.PlaceAsync(IbkrTown.Buy("K1")));
        Assert.Equal(town.Gateway.Root, waits.Link);
        Assert.Equal(0, town.Asked("place"));
        var read = await Assert.ThrowsAsync<UpstreamException>(() => town.Broker.ReadAsync(IbkrTown.Account.Id, IbkrTown.Stop));
        Assert.Equal(UpstreamFault.SignedOut, read.Fault);

        town.Gateway.IsLoggedIn = true;
        Assert.IsType<SessionState.Ready>(await town.SessionAsync());
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(IbkrTown.Buy("K1")));
    }

    [Fact]
    public async Task A_login_that_lapses_between_two_questions_waits_and_is_asked_again()
    {
        await using var town = await IbkrTown.StartAsync();
        await town.SessionAsync();
        town.Gateway.IsLoggedIn = false;

        Assert.IsType<PlacementOutcome.Waits>(await town.PlaceAsync(IbkrTown.Buy("K1")));
        Assert.Empty(town.Gateway.Orders);
        Assert.IsType<SessionState.AwaitingLogin>(await town.SessionAsync());
    }

    [Fact]
    public async Task Who_competes_for_the_session_is_not_thrown_out()
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.IsCompeting = true;

        var awaiting = Assert.IsType<SessionState.AwaitingLogin>(await town.SessionAsync());

        Assert.Contains("same user name", awaiting.Why, StringComparison.Ordinal);
        Assert.True(town.Gateway.IsCompeting);
        Assert.Equal(0, town.AskedPath("/ssodh/init"));
        Assert.IsType<PlacementOutcome.Waits>(await town.PlaceAsync(IbkrTown.Buy("K1")));
    }

    [Fact]
    public async Task A_login_that_lapsed_during_maintenance_is_not_asked_for()
    {
        await using var town = await IbkrTown.StartAsync();
        await town.SessionAsync();

        // Sunday, one in the morning in London: Saturday evening in New York.
        town.Clock.Pass(TimeSpan.FromHours(34));
        town.Gateway.IsLoggedIn = false;

        var unusable = Assert.IsType<SessionState.Unusable>(await town.SessionAsync());
        Assert.Contains("Saturday", unusable.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_account_than_the_configured_one_is_refused()
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.Accounts[0] = "U7654321";

        var unusable = Assert.IsType<SessionState.Unusable>(await town.SessionAsync());
        Assert.Contains("U7654321", unusable.Why, StringComparison.Ordinal);
        Assert.Contains("U1234567", Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(IbkrTown.Buy("K1"))).Why, StringComparison.Ordinal);
        Assert.Equal(UpstreamFault.Refused, (await Assert.ThrowsAsync<UpstreamException>(() => town.Broker.ReadAsync(IbkrTown.Account.Id, IbkrTown.Stop))).Fault);
        Assert.Equal(0, town.Asked("place"));
    }

    [Fact]
    public async Task An_account_without_a_number_is_refused_at_the_start()
    {
        await using var town = await IbkrTown.StartAsync();

        var thrown = Assert.Throws<Adapters.Configuration.ConfigurationException>(
            () => new IbkrBroker(IbkrTown.Household, IbkrTown.Account with { Number = null }, town.Session, IbkrTown.Calendars));

        Assert.Contains("number", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_does_not_run_says_how_to_start_it_and_nothing_is_placed()
    {
        var clock = new ManualTime(IbkrTown.Friday);
        using var session = new IbkrSession(IbkrTown.Terms(new Uri(FakeUpstream.ClosedRoot, "v1/api/")), IbkrTown.Quick, clock);
        var broker = new IbkrBroker(IbkrTown.Household, IbkrTown.Account, session, IbkrTown.Calendars);

        var state = Assert.IsType<SessionState.Unusable>(await broker.SessionAsync(IbkrTown.Account.Id, IbkrTown.Stop));

        Assert.Contains("start the Client Portal gateway", state.Why, StringComparison.Ordinal);
        Assert.Contains("start the Client Portal gateway", Assert.IsType<PlacementOutcome.Rejected>(await broker.PlaceAsync(IbkrTown.Buy("K1"), IbkrTown.Stop)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_pinned_certificate_is_accepted()
    {
        var clock = new ManualTime(IbkrTown.Friday);
        await using var gateway = IbkrTown.Fake(clock);
        await gateway.StartAsync(tls: true);
        var hash = string.Join(':', gateway.CertificateHash!.Chunk(2).Select(c => new string(c)));

        using var pinned = new IbkrSession(gateway.Gateway, hash, clock);
        Assert.IsType<SessionState.Ready>(await pinned.SessionAsync(IbkrTown.Stop));
        foreach (var wrong in new[] { null, new string('0', 64) })
        {
            var before = gateway.Requests.Count;
            using var session = new IbkrSession(gateway.Gateway, wrong, clock);
            Assert.Contains("certificateSha256", Assert.IsType<SessionState.Unusable>(await session.SessionAsync(IbkrTown.Stop)).Why, StringComparison.Ordinal);
            Assert.Equal(before, gateway.Requests.Count);
        }

        Assert.Throws<ArgumentException>(() => new IbkrSession(gateway.Gateway, "abc", clock));
    }

    [Fact]
    public async Task Who_is_told_that_it_asks_too_often_is_silent_for_ten_minutes()
    {
        await using var town = await IbkrTown.StartAsync();
        await town.SessionAsync();
        town.Gateway.TurnsAwayAfter = 0;

        var thrown = await Assert.ThrowsAsync<UpstreamException>(() => town.FindAsync("K1"));
        Assert.Equal(UpstreamFault.Throttled, thrown.Fault);
        var asked = town.Gateway.Requests.Count;
        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(IbkrTown.Buy("K1")));
        town.Clock.Pass(TimeSpan.FromMinutes(9));
        Assert.Contains("locked out", Assert.IsType<SessionState.Unusable>(await town.SessionAsync()).Why, StringComparison.Ordinal);
        Assert.Equal(asked, town.Gateway.Requests.Count);

        // So long a silence costs the login.
        town.Clock.Pass(TimeSpan.FromMinutes(2));
        town.Gateway.TurnsAwayAfter = null;
        Assert.IsType<SessionState.AwaitingLogin>(await town.SessionAsync());
        Assert.Equal(0, town.Gateway.Insisted);
    }
}
