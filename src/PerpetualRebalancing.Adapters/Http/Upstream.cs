using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>An outside service. Reads are tried again as its terms allow; what changes something is sent once. Whatever goes wrong
/// comes out as an <see cref="UpstreamException"/> that says what is known.</summary>
public sealed class Upstream : IDisposable
{
    private static readonly HttpRequestOptionsKey<RequestLimit> LimitOf = new("limit");

    private readonly UpstreamTerms _terms;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _reads;
    private readonly HttpClient _pooled;
    private readonly HttpClient _fresh;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="terms">How to speak to it.</param>
    /// <param name="time">What day and time it is; waits are waited in the world's own time.</param>
    public Upstream(UpstreamTerms terms, TimeProvider time)
    {
        (_terms, _time) = (terms, time);
        _reads = ReadPipeline.For(terms);
        _pooled = Client(TimeSpan.FromMinutes(5));

        // A pooled connection that turns out dead makes the framework send the request again by itself: an order never rides one.
        _fresh = Client(TimeSpan.Zero);
    }

    /// <summary>The service, by its name for people.</summary>
    public string Name => _terms.Name;

    /// <summary>Where its routes start.</summary>
    public Uri Root => _terms.Root;

    /// <summary>Asks; asks again when the question was lost, throttled or failed, and the terms allow it.</summary>
    /// <param name="request">Its address is relative to the root; asking twice must do no harm.</param>
    /// <param name="limit">The limit of its class of endpoints.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>Whatever was answered last, of any status.</returns>
    /// <exception cref="UpstreamException">There was no answer, or its clock is not ours.</exception>
    public async Task<Answer> ReadAsync(HttpRequestMessage request, RequestLimit limit, CancellationToken cancellationToken)
    {
        request.Options.Set(LimitOf, limit);
        try
        {
            using var response = await _reads.ExecuteAsync(async token => await TryAsync(request, token).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            if (response.Headers.Date is { } theirs && (theirs - _time.GetUtcNow()).Duration() > _terms.ClockTolerance)
            {
                throw new UpstreamException(Name, UpstreamFault.ClockDiffers, string.Create(
                    CultureInfo.InvariantCulture,
                    $"its clock says {theirs:yyyy-MM-dd HH:mm:ss}Z and ours {_time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z. Set this machine's clock right"));
            }

            return await AnswerAsync(request, response).ConfigureAwait(false);
        }
        catch (Exception e) when (FaultOf(e, cancellationToken) is { } fault)
        {
            throw Failed(request, fault, e);
        }
    }

    /// <summary>Asks with GET.</summary>
    /// <exception cref="UpstreamException">There was no answer, or its clock is not ours.</exception>
    public async Task<Answer> ReadAsync(string route, RequestLimit limit, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(route, UriKind.Relative));
        return await ReadAsync(request, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends once, over a connection of its own, and never again: for whatever must not happen twice.</summary>
    /// <param name="request">Its address is relative to the root.</param>
    /// <param name="limit">The limit of its class of endpoints.</param>
    /// <param name="cancellationToken">Before it left, stops it; afterwards it is lost.</param>
    /// <returns>What was answered, of any status.</returns>
    /// <exception cref="UpstreamException">There was no answer; <see cref="UpstreamFault.NotReached"/> and
    /// <see cref="UpstreamFault.NotTrusted"/> are the only faults that prove that nothing was received.</exception>
    public async Task<Answer> SendOnceAsync(HttpRequestMessage request, RequestLimit limit, CancellationToken cancellationToken)
    {
        request.Options.Set(LimitOf, limit);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await limit.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new UpstreamException(Name, UpstreamFault.NotReached, $"{RouteOf(request)} was not sent: its caller gave up before", e);
        }

        try
        {
            // A request without a body the framework sends again by itself, even over a fresh connection, when the service closes it without
            // a word; one that began to send a body, be it empty, it does not.
            request.Content ??= new ByteArrayContent([]);
            attempt.CancelAfter(_terms.Attempt);
            using var response = await SendAsync(_fresh, request, attempt.Token).ConfigureAwait(false);
            return await AnswerAsync(request, response).ConfigureAwait(false);
        }
        catch (Exception e) when (FaultOf(e, CancellationToken.None) is { } fault)
        {
            throw Failed(request, fault, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pooled.Dispose();
        _fresh.Dispose();
    }

    private async Task<HttpResponseMessage> TryAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(LimitOf, out var limit))
        {
            await limit.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        // The client refuses to send a message twice; a copy of it is another message.
        using var copy = await CopyAsync(request, cancellationToken).ConfigureAwait(false);
        return await SendAsync(_pooled, copy, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var attempt = UpstreamMeter.Begin(Name, _time);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(_terms.LongestAnswer, cancellationToken).ConfigureAwait(false);
            attempt.Answered(response.StatusCode);
            return response;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            response.Dispose();
            throw new UpstreamException(Name, UpstreamFault.Unreadable, $"the answer of {RouteOf(request)} cannot be unpacked", e);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<Answer> AnswerAsync(HttpRequestMessage request, HttpResponseMessage response) => new(
        Name, RouteOf(request), response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? string.Empty,
        await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false), _time.GetUtcNow());

    private static UpstreamFault? FaultOf(Exception e, CancellationToken cancellationToken) => e switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        BrokenCircuitException => UpstreamFault.NotReached,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => UpstreamFault.NotReached,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => UpstreamFault.NotTrusted,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => UpstreamFault.Unreadable,
        HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException => UpstreamFault.Lost,
        _ => null,
    };

    private UpstreamException Failed(HttpRequestMessage request, UpstreamFault fault, Exception e) => new(
        Name, fault,
        fault switch
        {
            UpstreamFault.NotReached when e is BrokenCircuitException => $"{Root.Host} is left alone for half a minute: it failed again and again",
            UpstreamFault.NotReached => $"{Root.Host}:{Root.Port} takes no connection",
            UpstreamFault.NotTrusted when _terms.PinnedCertificate is not null => $"{Root.Host}:{Root.Port} shows another certificate than the pinned one",
            UpstreamFault.NotTrusted => $"{Root.Host}:{Root.Port} cannot prove who it is",
            UpstreamFault.Unreadable => $"the answer of {RouteOf(request)} is longer than {_terms.LongestAnswer} bytes",
            _ => e is HttpRequestException or IOException ? $"the connection broke while {RouteOf(request)} was asked" : $"{RouteOf(request)} did not answer in time",
        },
        e);

    private HttpClient Client(TimeSpan lifetime)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = lifetime,
            AllowAutoRedirect = _terms.FollowsRedirects,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            ConnectTimeout = _terms.Attempt,
        };
        if (_terms.PinnedCertificate is { } pin)
        {
            var hash = Convert.FromHexString(pin);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null
                && (errors & SslPolicyErrors.RemoteCertificateNotAvailable) == 0
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), hash);
        }

        var client = new HttpClient(handler) { BaseAddress = _terms.Root, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", _terms.UserAgent);
        return client;
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var header in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            foreach (var header in content.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return copy;
    }

    // The client makes an address whole when it sends it, and only then.
    private static string RouteOf(HttpRequestMessage request) => request.RequestUri switch
    {
        null => string.Empty,
        { IsAbsoluteUri: true } uri => uri.AbsolutePath.TrimStart('/'),
        var uri => uri.OriginalString.Split('?')[0],
    };
}
