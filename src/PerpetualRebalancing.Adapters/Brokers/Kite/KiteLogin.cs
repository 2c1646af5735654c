using System.Collections.Specialized;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Vault;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Where a person logs in.</summary>
/// <param name="Address">A page of Kite's; after the login it leads to the app's redirect address.</param>
/// <param name="Expires">Until when the redirect is taken.</param>
public sealed record LoginLink(Uri Address, DateTimeOffset Expires);

/// <summary>What became of a login.</summary>
public abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    /// <summary>The account can be read and traded.</summary>
    /// <param name="Until">When the login lapses.</param>
    public sealed record LoggedIn(DateTimeOffset Until) : LoginOutcome;

    /// <summary>It did not work; an earlier login stands as it was.</summary>
    /// <param name="Why">What is wrong and what to do, one sentence.</param>
    public sealed record Failed(string Why) : LoginOutcome;

    /// <summary>Somebody else logged in. The session was discarded and nothing was kept: a person must look.</summary>
    /// <param name="Expected">The configured user.</param>
    /// <param name="Found">Who it was.</param>
    public sealed record SomebodyElse(string Expected, string Found) : LoginOutcome;
}

/// <summary>Kite's login, which only a person can do, each day: a link out, and the address that the browser was sent back to. The
/// state in the link is random, works once and expires; what comes back without it is not our login.</summary>
/// <param name="connection">Of the account.</param>
/// <param name="random">Fills with random bytes: <see cref="RandomNumberGenerator.Fill"/>.</param>
public sealed class KiteLogin(KiteConnection connection, Action<Span<byte>> random)
{
    /// <summary>How long a link that was asked for is taken.</summary>
    public static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(15);

    private const string State = "state";

    /// <summary>Makes a link. Earlier links that have not expired stay good.</summary>
    /// <param name="life">How long it is taken: <see cref="UsualLife"/>, or longer for a link in a letter.</param>
    public LoginLink Begin(TimeSpan life)
    {
        Span<byte> bytes = stackalloc byte[32];
        random(bytes);
        var state = Convert.ToHexStringLower(bytes);
        var expires = connection.Time.GetUtcNow() + life;
        connection.Vault.Put(NameOf(state), connection.User, expires);
        return new LoginLink(
            new Uri(connection.Site, $"connect/login?v=3&api_key={Uri.EscapeDataString(connection.Keys.ApiKey)}&redirect_params={Uri.EscapeDataString($"{State}={state}")}"), expires);
    }

    /// <summary>Takes the address that Kite sent the browser to, and exchanges what it carries for the day's token.</summary>
    /// <param name="address">All of it, as the browser shows it.</param>
    /// <param name="cancellationToken">Stops before the exchange.</param>
    public async Task<LoginOutcome> CompleteAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri) || uri.Query.Length < 2)
        {
            return new LoginOutcome.Failed("this is not the address that Kite sent the browser to; paste all of it, from https:// to its end");
        }

        var query = HttpUtility.ParseQueryString(uri.Query);
        if (One(query, State) is not { } state || connection.Vault.Take(NameOf(state)) is not VaultReading.Found kept || kept.Value != connection.User)
        {
            return new LoginOutcome.Failed($"the address belongs to no login under way: its link was used, has expired, or is of another account. {Again}");
        }

        if (One(query, "status") != "success" || One(query, "request_token") is not { Length: > 0 } requestToken)
        {
            return new LoginOutcome.Failed($"Kite says that the login did not succeed. {Again}");
        }

        try
        {
            var session = await connection.Api.ExchangeAsync(requestToken, Checksum(requestToken), cancellationToken).ConfigureAwait(false);
            if (session.UserId != connection.User)
            {
                await DiscardAsync(session.AccessToken, cancellationToken).ConfigureAwait(false);
                return new LoginOutcome.SomebodyElse(connection.User, session.UserId);
            }

            if (session.AccessToken.Length == 0)
            {
                return new LoginOutcome.Failed($"Kite took the login and gave no token. {Again}");
            }

            connection.Keep(session.AccessToken);
            return new LoginOutcome.LoggedIn(KiteTime.TokenEnd(connection.Time.GetUtcNow()));
        }
        catch (UpstreamException e)
        {
            return new LoginOutcome.Failed($"{e.Message}. {Again}");
        }
    }

    private string Again => $"Begin again with 'accounts login {connection.Account.Id}'"
        + (connection.Vault.IsShared ? string.Empty : $"; without {Settings.RuntimeKeyVariable} a login must begin and end in one process");

    // Whoever reads the database learns no state that is under way.
    private string NameOf(string state) =>
        $"kite/{connection.Account.Id}/state/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)))}";

    private string Checksum(string requestToken) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(connection.Keys.ApiKey + requestToken + connection.Keys.ApiSecret)));

    // A parameter that is there twice is none: the two ends might read different ones.
    private static string? One(NameValueCollection query, string name) => query.GetValues(name) is [var value] ? value : null;

    private async Task DiscardAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            await connection.Api.EndSessionAsync(token, cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException)
        {
            // The token is kept nowhere and ends by itself at six; the outcome already calls a person.
        }
    }
}
