using System.Threading.RateLimiting;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>How often a class of endpoints may be asked. Requests above it wait their turn.</summary>
public sealed class RequestLimit : IDisposable
{
    private const int Segments = 10;

    private readonly SlidingWindowRateLimiter _limiter;
    private readonly RequestLimit? _within;

    /// <summary>At most so many requests in any window.</summary>
    /// <param name="requests">At least 1.</param>
    /// <param name="window">How long the window is, at least ten milliseconds.</param>
    /// <param name="within">The limit of a larger class that this one belongs to: its requests count there too. The caller disposes of it.</param>
    public RequestLimit(int requests, TimeSpan window, RequestLimit? within = null)
    {
        _within = within;
        _limiter = new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions
        {
            PermitLimit = requests,

            // A permit is free again when its segment leaves the window, up to one segment early: one segment more makes up for it.
            Window = window * ((double)Segments / (Segments - 1)),
            SegmentsPerWindow = Segments,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Waits until the next request may leave.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (_within is { } within)
        {
            await within.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
