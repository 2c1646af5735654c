using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PerpetualRebalancing.Upstreams;

/// <summary>A service on a real socket of this machine, with a memory of its own and faults to order. A fake of a vendor derives from
/// it, maps its routes and names its operations.</summary>
public abstract class FakeUpstream : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Fault> _faults = new();
    private readonly ConcurrentQueue<Request> _requests = new();
    private readonly CancellationTokenSource _closing = new();
    private WebApplication? _app;

    /// <summary>A fake whose clock is given.</summary>
    protected FakeUpstream(TimeProvider time) => Time = time;

    /// <summary>What it was asked, oldest first.</summary>
    public IReadOnlyList<Request> Requests => [.. _requests];

    /// <summary>Its address, with a slash at the end.</summary>
    public Uri Root { get; private set; } = new("http://127.0.0.1:1/");

    /// <summary>An address at which nobody takes connections.</summary>
    public static Uri ClosedRoot
    {
        get
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            return new Uri($"http://127.0.0.1:{port}/");
        }
    }

    /// <summary>The clock of the service.</summary>
    protected TimeProvider Time { get; }

    /// <summary>What every answer is made into before it leaves; null leaves it as it is.</summary>
    public Func<byte[], byte[]>? Distort { get; set; }

    /// <summary>Its certificate's hash (SHA-256, hexadecimal), when it was started with TLS.</summary>
    public string? CertificateHash { get; private set; }

    /// <summary>Takes connections; with a certificate of its own making when asked.</summary>
    public async Task StartAsync(bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (tls)
            {
                var certificate = SelfSigned();
                CertificateHash = Convert.ToHexString(SHA256.HashData(certificate.RawData));
                listen.UseHttps(certificate);
            }
        }));
        _app = builder.Build();
        _app.Use(GuardAsync);
        Map(_app);
        await _app.StartAsync();
        Root = new Uri(_app.Urls.Single().TrimEnd('/') + "/");
    }

    /// <summary>Breaks an operation.</summary>
    /// <param name="operation">As <see cref="OperationOf"/> names it.</param>
    /// <param name="fault">How.</param>
    /// <param name="isApplied">Whether the service does what it was asked before it breaks.</param>
    /// <param name="times">How many requests; all when left out.</param>
    public void Break(string operation, WireFault fault, bool isApplied = true, int times = int.MaxValue) =>
        _faults[operation] = new Fault(fault, isApplied, times);

    /// <summary>Mends an operation.</summary>
    public void Mend(string operation) => _faults.TryRemove(operation, out _);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Names what a request asks for: place, cancel, list, positions, quotes, login, or anything else.</summary>
    protected abstract string OperationOf(HttpRequest request);

    /// <summary>Maps the service's routes.</summary>
    protected abstract void Map(WebApplication app);

    /// <summary>How the service says an error with HTTP 200; null when its contract has no such thing.</summary>
    protected virtual string? ErrorInside200 => null;

    /// <summary>The fields that hold one of a fixed set of words.</summary>
    protected virtual IReadOnlySet<string> EnumFields { get; } = new HashSet<string>();

    /// <summary>How the service says that it is asked too often.</summary>
    protected virtual string ThrottledBody => """{"message":"Too many requests"}""";

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var operation = OperationOf(context.Request);
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
        var body = await reader.ReadToEndAsync(_closing.Token);
        context.Request.Body.Position = 0;
        _requests.Enqueue(new Request(operation, context.Request.Method, context.Request.Path + context.Request.QueryString, body));
        context.Response.Headers.Date = Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        if (!_faults.TryGetValue(operation, out var fault) || !fault.Strikes())
        {
            await ServeAsync(context, next);
            return;
        }

        var answer = await Apply(context, next, fault.IsApplied);
        await BreakAsync(context, fault.Kind, answer);
    }

    private async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        if (Distort is null && Watch is null)
        {
            await next(context);
            return;
        }

        Watch?.Invoke(RequestStage.Received);
        var whole = await Apply(context, next, isApplied: true);
        Watch?.Invoke(RequestStage.Applied);
        if (Distort is { } distort)
        {
            await Write(context.Response, context.Response.StatusCode == 204 ? 200 : context.Response.StatusCode, "application/json", distort(whole));
        }
        else
        {
            await context.Response.Body.WriteAsync(whole);
        }

        await context.Response.CompleteAsync();
        Watch?.Invoke(RequestStage.Answered);
    }

    private static async Task<byte[]> Apply(HttpContext context, RequestDelegate next, bool isApplied)
    {
        if (!isApplied)
        {
            return "{}"u8.ToArray();
        }

        var (body, memory) = (context.Response.Body, new MemoryStream());
        context.Response.Body = memory;
        await next(context);
        context.Response.Body = body;
        return memory.ToArray();
    }

    private async Task BreakAsync(HttpContext context, WireFault fault, byte[] answer)
    {
        var response = context.Response;
        switch (fault)
        {
            case WireFault.ResetAfterRequest:
                context.Abort();
                return;
            case WireFault.ResetBeforeBody:
                response.ContentLength = Math.Max(answer.Length, 64);
                await response.StartAsync(_closing.Token);
                await response.Body.FlushAsync(_closing.Token);
                context.Abort();
                return;
            case WireFault.Hang:
                try
                {
                    await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token).Token);
                }
                catch (OperationCanceledException)
                {
                    context.Abort();
                }

                return;
            case WireFault.Throttled:
            case WireFault.ThrottledWithRetryAfter:
                if (fault == WireFault.ThrottledWithRetryAfter)
                {
                    response.Headers.RetryAfter = "1";
                }

                await Write(response, 429, "application/json", Encoding.UTF8.GetBytes(ThrottledBody));
                return;
            case WireFault.Error500:
                await Write(response, 500, "text/plain", "Internal Server Error"u8.ToArray());
                return;
            case WireFault.Error502:
                await Write(response, 502, "text/html", "<html><body>502 Bad Gateway</body></html>"u8.ToArray());
                return;
            case WireFault.Error503:
                await Write(response, 503, "text/html", "<html><body>503 Service Unavailable</body></html>"u8.ToArray());
                return;
            case WireFault.HtmlBody:
                await Write(response, 200, "text/html", "<!doctype html><html><body>Please verify you are human</body></html>"u8.ToArray());
                return;
            case WireFault.EmptyBody:
                await Write(response, 200, "application/json", []);
                return;
            case WireFault.TruncatedJson:
                await Write(response, 200, "application/json", answer[..(answer.Length / 2)]);
                return;
            case WireFault.WrongTypes:
                await Write(response, 200, "application/json", Mangle.WrongTypes(answer));
                return;
            case WireFault.Nulls:
                await Write(response, 200, "application/json", Mangle.Nulls(answer));
                return;
            case WireFault.ExtraFields:
                await Write(response, response.StatusCode, "application/json", Mangle.ExtraFields(answer));
                return;
            case WireFault.UnknownEnum:
                await Write(response, response.StatusCode, "application/json", Mangle.UnknownEnum(answer, EnumFields));
                return;
            case WireFault.ErrorInside200:
                await Write(response, 200, "application/json", Encoding.UTF8.GetBytes(ErrorInside200 ?? """{"error":"something is wrong"}"""));
                return;
            case WireFault.ClockSkew:
                response.Headers.Date = Time.GetUtcNow().AddHours(2).ToString("R", CultureInfo.InvariantCulture);
                await Write(response, response.StatusCode, "application/json", answer);
                return;
            case WireFault.ConnectRefused:
            case WireFault.TlsFailure:
            default:
                throw new InvalidOperationException($"{fault} happens before a request: give the adapter another address.");
        }
    }

    private static async Task Write(HttpResponse response, int status, string type, byte[] body)
    {
        response.StatusCode = status;
        response.ContentType = type;
        if (status == 204)
        {
            return;
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Is told where each request is; null to look away.</summary>
    public Action<RequestStage>? Watch { get; set; }

    /// <summary>A request that was received.</summary>
    public sealed record Request(string Operation, string Method, string Path, string Body);

    private sealed class Fault(WireFault kind, bool isApplied, int times)
    {
        private int _left = times;

        public WireFault Kind => kind;

        public bool IsApplied => isApplied;

        public bool Strikes() => Interlocked.Decrement(ref _left) >= 0;
    }
}
