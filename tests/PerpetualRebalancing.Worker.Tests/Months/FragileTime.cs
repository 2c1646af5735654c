using PerpetualRebalancing.Worker.Demo;

namespace PerpetualRebalancing.Worker.Tests.Months;

/// <summary>The machine died.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>The simulated clock, on a machine that can lose its power whenever the program asks for the time: before a transaction,
/// between journalling an order and placing it, between placing it and hearing the answer. Whatever asks afterwards is dead too.</summary>
internal sealed class FragileTime(SimulatedTime clock) : TimeProvider
{
    private Func<bool>? _when;
    private int _left;

    /// <summary>Whether the program is at work; nobody cuts the power of a test that looks.</summary>
    public bool IsWorking { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        if (IsWorking && _when is { } when && when() && _left-- <= 0)
        {
            _when = () => true;
            throw new PowerCutException();
        }

        return clock.GetUtcNow();
    }

    /// <summary>Cuts the power once something is so, after so many more readings of the clock while it is.</summary>
    public void DieWhen(Func<bool> when, int readings) => (_when, _left) = (when, readings);

    /// <summary>Power is back.</summary>
    public void Repair() => _when = null;
}
