using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>What all gates said together.</summary>
/// <param name="Verdicts">One per gate, in the order they are declared.</param>
public sealed record Judgement(ImmutableArray<GateVerdict> Verdicts)
{
    /// <summary>The worst verdict, with the reasons of all gates that gave it.</summary>
    public Verdict Outcome => !Blocked.IsEmpty ? new Verdict.Blocked(string.Join("; ", Blocked))
        : !NeedsApproval.IsEmpty ? new Verdict.NeedsApproval(string.Join("; ", NeedsApproval))
        : new Verdict.Cleared($"all {Verdicts.Length} gates are clear");

    /// <summary>The gates that block.</summary>
    public ImmutableArray<GateVerdict> Blocked => Verdicts.Where(v => v.Verdict is Verdict.Blocked).ToImmutableArray();

    /// <summary>The gates that want a person to be asked.</summary>
    public ImmutableArray<GateVerdict> NeedsApproval => Verdicts.Where(v => v.Verdict is Verdict.NeedsApproval).ToImmutableArray();
}
