using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>How often one address may ask: pages often, whatever lets somebody in or answers for somebody seldom.</summary>
internal static class RequestRates
{
    private const int PerMinute = 240;
    private const int GuardedPerWindow = 20;

    // Whoever has many addresses.
    private const int GuardedOfAll = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Sets the limits.</summary>
    public static void Set(RateLimiterOptions options, Uri? publicBaseUrl)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = async (rejected, cancellationToken) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "300";
            rejected.HttpContext.Response.ContentType = "text/plain; charset=utf-8";
            await rejected.HttpContext.Response.WriteAsync("Too many requests. Wait a few minutes.\n", cancellationToken);
        };
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(http => Fixed(AddressOf(http, publicBaseUrl), PerMinute, TimeSpan.FromMinutes(1))),
            PartitionedRateLimiter.Create<HttpContext, string>(http => IsGuarded(http)
                ? Fixed(AddressOf(http, publicBaseUrl), GuardedPerWindow, Window)
                : RateLimitPartition.GetNoLimiter("")),
            PartitionedRateLimiter.Create<HttpContext, string>(http => IsGuarded(http) ? Fixed("all", GuardedOfAll, Window) : RateLimitPartition.GetNoLimiter("")));
    }

    /// <summary>Whose request it is. A proxy on this machine says it last in <c>X-Forwarded-For</c>; nobody else is believed.</summary>
    internal static string AddressOf(HttpContext http, Uri? publicBaseUrl)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (publicBaseUrl is { IsLoopback: false } && IPAddress.IsLoopback(address)
            && http.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim() is { Length: > 0 } said && IPAddress.TryParse(said, out var forwarded))
        {
            address = forwarded;
        }

        // One household's network has many addresses of the newer kind, all with the same first half (RFC 6177).
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexString(bytes.AsSpan(0, 8)) : address.ToString();
    }

    private static bool IsGuarded(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<Route>() is { Entry: Entry.Guarded };

    private static RateLimitPartition<string> Fixed(string partition, int permits, TimeSpan window) => RateLimitPartition.GetFixedWindowLimiter(
        partition, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window, QueueLimit = 0 });
}
