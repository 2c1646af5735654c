using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Whether the scheduler still ticks. Measured on the clock that never jumps: a corrected wall clock is no sign of death.</summary>
internal sealed class Pulse(TimeProvider time)
{
    /// <summary>A scheduler that has not ticked for so long has stopped: half of what the placing role allows, so that the service
    /// is restarted before another process may take the role beside it.</summary>
    public static readonly TimeSpan Patience = PlacingLease.Patience / 2;

    private long _last = time.GetTimestamp();

    /// <summary>Whether it ticked lately.</summary>
    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref _last)) < Patience;

    /// <summary>It ticks.</summary>
    public void Beat() => Volatile.Write(ref _last, time.GetTimestamp());
}
