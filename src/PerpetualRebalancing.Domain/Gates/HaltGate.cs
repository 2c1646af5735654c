namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Has a person, or a circuit breaker, stopped all placing? The kill switch.</summary>
public sealed class HaltGate : IGate
{
    /// <inheritdoc/>
    public string Name => "halt";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input) => input.State.Halt is { } why
        ? new Verdict.Blocked($"placing is halted: {why}; once that is settled, allow it again with 'resume resume'")
        : new Verdict.Cleared("no halt is in force");
}
