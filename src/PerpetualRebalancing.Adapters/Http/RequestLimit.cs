using System.Diagnostics;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>How often a class of endpoints may be asked. Requests above it wait their turn.</summary>
/// <remarks>It keeps the moments of the last departures. The framework's limiters count by the ticks of a timer, which come late and then
/// close together on a busy machine; a broker counts by the clock, and locks out who asks too often.</remarks>
public sealed class RequestLimit : IDisposable
{
    private readonly int _requests;
    private readonly TimeSpan _window;
    private readonly RequestLimit? _within;
    private readonly Queue<long> _departures = [];
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>At most so many requests in any window.</summary>
    /// <param name="requests">At least 1.</param>
    /// <param name="window">How long the window is.</param>
    /// <param name="within">The limit of a larger class that this one belongs to: its requests count there too. The caller disposes of it.</param>
    public RequestLimit(int requests, TimeSpan window, RequestLimit? within = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        (_requests, _window, _within) = (requests, window, within);
    }

    /// <summary>Waits until the next request may leave.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (_departures.Count == _requests && _window - Stopwatch.GetElapsedTime(_departures.Peek()) is var left && left > TimeSpan.Zero)
            {
                // A delay counts in whole milliseconds, and may end within the last one.
                await Task.Delay(left + TimeSpan.FromMilliseconds(1), cancellationToken).ConfigureAwait(false);
            }

            if (_within is { } within)
            {
                await within.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_departures.Count == _requests)
            {
                _departures.Dequeue();
            }

            _departures.Enqueue(Stopwatch.GetTimestamp());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
