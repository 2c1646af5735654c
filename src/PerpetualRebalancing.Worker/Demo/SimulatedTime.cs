namespace PerpetualRebalancing.Worker.Demo;

/// <summary>A clock that stands still until it is moved: the same product code runs on it in seconds that runs for months at home.</summary>
internal sealed class SimulatedTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start.ToUniversalTime();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _now;

    /// <summary>Moves forward; never back.</summary>
    public void MoveTo(DateTimeOffset moment) => _now = moment > _now ? moment.ToUniversalTime() : _now;
}
