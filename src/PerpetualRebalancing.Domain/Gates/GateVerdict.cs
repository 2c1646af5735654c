namespace PerpetualRebalancing.Domain.Gates;

/// <summary>What one gate said.</summary>
/// <param name="Gate">The gate's name.</param>
/// <param name="Verdict">Its answer.</param>
public sealed record GateVerdict(string Gate, Verdict Verdict)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Gate}: {Verdict.Why}";
}
