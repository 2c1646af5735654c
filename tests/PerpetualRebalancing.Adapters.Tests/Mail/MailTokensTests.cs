using System.Collections.Immutable;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Logins by OAuth: at a stand-in that renews tokens, and at real mail servers that accept only the newest one.</summary>
public sealed class MailTokensTests(Post post) : IClassFixture<Post>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_renewed_before_it_expires_and_used_until_then()
    {
        var clock = new Clock();
        await using var login = await LoginAsync();
        using var tokens = Tokens(login, SecretVault.InMemory(new HouseholdId("home"), clock), clock);
        Assert.Equal("access-1", await tokens.AccessAsync(Stop));
        clock.Now += TimeSpan.FromMinutes(54);
        Assert.Equal("access-1", await tokens.AccessAsync(Stop));
        clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal("access-2", await tokens.AccessAsync(Stop));
        Assert.Equal(2, login.Requests.Count);
    }

    [Fact]
    public async Task Real_servers_take_the_token_for_sending_and_one_that_ended_early_is_renewed_once()
    {
        await using var login = await LoginAsync();
        login.Issued = token => post.Town.AcceptToken(MailTown.Worker, token);
        using var tokens = Tokens(login);
        var sender = new SmtpSender(Configured(login), MailSecrets.None, tokens);
        Assert.Equal(new SendOutcome.Sent(), await sender.SendAsync(post.Message(MailTown.Approver), Stop));
        post.Town.AcceptToken(MailTown.Worker, "another");
        Assert.Equal(new SendOutcome.Sent(), await sender.SendAsync(post.Message(MailTown.Approver), Stop));
        Assert.Equal(2, login.Requests.Count);
        login.Issued = null;
        post.Town.AcceptToken(MailTown.Worker, "another");
        Assert.Contains("535", Assert.IsType<SendOutcome.LoginNeeded>(await sender.SendAsync(post.Message(MailTown.Approver), Stop)).Why);
        Assert.Equal(3, login.Requests.Count);
    }

    [Fact]
    public async Task Invalid_grant_needs_a_login_and_is_not_asked_again()
    {
        await using var login = await LoginAsync();
        login.Revoke();
        using var tokens = Tokens(login);
        var sender = new SmtpSender(Configured(login), MailSecrets.None, tokens);
        var why = Assert.IsType<SendOutcome.LoginNeeded>(await sender.SendAsync(post.Message(MailTown.Approver), Stop)).Why;
        Assert.Contains("invalid_grant", why);
        Assert.Contains("PERPETUAL_MAIL_REFRESH_TOKEN", why);
        Assert.DoesNotContain("refresh-1", why);
        Assert.IsType<SendOutcome.LoginNeeded>(await sender.SendAsync(post.Message(MailTown.Approver), Stop));
        Assert.Single(login.Requests);
    }

    [Fact]
    public async Task A_refresh_token_that_is_exchanged_outlives_the_process()
    {
        using var folder = new TemporaryFolder();
        await using var login = await LoginAsync();
        login.Exchanges = true;
        using (var vault = Vault(folder))
        using (var tokens = Tokens(login, vault))
        {
            Assert.Equal("access-1", await tokens.AccessAsync(Stop));
        }

        using (var vault = Vault(folder))
        using (var tokens = Tokens(login, vault))
        {
            Assert.Equal("access-2", await tokens.AccessAsync(Stop));
        }

        // A person who logs in again gives another first token: the exchanged one is not used then.
        using (var vault = Vault(folder))
        using (var tokens = Tokens(login, vault, "given-later"))
        {
            await Assert.ThrowsAsync<MailFaultException>(() => tokens.AccessAsync(Stop));
        }

        Assert.EndsWith("refresh_token=given-later&client_id=perpetual&client_secret=oauth+secret", login.Requests[^1].Body);
    }

    [Theory]
    [InlineData(WireFault.Error500)]
    [InlineData(WireFault.HtmlBody)]
    [InlineData(WireFault.EmptyBody)]
    [InlineData(WireFault.TruncatedJson)]
    [InlineData(WireFault.WrongTypes)]
    [InlineData(WireFault.Nulls)]
    [InlineData(WireFault.ResetAfterRequest)]
    [InlineData(WireFault.Throttled)]
    public async Task A_renewal_that_fails_is_for_later_and_never_repeated_by_itself(WireFault fault)
    {
        await using var login = await LoginAsync();
        login.Break("renew", fault, times: 1);
        using var tokens = Tokens(login);
        Assert.Equal(MailFault.Unreachable, (await Assert.ThrowsAsync<MailFaultException>(() => tokens.AccessAsync(Stop))).Fault);
        Assert.Single(login.Requests);
        Assert.StartsWith("access-", await tokens.AccessAsync(Stop));
    }

    [Fact]
    public async Task A_token_that_would_change_the_login_line_is_refused()
    {
        await using var login = await LoginAsync();
        login.Distort = _ => """{"access_token":"a\u0001user=other"}"""u8.ToArray();
        using var tokens = Tokens(login);
        Assert.Equal(MailFault.Unreachable, (await Assert.ThrowsAsync<MailFaultException>(() => tokens.AccessAsync(Stop))).Fault);
    }

    [Fact]
    public async Task Without_a_refresh_token_nobody_is_asked()
    {
        await using var login = await LoginAsync();
        using var tokens = new MailTokens(new OAuthSettings(login.Endpoint, "perpetual"), MailSecrets.None, SecretVault.InMemory(new HouseholdId("home"), TimeProvider.System), TimeProvider.System);
        Assert.Equal(MailFault.LoginNeeded, (await Assert.ThrowsAsync<MailFaultException>(() => tokens.AccessAsync(Stop))).Fault);
        Assert.Empty(login.Requests);
    }

    internal static async Task<FakeMailLogin> LoginAsync()
    {
        var login = new FakeMailLogin(TimeProvider.System);
        await login.StartAsync();
        return login;
    }

    internal static MailTokens Tokens(FakeMailLogin login, SecretVault? vault = null, string refresh = "refresh-1") => Tokens(login, vault, TimeProvider.System, refresh);

    private static MailTokens Tokens(FakeMailLogin login, SecretVault? vault, TimeProvider time, string refresh = "refresh-1") => new(
        new OAuthSettings(login.Endpoint, "perpetual"),
        MailSecrets.From(ImmutableDictionary<string, string>.Empty.Add(Settings.MailRefreshTokenVariable, refresh).Add(Settings.MailOAuthSecretVariable, "oauth secret")),
        vault ?? SecretVault.InMemory(new HouseholdId("home"), time), time);

    private static SecretVault Vault(TemporaryFolder folder) =>
        SecretVault.Open(folder.PathTo("household.db"), new HouseholdId("home"), RuntimeKey.Parse(new string('a', 64)), TimeProvider.System, RandomNumberGenerator.Fill);

    private MailSettings Configured(FakeMailLogin login) => post.Configured with
    {
        Smtp = post.Configured.Smtp with { Login = MailLogin.Oauth },
        OAuth = new OAuthSettings(login.Endpoint, "perpetual"),
    };

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
