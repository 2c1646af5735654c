namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The machine's clock, some time later.</summary>
internal sealed class LaterTime(TimeSpan later) : TimeProvider
{
    public TimeSpan Later { get; set; } = later;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Later;
}
