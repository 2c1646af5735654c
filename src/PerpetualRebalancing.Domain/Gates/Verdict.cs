using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>A gate's answer, in a sentence that names what was measured and what is allowed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verdict")]
[JsonDerivedType(typeof(Cleared), "cleared")]
[JsonDerivedType(typeof(NeedsApproval), "needsApproval")]
[JsonDerivedType(typeof(Blocked), "blocked")]
public abstract record Verdict
{
    private Verdict(string why) => Why = why;

    /// <summary>What was measured, what is allowed and, unless cleared, what to do; without a full stop.</summary>
    public string Why { get; }

    /// <summary>Nothing stands in the way.</summary>
    /// <param name="Why">What was measured and what is allowed.</param>
    public sealed record Cleared(string Why) : Verdict(Why);

    /// <summary>A person must be asked, whatever the approval policy says.</summary>
    /// <param name="Why">What was measured, what is allowed and what to do.</param>
    public sealed record NeedsApproval(string Why) : Verdict(Why);

    /// <summary>Nothing may be placed, and no approval changes that.</summary>
    /// <param name="Why">What was measured, what is allowed and what to do.</param>
    public sealed record Blocked(string Why) : Verdict(Why);

    /// <summary>The worst that was found: blocked when anything blocks, else a question when anything needs one, else cleared.</summary>
    /// <param name="blocked">What blocks, one phrase each.</param>
    /// <param name="asks">What a person must be asked, one phrase each.</param>
    /// <param name="cleared">What to say when there is neither.</param>
    internal static Verdict Worst(IReadOnlyList<string> blocked, IReadOnlyList<string> asks, string cleared) =>
        blocked.Count > 0 ? new Blocked(string.Join("; ", blocked.Concat(asks)))
        : asks.Count > 0 ? new NeedsApproval(string.Join("; ", asks))
        : new Cleared(cleared);
}
