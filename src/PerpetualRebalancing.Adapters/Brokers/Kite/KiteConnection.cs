using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>One account's way to Kite: the app's keys, the day's access token out of the vault, and the limits of asking. The broker,
/// its quotes, its funds and its login all go through it.</summary>
public sealed class KiteConnection : IDisposable
{
    /// <summary>Where Kite's API lives.</summary>
    public static readonly UpstreamTerms Terms = new("Kite", new Uri("https://api.kite.trade/"));

    /// <summary>Where Kite's own pages live.</summary>
    public static readonly Uri Pages = new("https://kite.zerodha.com/");

    private readonly Upstream _upstream;
    private readonly KiteLimits _limits;
    private string? _verified;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="account">Whose; its number is the Kite user id.</param>
    /// <param name="keys">Of the app.</param>
    /// <param name="terms">Usually <see cref="Terms"/>.</param>
    /// <param name="vault">Has the token that a login left.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pages">Where a person logs in and authorises sales: usually <see cref="Pages"/>.</param>
    /// <exception cref="ConfigurationException">The account has no number.</exception>
    public KiteConnection(Account account, KiteKeys keys, UpstreamTerms terms, SecretVault vault, TimeProvider time, Uri? pages = null)
        : this(account, keys, terms, vault, time, new KiteLimits(), pages)
    {
    }

    internal KiteConnection(Account account, KiteKeys keys, UpstreamTerms terms, SecretVault vault, TimeProvider time, KiteLimits limits, Uri? pages = null)
    {
        Site = pages ?? Pages;
        _limits = limits;
        User = account.Number ?? throw new ConfigurationException(
            [$"household.json: account {account.Id}: has no number; allowed: the Kite user id, such as AB1234, so that nobody else's login is taken for this account's"]);
        (Account, Keys, Vault, Time) = (account, keys, vault, time);
        _upstream = new Upstream(terms, time);
        Api = new KiteApi(_upstream, keys.ApiKey, _limits);
    }

    /// <summary>Whose connection it is.</summary>
    public Account Account { get; }

    internal string User { get; }

    internal Uri Site { get; }

    internal KiteKeys Keys { get; }

    internal SecretVault Vault { get; }

    internal TimeProvider Time { get; }

    internal KiteApi Api { get; }

    // The user is part of the name: a token of another user that was configured before is nobody's.
    private string TokenName => $"kite/{Account.Id}/{User}/token";

    /// <summary>The token of today's login.</summary>
    /// <returns>Absent after the login lapsed: Kite is not asked then.</returns>
    internal VaultReading Token => Vault.Read(TokenName);

    internal void Keep(string token) => Vault.Put(TokenName, token, KiteTime.TokenEnd(Time.GetUtcNow()));

    internal ValueTask WaitForMinuteAsync(CancellationToken cancellationToken) => _limits.WaitForMinuteAsync(cancellationToken);

    /// <summary>Today's token, of which Kite itself has said whose it is.</summary>
    /// <exception cref="UpstreamException">There is no login, it is somebody else's, or Kite did not answer well.</exception>
    internal async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (Token is not VaultReading.Found { Value: var token })
        {
            throw new UpstreamException(Api.Name, UpstreamFault.SignedOut, AwaitingLogin);
        }

        if (_verified != token)
        {
            await ProfileAsync(token, cancellationToken).ConfigureAwait(false);
        }

        return token;
    }

    /// <summary>Asks with today's token.</summary>
    /// <exception cref="UpstreamException">There is no login, or Kite did not answer well.</exception>
    internal async Task<T> AskAsync<T>(Func<KiteApi, string, Task<T>> ask, CancellationToken cancellationToken) =>
        await WithAsync(await TokenAsync(cancellationToken).ConfigureAwait(false), ask).ConfigureAwait(false);

    /// <summary>Asks with a token. One that Kite no longer accepts is forgotten.</summary>
    /// <exception cref="UpstreamException">Kite did not answer well.</exception>
    internal async Task<T> WithAsync<T>(string token, Func<KiteApi, string, Task<T>> ask)
    {
        try
        {
            return await ask(Api, token).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.SignedOut)
        {
            Forget(token);
            throw new UpstreamException(Api.Name, UpstreamFault.SignedOut, $"the login of {Account.Id} ended before its time ({e.Code}); {HowToLogIn}", e) { Code = e.Code };
        }
    }

    /// <summary>The profile of the user whose token it is. Somebody else's token is forgotten.</summary>
    internal async Task<KiteApi.Profile> ProfileAsync(string token, CancellationToken cancellationToken)
    {
        var profile = await WithAsync(token, (api, t) => api.ProfileAsync(t, cancellationToken)).ConfigureAwait(false);
        if (profile.UserId != User)
        {
            Forget(token);
            throw new UpstreamException(
                Api.Name, UpstreamFault.Refused, $"the login is of user {profile.UserId} and account {Account.Id} is of {User}; it was discarded. Log in as {User}");
        }

        _verified = token;
        return profile;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upstream.Dispose();
        _limits.Dispose();
    }

    private void Forget(string token)
    {
        _verified = null;
        try
        {
            Vault.Remove(TokenName, token);
        }
        catch (StoreException)
        {
            // Kite refuses it again the next time; what is known about the request counts more than this.
        }
    }

    internal string AwaitingLogin => $"the login of {Account.Id} {(Token as VaultReading.Absent)?.Why ?? "is not there"}; {HowToLogIn}";

    private string HowToLogIn => $"'accounts login {Account.Id}' makes a link";
}
