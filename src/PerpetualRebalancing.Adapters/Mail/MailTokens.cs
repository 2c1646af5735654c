using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Vault;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>The access token of a mail login by OAuth 2.0, renewed with the refresh token before it expires (RFC 6749 §6). A refresh token that the
/// provider exchanges at a renewal is kept in the vault.</summary>
public sealed partial class MailTokens : IDisposable
{
    // A sending or a login that begins with a token ends before it does.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    // RFC 6749 §4.2.2 recommends to say how long a token lasts; who does not gets it asked for often.
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(10);

    // Providers end an unused refresh token after half a year at most.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private readonly OAuthSettings _settings;
    private readonly MailSecrets _secrets;
    private readonly SecretVault _vault;
    private readonly TimeProvider _time;
    private readonly Upstream _upstream;
    private readonly RequestLimit _limit = new(10, TimeSpan.FromMinutes(1));
    private readonly SemaphoreSlim _turn = new(1);
    private (string Value, DateTimeOffset Until)? _access;
    private string? _ended;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="settings">Who renews.</param>
    /// <param name="secrets">Has the refresh token, and the client's secret where there is one.</param>
    /// <param name="vault">Keeps a refresh token that was exchanged.</param>
    /// <param name="time">Says what has expired.</param>
    public MailTokens(OAuthSettings settings, MailSecrets secrets, SecretVault vault, TimeProvider time)
    {
        (_settings, _secrets, _vault, _time) = (settings, secrets, vault, time);
        _upstream = new Upstream(new UpstreamTerms("the mail login", new Uri(settings.Endpoint, ".")) { LongestAnswer = 64 * 1024 }, time);
    }

    /// <summary>A token that is good for the next minutes.</summary>
    /// <exception cref="MailFaultException">A person must log in again, or the provider does not answer.</exception>
    internal async Task<string> AccessAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_access is { } access && access.Until - Margin > _time.GetUtcNow())
            {
                return access.Value;
            }

            return await RenewAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Speaks with a mail server by a token. A provider may end one before its time, for instance when the password was changed: a
    /// new one says whether that was it.</summary>
    /// <param name="speak">Logs in by the token that it is given, and does what is to be done.</param>
    /// <param name="cancellationToken">Stops the asking for a token.</param>
    /// <exception cref="MailFaultException">A person must log in again, or the provider or the server does not answer.</exception>
    internal async Task<T> SpeakAsync<T>(Func<string, Task<T>> speak, CancellationToken cancellationToken)
    {
        var token = await AccessAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await speak(token).ConfigureAwait(false);
        }
        catch (MailFaultException e) when (e.Fault == MailFault.LoginNeeded && Forget(token))
        {
            return await speak(await AccessAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets a token that a mail server did not accept.</summary>
    /// <returns>Whether it was the current one, so that another attempt makes sense.</returns>
    private bool Forget(string token)
    {
        if (_access?.Value != token)
        {
            return false;
        }

        _access = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upstream.Dispose();
        _limit.Dispose();
        _turn.Dispose();
    }

    private async Task<string> RenewAsync(CancellationToken cancellationToken)
    {
        if (_secrets.RefreshToken is not { } first)
        {
            throw Needed($"{Settings.MailRefreshTokenVariable} is not given");
        }

        // Named by the token that a person gave: after a new login, what was exchanged for the old one is nobody's.
        var name = $"mail/refresh/{_settings.ClientId}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first)))[..16]}";
        var refresh = _vault.Read(name) is VaultReading.Found kept ? kept.Value : first;
        if (_ended == refresh)
        {
            throw Needed("the refresh token is no longer accepted");
        }

        var answer = await AskAsync(refresh, cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        _access = (answer.AccessToken, now + (answer.ExpiresIn is > 0 and <= 31_536_000 ? TimeSpan.FromSeconds(answer.ExpiresIn.Value) : Unsaid));
        if (answer.RefreshToken is { Length: > 0 } exchanged && exchanged != refresh)
        {
            _vault.Put(name, exchanged, now + Kept);
        }

        return answer.AccessToken;
    }

    private async Task<Grant> AskAsync(string refresh, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh, ["client_id"] = _settings.ClientId };
        if (_secrets.OAuthSecret is { } secret)
        {
            fields["client_secret"] = secret;
        }

        try
        {
            // Sent once: a provider that exchanges refresh tokens takes a second use of the same one for theft.
            using var request = new HttpRequestMessage(HttpMethod.Post, _settings.Endpoint) { Content = new FormUrlEncodedContent(fields) };
            var answer = await _upstream.SendOnceAsync(request, _limit, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess)
            {
                throw Refusal(answer, refresh);
            }

            var grant = answer.Json(MailTokenJson.Default.Grant);
            return IsToken(grant.AccessToken) ? grant : throw answer.Unreadable("its access_token is none");
        }
        catch (UpstreamException e)
        {
            throw new MailFaultException(MailFault.Unreachable, e.Message, e);
        }
    }

    private MailFaultException Refusal(Answer answer, string refresh)
    {
        string? code = null;
        try
        {
            code = answer.Json(MailTokenJson.Default.Denial).Error;
        }
        catch (UpstreamException)
        {
            // Then the status alone says it.
        }

        // RFC 6749 §5.2. What is wrong with the token or the client ends only when a person does something.
        if (code is not ("invalid_grant" or "invalid_client" or "unauthorized_client"))
        {
            return new MailFaultException(MailFault.Unreachable, FormattableString.Invariant($"{answer.Upstream}: renewing was answered with HTTP {(int)answer.Status}"));
        }

        _ended = code == "invalid_grant" ? refresh : null;
        return Needed(code == "invalid_grant" ? "the refresh token is no longer accepted (invalid_grant)" : $"this program is not accepted there ({code})");
    }

    private static MailFaultException Needed(string why) => new(
        MailFault.LoginNeeded, $"the mail login: {why}. Log in at the provider again, and give the new token as {Settings.MailRefreshTokenVariable}");

    // It goes between control characters (XOAUTH2), and must not bring its own.
    private static bool IsToken(string? token) => token is { Length: > 0 and <= 8192 } && token.All(c => c is > ' ' and <= '~');

    internal sealed record Grant
    {
        [JsonPropertyName("access_token")]
        public required string AccessToken { get; init; }

        [JsonPropertyName("expires_in")]
        public long? ExpiresIn { get; init; }

        [JsonPropertyName("refresh_token")]
        public string? RefreshToken { get; init; }
    }

    internal sealed record Denial
    {
        [JsonPropertyName("error")]
        public string? Error { get; init; }
    }
}

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(MailTokens.Grant))]
[JsonSerializable(typeof(MailTokens.Denial))]
internal sealed partial class MailTokenJson : JsonSerializerContext;
