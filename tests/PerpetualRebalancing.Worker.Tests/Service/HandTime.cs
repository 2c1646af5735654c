namespace PerpetualRebalancing.Worker.Tests.Service;

/// <summary>A clock that goes, and rings, only by hand.</summary>
internal sealed class HandTime(DateTimeOffset start = default) : TimeProvider
{
    private long _ticks;
    private Action? _ring;

    public TimeSpan Period { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => start + new TimeSpan(_ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (Period, _ring) = (period, () => callback(state));
        return new Timer(_ => { });
    }

    public void Ring(TimeSpan after)
    {
        _ticks += after.Ticks;
        _ring!();
    }
}
