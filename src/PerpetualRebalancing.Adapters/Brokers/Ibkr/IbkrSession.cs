using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>One login at Interactive Brokers through the Client Portal gateway on our own machine; brokers of its accounts and quotes
/// share it. A person logs in about once a day; whoever asks <see cref="SessionAsync"/> about once a minute keeps the login alive.</summary>
public sealed class IbkrSession : IDisposable
{
    private static readonly TimeSpan TickleEvery = TimeSpan.FromSeconds(55);
    private static readonly TimeSpan LoginLasts = TimeSpan.FromHours(24);

    private readonly Upstream _service;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _book = new(1);
    private volatile bool _isReady;
    private volatile IbkrApi.Accounts? _accounts;
    private volatile string[]? _portfolios;
    private string? _selected;
    private DateTimeOffset _tickledAt = DateTimeOffset.MinValue;
    private DateTimeOffset _validatedAt = DateTimeOffset.MinValue;
    private DateTimeOffset? _until;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="root">The gateway's address with its path, <c>https://localhost:5000/v1/api/</c>.</param>
    /// <param name="certificateSha256">The hash (64 hexadecimal digits, colons allowed) of the gateway's own certificate, the only one that is
    /// then accepted; null when the gateway has a certificate of a public authority.</param>
    /// <param name="time">What time it is.</param>
    /// <exception cref="ArgumentException">The hash is none.</exception>
    public IbkrSession(Uri root, string? certificateSha256, TimeProvider time)
        : this(Terms(root, certificateSha256), IbkrPace.Default, time)
    {
    }

    internal IbkrSession(UpstreamTerms terms, IbkrPace pace, TimeProvider time)
    {
        (_service, _time, Pace) = (new Upstream(terms, time), time, pace);
        Api = new IbkrApi(_service, pace, time, Forget);
    }

    /// <summary>Where a person logs in.</summary>
    public Uri LoginPage => new(_service.Root, "/");

    internal string Name => _service.Name;

    internal IbkrApi Api { get; }

    internal IbkrPace Pace { get; }

    internal TimeProvider Time => _time;

    /// <summary>Whether the login works now; keeps it alive, and opens its brokerage session where only that has lapsed.</summary>
    /// <returns>Never an exception of the service.</returns>
    public async Task<SessionState> SessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.SignedOut)
        {
            return Lapsed(e.Message);
        }
        catch (UpstreamException e)
        {
            return new SessionState.Unusable(IbkrMaintenance.At(_time.GetUtcNow()) is { } why && e.Fault != UpstreamFault.NotTrusted ? $"{e.Message}. {why}: it is asked again afterwards" : e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Api.Dispose();
        _service.Dispose();
        _turn.Dispose();
        _book.Dispose();
    }

    internal static UpstreamTerms Terms(Uri root, string? certificateSha256) => new("Interactive Brokers", root)
    {
        // It locks out who insists after it said that we ask too often.
        RetriesThrottled = false,

        // It gives up after ten seconds itself, and before that a request may wait five for its turn.
        Attempt = TimeSpan.FromSeconds(20),
        PinnedCertificate = Pin(certificateSha256),
    };

    /// <summary>Makes sure that the login works and may trade an account.</summary>
    /// <exception cref="UpstreamException">It does not, or may not.</exception>
    internal async Task RequireAccountAsync(string number, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken).ConfigureAwait(false);
        var accounts = _accounts ?? await FirstAccountsAsync(cancellationToken).ConfigureAwait(false);
        RequireAmong(number, accounts.Numbers, "trade");
    }

    /// <summary>Makes sure that the login works and may read an account's holdings.</summary>
    /// <exception cref="UpstreamException">It does not, or may not.</exception>
    internal async Task RequirePortfolioAsync(string number, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken).ConfigureAwait(false);
        var portfolios = _portfolios ??= [.. (await Api.PortfolioAccountsAsync(cancellationToken).ConfigureAwait(false)).Select(a => a.AccountId)];
        RequireAmong(number, portfolios, "read");
    }

    /// <summary>Makes sure that the login works and that market data and orders were prepared for.</summary>
    /// <exception cref="UpstreamException">It does not.</exception>
    internal async Task RequireMarketAsync(CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken).ConfigureAwait(false);
        _ = _accounts ?? await FirstAccountsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something with the book of an account while nobody else does: the service tells orders and trades of one account at a
    /// time, and forgets a question about an order when another order comes.</summary>
    internal async Task<T> InBookAsync<T>(string number, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await RequireAccountAsync(number, cancellationToken).ConfigureAwait(false);
        await _book.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_selected != number && _accounts is { Numbers.Length: > 1 })
            {
                await Api.SelectAsync(number, cancellationToken).ConfigureAwait(false);
                _selected = number;
            }

            return await work().ConfigureAwait(false);
        }
        finally
        {
            _book.Release();
        }
    }

    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        switch (await CheckAsync(cancellationToken).ConfigureAwait(false))
        {
            case SessionState.AwaitingLogin awaiting:
                throw new UpstreamException(Name, UpstreamFault.SignedOut, awaiting.Why);
            case SessionState.Unusable unusable:
                throw new UpstreamException(Name, UpstreamFault.Failing, unusable.Why);
            default:
                break;
        }
    }

    private async Task<SessionState> CheckAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var age = _time.GetUtcNow() - _tickledAt;
            return _isReady && age >= TimeSpan.Zero && age < TickleEvery ? new SessionState.Ready(_until) : await AskAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e)
        {
            Forget();
            throw e.Fault switch
            {
                UpstreamFault.NotReached => new UpstreamException(
                    Name, e.Fault, $"nobody answers at {_service.Root}: start the Client Portal gateway there, or correct ibkr.gateway, and log in at {LoginPage}", e),
                UpstreamFault.NotTrusted => new UpstreamException(
                    Name, e.Fault, $"the gateway at {_service.Root} does not show the certificate that ibkr.certificateSha256 names. If it is your own gateway, set the SHA-256 of its certificate there; nothing was sent", e),
                _ => e,
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<SessionState> AskAsync(CancellationToken cancellationToken)
    {
        var status = (await Api.TickleAsync(cancellationToken).ConfigureAwait(false)).Iserver?.AuthStatus;
        if (status is not { IsReady: true })
        {
            Forget();
            status = await Api.AuthStatusAsync(cancellationToken).ConfigureAwait(false);
        }

        if (status is { IsReady: false, Competing: false })
        {
            status = await OpenAsync(status, cancellationToken).ConfigureAwait(false);
        }

        if (!status.IsReady)
        {
            return status.Competing
                ? new SessionState.AwaitingLogin("another program or page is logged in with the same user name and has taken the brokerage session; close it there, or give this program a user name of its own, and log in again", LoginPage)
                : Lapsed($"the login has lapsed{(status.Fail is { Length: > 0 } fail ? $" ({fail})" : string.Empty)}");
        }

        await LearnLoginAsync(cancellationToken).ConfigureAwait(false);
        (_tickledAt, _isReady) = (_time.GetUtcNow(), true);
        return new SessionState.Ready(_until);
    }

    // The login may be alive with the brokerage session gone: that needs nobody. Who competes is never thrown out.
    private async Task<IbkrApi.AuthStatus> OpenAsync(IbkrApi.AuthStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await Api.InitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (!status.Authenticated && e.Fault is UpstreamFault.Refused or UpstreamFault.Failing)
        {
            return status;
        }

        for (var look = 0; ; look++)
        {
            status = await Api.AuthStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status.IsReady || status.Competing || look == 2)
            {
                return status;
            }

            await Task.Delay(Pace.Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    // It says when somebody logged in, and nothing depends on it but when the next login is announced.
    private async Task LearnLoginAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if ((_isReady && now < _until) || now - _validatedAt < TimeSpan.FromMinutes(1))
        {
            return;
        }

        _validatedAt = now;
        try
        {
            var login = await Api.ValidateAsync(cancellationToken).ConfigureAwait(false);
            var longest = now.ToUnixTimeMilliseconds();
            _until = login is { Result: true, AuthTime: { } at } && at > 0 && at <= longest && DateTimeOffset.FromUnixTimeMilliseconds(at) + LoginLasts is var until && until > now ? until : null;
        }
        catch (UpstreamException)
        {
            _until = null;
        }
    }

    private async Task<IbkrApi.Accounts> FirstAccountsAsync(CancellationToken cancellationToken)
    {
        var accounts = await Api.AccountsAsync(cancellationToken).ConfigureAwait(false);
        (_accounts, _selected) = (accounts, accounts.SelectedAccount);
        return accounts;
    }

    private void RequireAmong(string number, IReadOnlyCollection<string> numbers, string what)
    {
        if (!numbers.Contains(number))
        {
            throw new UpstreamException(Name, UpstreamFault.Refused, string.Create(
                CultureInfo.InvariantCulture, $"this login may {what} {(numbers.Count == 0 ? "no account" : string.Join(", ", numbers))}, and the household file says {number}: log in as the user of that account, or correct the number"));
        }
    }

    private SessionState Lapsed(string why) => IbkrMaintenance.At(_time.GetUtcNow()) is { } maintenance
        ? new SessionState.Unusable($"{why}. {maintenance}: it is asked again afterwards, and a login before would not last")
        : new SessionState.AwaitingLogin(why, LoginPage);

    private void Forget() => (_isReady, _accounts, _portfolios) = (false, null, null);

    private static string? Pin(string? hash)
    {
        var digits = hash?.Replace(":", string.Empty, StringComparison.Ordinal);
        return digits is null || (digits.Length == 64 && digits.All(char.IsAsciiHexDigit))
            ? digits
            : throw new ArgumentException($"'{hash}' is no SHA-256 of a certificate: 64 hexadecimal digits.", nameof(hash));
    }
}
