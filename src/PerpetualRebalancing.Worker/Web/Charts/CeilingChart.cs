using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Web.Charts;

/// <summary>One scheduled review in the chart of the ceiling.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Projected">Portfolio drift after the review's own buy: what the ceiling is held against.</param>
/// <param name="Ceiling">The active ceiling; N while no program runs.</param>
/// <param name="Month">The program's month; null while none runs.</param>
/// <param name="IsSale">Whether it sells for drift.</param>
/// <param name="After">Portfolio drift at its close; null while it is open.</param>
public sealed record CeilingPoint(Slot Slot, Drift Projected, Drift Ceiling, int? Month, bool IsSale, Drift? After)
{
    /// <summary>The point of a review; null for an ad hoc one, which no ceiling is asked about.</summary>
    public static CeilingPoint? Of(Slot slot, ProgramStep step, Drift? after) => step switch
    {
        ProgramStep.Idle s => new CeilingPoint(slot, s.Projected, s.Maximum, null, false, after),
        ProgramStep.NoSale s => new CeilingPoint(slot, s.Projected, s.Ceiling, s.Month, false, after),
        ProgramStep.Sell s => new CeilingPoint(slot, s.Projected, s.Ceiling, s.Month, true, after),
        ProgramStep.NotAsked => null,
        _ => throw new InvalidOperationException($"Unknown program step {step}."),
    };
}

/// <summary>The chart <i>Active Drift Ceiling and Execution</i> (seed 000 §3.5) as data: portfolio drift, the ceiling over it, and where
/// something was sold.</summary>
/// <param name="Points">Oldest first.</param>
/// <param name="Axis">The scale of drifts and ceilings.</param>
public sealed record CeilingChart(ImmutableArray<CeilingPoint> Points, Axis Axis)
{
    /// <summary>Most reviews that it shows: two years.</summary>
    public const int Longest = 24;

    /// <summary>The chart of the reviews that closed, and of one that is under way.</summary>
    /// <param name="facts">The household's log, or its beginning.</param>
    /// <param name="pending">A plan whose review has not closed.</param>
    /// <returns>Null when there was no scheduled review yet.</returns>
    public static CeilingChart? Of(IEnumerable<Fact> facts, Plan? pending)
    {
        var closed = facts.OfType<Fact.ReviewClosed>().Where(f => f.Kind == ReviewKind.Scheduled)
            .Select(f => CeilingPoint.Of(f.Slot, f.Program, f.After)).OfType<CeilingPoint>().ToArray();
        var open = pending is { Kind: ReviewKind.Scheduled } plan && closed.All(p => p.Slot != plan.Slot) ? CeilingPoint.Of(plan.Slot, plan.Program, null) : null;
        return Of([.. closed, .. open is null ? [] : new[] { open }]);
    }

    /// <summary>The chart of its points; the last ones when there are many.</summary>
    public static CeilingChart? Of(IReadOnlyList<CeilingPoint> points)
    {
        ImmutableArray<CeilingPoint> last = [.. points.Skip(points.Count - Longest)];
        return last.IsEmpty ? null : new CeilingChart(
            last, Axis.Around(last.SelectMany(p => new[] { p.Projected, p.Ceiling, p.After ?? p.Projected }), withZero: false));
    }
}
