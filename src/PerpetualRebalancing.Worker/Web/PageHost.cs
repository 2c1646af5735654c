using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>The web page of the service: its own small host in the same process. Its port is taken before the service starts, so that a
/// port of somebody else's is told at once; everything else waits until the service has started.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private const int LargestBody = 16 * 1024;
    private const int LargestLine = 4 * 1024;
    private const int MostConnections = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _application;

    private PageHost(WebApplication application) => _application = application;

    /// <summary>Takes the port. Whoever connects before the page is there waits for it.</summary>
    /// <exception cref="ConfigurationException">It is not to be had.</exception>
    public static Socket Reserve(IPEndPoint at)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(at);
            socket.Listen();
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new ConfigurationException(
                $"environment: {Settings.PageVariable}: nothing can listen at {at} ({e.Message}); allowed: another address and port like {Settings.UsualPage}, or off for no page");
        }
    }

    /// <summary>Opens the page on a port that was taken.</summary>
    /// <param name="site">What it shows.</param>
    /// <param name="socket">From <see cref="Reserve"/>; the page closes it.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="stopping">The service is stopping.</param>
    public static async Task<PageHost> StartAsync(Site site, Socket socket, ILoggerFactory logs, CancellationToken stopping)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "perpetual-rebalancing" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen((IPEndPoint)socket.LocalEndPoint!, listen => listen.Protocols = HttpProtocols.Http1);
            Limit(kestrel);
        });
        builder.Services.Configure<SocketTransportOptions>(o => o.CreateBoundListenSocket = _ => socket);
        builder.Services.AddLogging().AddSingleton(logs).AddSingleton<IHostLifetime, ServiceLifetime>().AddRoutingCore().AddRateLimiter(o => RequestRates.Set(o, site.Reach.PublicBaseUrl));
        var application = builder.Build();
        var log = logs.CreateLogger<PageHost>();
        var front = new Front(site, new SheetWriter(application.Services, logs), log, stopping);
        application.Use(next => http => front.GuardAsync(http, next));
        application.UseRouting();
        application.UseRateLimiter();
        foreach (var route in Route.All)
        {
            application.MapMethods(route.Pattern, [route.Method], http => front.AnswerAsync(http, route)).WithMetadata(route);
        }

        application.MapGet(Stylesheet.Path, http =>
        {
            http.Response.ContentType = "text/css; charset=utf-8";
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return http.Response.Body.WriteAsync(Stylesheet.Bytes.AsMemory(), http.RequestAborted).AsTask();
        });
        await application.StartAsync(stopping);
        PageLog.Listens(log, $"{socket.LocalEndPoint}");
        return new PageHost(application);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = LargestBody;
        limits.MaxRequestLineSize = LargestLine;
        limits.MaxRequestHeadersTotalSize = LargestBody;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxConcurrentConnections = MostConnections;
        limits.RequestHeadersTimeout = Patience;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
    }

    /// <summary>The service starts and stops the page; signals are the service's.</summary>
    private sealed class ServiceLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
