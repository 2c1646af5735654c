using System.Text.Json.Serialization;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>The stateful run of M reviews with a falling drift ceiling (semantics §4): idle, or in month k.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "program")]
[JsonDerivedType(typeof(Idle), "idle")]
[JsonDerivedType(typeof(Active), "active")]
public abstract record SellProgram
{
    private SellProgram()
    {
    }

    /// <summary>No program runs.</summary>
    public sealed record Idle : SellProgram
    {
        /// <summary>The only value.</summary>
        public static readonly Idle Value = new();
    }

    /// <summary>A program runs.</summary>
    /// <param name="Month">k of the next review, 1 to M; stays M while the minimum is held.</param>
    /// <param name="Started">The slot it started in.</param>
    /// <param name="Holding">True when it is past month M and holds the minimum as its ceiling.</param>
    public sealed record Active(int Month, Slot Started, bool Holding) : SellProgram;

    /// <summary>What the program says about a review whose drift after its own buy would be <paramref name="projected"/>.</summary>
    public ProgramStep Evaluate(SellPolicy policy, Slot slot, Drift projected) => this switch
    {
        Idle when projected > policy.Maximum => new ProgramStep.Sell(1, slot, policy.CeilingIn(1), projected, Holding: false),
        Idle => new ProgramStep.Idle(projected, policy.Maximum),
        Active a when projected > policy.CeilingIn(a.Month) =>
            new ProgramStep.Sell(a.Month, a.Started, policy.CeilingIn(a.Month), projected, a.Holding),
        Active a => new ProgramStep.NoSale(a.Month, a.Started, policy.CeilingIn(a.Month), projected, a.Holding),
        _ => throw new InvalidOperationException("A sell program is idle or active."),
    };

    /// <summary>The program after a scheduled review of its slot has closed: executed, or no sale was needed. Reviews that were
    /// rejected, expired, blocked or missed do not come here, so they leave k as it is.</summary>
    /// <param name="policy">N, minimum and M.</param>
    /// <param name="step">What the review did.</param>
    /// <param name="after">Portfolio drift at its close; <see cref="Batch.Judged"/> when it had a batch.</param>
    public static (SellProgram Next, ProgramEnd End) Close(SellPolicy policy, ProgramStep step, Drift after)
    {
        var (month, started, holding) = step switch
        {
            ProgramStep.Sell s => (s.Month, s.Started, s.Holding),
            ProgramStep.NoSale n => (n.Month, n.Started, n.Holding),
            _ => (0, default, false),
        };
        if (month == 0)
        {
            return (Idle.Value, ProgramEnd.None);
        }

        if (after <= policy.Minimum)
        {
            return (Idle.Value, ProgramEnd.Reached);
        }

        if (month < policy.Months)
        {
            return (new Active(month + 1, started, Holding: false), ProgramEnd.None);
        }

        return policy.Incomplete == IncompletePolicy.Hold
            ? (new Active(policy.Months, started, Holding: true), holding ? ProgramEnd.None : ProgramEnd.Holding)
            : (Idle.Value, ProgramEnd.Incomplete);
    }
}

/// <summary>How a program ended at the close of a review.</summary>
public enum ProgramEnd
{
    /// <summary>It did not end, or none ran.</summary>
    None,

    /// <summary>Drift is at or below the minimum.</summary>
    Reached,

    /// <summary>Month M is over above the minimum, and the policy ends there: alert.</summary>
    Incomplete,

    /// <summary>Month M is over above the minimum, and the policy holds the minimum as the ceiling: alert.</summary>
    Holding,
}

/// <summary>What the sell program says about one review.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(Idle), "idle")]
[JsonDerivedType(typeof(NoSale), "noSale")]
[JsonDerivedType(typeof(Sell), "sell")]
[JsonDerivedType(typeof(NotAsked), "notAsked")]
public abstract record ProgramStep
{
    private ProgramStep()
    {
    }

    /// <summary>No program runs and none starts.</summary>
    /// <param name="Projected">Drift after this review's own buy.</param>
    /// <param name="Maximum">N.</param>
    public sealed record Idle(Drift Projected, Drift Maximum) : ProgramStep;

    /// <summary>A program runs, and this month needs no sale.</summary>
    /// <param name="Month">k.</param>
    /// <param name="Started">Its first slot.</param>
    /// <param name="Ceiling">This month's.</param>
    /// <param name="Projected">Drift after this review's own buy.</param>
    /// <param name="Holding">Past month M.</param>
    public sealed record NoSale(int Month, Slot Started, Drift Ceiling, Drift Projected, bool Holding) : ProgramStep;

    /// <summary>A program runs or starts, and this month sells down to the ceiling.</summary>
    /// <param name="Month">k.</param>
    /// <param name="Started">Its first slot.</param>
    /// <param name="Ceiling">This month's.</param>
    /// <param name="Projected">Drift after this review's own buy.</param>
    /// <param name="Holding">Past month M.</param>
    public sealed record Sell(int Month, Slot Started, Drift Ceiling, Drift Projected, bool Holding) : ProgramStep;

    /// <summary>An ad hoc review: the program is not asked and not advanced.</summary>
    /// <param name="Projected">Drift after this review's own buy.</param>
    public sealed record NotAsked(Drift Projected) : ProgramStep;
}
