namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The machine's clock, some time later.</summary>
internal sealed class LaterTime(TimeSpan later) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
}
