using System.Web;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Kite;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Upstreams.Kite;
using static PerpetualRebalancing.Adapters.Tests.Kite.KiteTown;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

public sealed class KiteLoginTests
{
    [Fact]
    public async Task A_login_lasts_until_six_in_the_morning_and_then_counts_as_lapsed_without_asking()
    {
        await using var town = await OpenAsync(isLoggedIn: false);
        Assert.Contains("is not there; 'accounts login demat' makes a link", Awaiting(await town.Broker.SessionAsync(Demat, Token)), StringComparison.Ordinal);
        Assert.Empty(town.Kite.Requests);

        Assert.Equal(Ist("2026-11-21 06:00"), Assert.IsType<LoginOutcome.LoggedIn>(await town.LogInAsync()).Until);
        Assert.Equal(new SessionState.Ready(Ist("2026-11-21 06:00")), await town.Broker.SessionAsync(Demat, Token));
        town.Clock.Pass(TimeSpan.FromHours(20));
        var asked = town.Kite.Requests.Count;
        Assert.Contains("expired at 2026-11-21 00:30:00Z", Awaiting(await town.Broker.SessionAsync(Demat, Token)), StringComparison.Ordinal);
        Assert.IsType<PlacementOutcome.Waits>(await town.PlaceAsync(Buy(1, 250m)));
        Assert.Equal(asked, town.Kite.Requests.Count);

        // Before six the night's login lasts no longer than until six.
        town.Clock.Pass(TimeSpan.FromHours(23.5));
        Assert.Equal(Ist("2026-11-22 06:00"), Assert.IsType<LoginOutcome.LoggedIn>(await town.LogInAsync()).Until);
    }

    [Fact]
    public async Task A_session_that_ended_elsewhere_is_a_login_to_wait_for()
    {
        await using var town = await OpenAsync();
        town.Kite.EndSessions();
        Assert.Contains("ended before its time", Assert.IsType<PlacementOutcome.Waits>(await town.PlaceAsync(Buy(1, 250m))).Why, StringComparison.Ordinal);
        var asked = town.Kite.Requests.Count;
        Assert.IsType<SessionState.AwaitingLogin>(await town.Broker.SessionAsync(Demat, Token));
        Assert.Equal(asked, town.Kite.Requests.Count);
        Assert.IsType<LoginOutcome.LoggedIn>(await town.LogInAsync());
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy(1, 250m)));
    }

    [Fact]
    public async Task Somebody_elses_login_is_discarded_and_keeps_nothing()
    {
        await using var town = await OpenAsync(isLoggedIn: false);
        Assert.Equal(new LoginOutcome.SomebodyElse("AB1234", "ZZ9999"), await town.LogInAsync("ZZ9999"));
        Assert.Equal(0, town.Kite.Sessions);
        Assert.IsType<SessionState.AwaitingLogin>(await town.Broker.SessionAsync(Demat, Token));

        // A service that does not answer the logout changes nothing about that.
        town.Kite.Break("logout", WireFault.ResetAfterRequest, isApplied: false);
        Assert.IsType<LoginOutcome.SomebodyElse>(await town.LogInAsync("ZZ9999"));
        Assert.IsType<SessionState.AwaitingLogin>(await town.Broker.SessionAsync(Demat, Token));
    }

    [Fact]
    public async Task A_link_is_taken_once_until_it_expires_and_only_whole()
    {
        await using var town = await OpenAsync(isLoggedIn: false);
        var link = town.Login.Begin(KiteLogin.UsualLife);
        var parameters = HttpUtility.ParseQueryString(HttpUtility.ParseQueryString(link.Address.Query)["redirect_params"]!);
        Assert.Equal("https://kite.zerodha.com/connect/login", link.Address.GetLeftPart(UriPartial.Path));
        Assert.Equal(64, parameters["state"]!.Length);
        Assert.NotEqual(link.Address, town.Login.Begin(KiteLogin.UsualLife).Address);

        var address = town.Kite.LogIn(link.Address);
        foreach (var bad in new[] { "", "hello", "https://household.example/kite", address.Replace("state=", "status=", StringComparison.Ordinal), address.Replace(parameters["state"]!, new string('0', 64), StringComparison.Ordinal) })
        {
            Assert.IsType<LoginOutcome.Failed>(await town.Login.CompleteAsync(bad, Token));
        }

        Assert.IsType<LoginOutcome.LoggedIn>(await town.Login.CompleteAsync($"  {address}\n", Token));
        Assert.Contains("no login under way", Failed(await town.Login.CompleteAsync(address, Token)), StringComparison.Ordinal);

        var late = town.Kite.LogIn(town.Login.Begin(KiteLogin.UsualLife).Address);
        town.Clock.Pass(KiteLogin.UsualLife);
        Assert.Contains("has expired", Failed(await town.Login.CompleteAsync(late, Token)), StringComparison.Ordinal);
        Assert.Contains("did not succeed", Failed(await town.Login.CompleteAsync(town.Kite.LogIn(town.Login.Begin(KiteLogin.UsualLife).Address, status: "cancelled"), Token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_said_and_keeps_nothing()
    {
        await using var town = await OpenAsync(isLoggedIn: false);
        using var connection = new KiteConnection(town.Account, new KiteKeys(FakeKite.ApiKey, "wrong"), Quick(town.Kite.Root), town.Vault, town.Clock);
        var login = new KiteLogin(connection, bytes => bytes.Fill(7));
        var why = Failed(await login.CompleteAsync(town.Kite.LogIn(login.Begin(KiteLogin.UsualLife).Address), Token));
        Assert.Contains("Token is invalid or has expired", why, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", why, StringComparison.Ordinal);
        Assert.IsType<SessionState.AwaitingLogin>(await town.Broker.SessionAsync(Demat, Token));
    }

    [Fact]
    public async Task A_command_begins_a_login_that_the_service_has_and_another_user_or_key_does_not()
    {
        using var file = new StoreFile();
        await using var town = await OpenAsync(isLoggedIn: false);
        var key = RuntimeKey.Parse(new string('a', 64));
        using var command = SecretVault.Open(file.Path, Story.Household, key, town.Clock, bytes => bytes.Fill(1));
        using var service = SecretVault.Open(file.Path, Story.Household, key, town.Clock, bytes => bytes.Fill(2));
        town.Vault = command;
        town.Connect();
        Assert.IsType<LoginOutcome.LoggedIn>(await town.LogInAsync());
        town.Vault = service;
        town.Connect();
        Assert.IsType<SessionState.Ready>(await town.Broker.SessionAsync(Demat, Token));

        using var other = new KiteConnection(town.Account with { Number = "ZZ9999" }, new KiteKeys(FakeKite.ApiKey, FakeKite.ApiSecret), Quick(town.Kite.Root), service, town.Clock);
        Assert.IsType<SessionState.AwaitingLogin>(await new KiteBroker(town.Household, other, town.Calendars, town.Address).SessionAsync(Demat, Token));
        using var stranger = SecretVault.Open(file.Path, Story.Household, RuntimeKey.Parse(new string('b', 64)), town.Clock, bytes => bytes.Fill(3));
        town.Vault = stranger;
        town.Connect();
        Assert.Contains("was written under another PERPETUAL_RUNTIME_KEY", Awaiting(await town.Broker.SessionAsync(Demat, Token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_another_user_is_refused_when_it_is_used()
    {
        await using var town = await OpenAsync();
        await using var theirs = new FakeKite(town.Clock) { User = "ZZ9999" };
        await theirs.StartAsync();
        using var connection = new KiteConnection(town.Account with { Number = "ZZ9999" }, new KiteKeys(FakeKite.ApiKey, FakeKite.ApiSecret), Quick(town.Kite.Root), town.Vault, town.Clock);
        connection.Keep(town.Connection.Token is VaultReading.Found found ? found.Value : "none");
        var session = await new KiteBroker(town.Household, connection, town.Calendars, town.Address).SessionAsync(Demat, Token);
        Assert.Contains("the login is of user AB1234 and account demat is of ZZ9999", Assert.IsType<SessionState.Unusable>(session).Why, StringComparison.Ordinal);
        Assert.IsType<VaultReading.Absent>(connection.Token);
    }

    [Fact]
    public void An_account_without_a_number_or_in_dollars_is_a_fault_of_the_configuration()
    {
        var account = Written.LoadHousehold(SmallHousehold.Text).Household.Account(Demat);
        using var vault = SecretVault.InMemory(new HouseholdId("small"), TimeProvider.System);
        var e = Assert.Throws<ConfigurationException>(() => new KiteConnection(account, new KiteKeys("a", "b"), KiteConnection.Terms, vault, TimeProvider.System));
        Assert.Contains("account demat: has no number", Assert.Single(e.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", new KiteKeys("geheim", "geheim").ToString(), StringComparison.Ordinal);
    }

    private static string Awaiting(SessionState state) => Assert.IsType<SessionState.AwaitingLogin>(state).Why;

    private static string Failed(LoginOutcome outcome) => Assert.IsType<LoginOutcome.Failed>(outcome).Why;
}
