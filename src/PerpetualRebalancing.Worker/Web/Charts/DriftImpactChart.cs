using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web.Charts;

/// <summary>What a plan makes of a class's drift.</summary>
public enum ImpactKind
{
    /// <summary>Too little to be seen at two decimals of a point.</summary>
    Unchanged,

    /// <summary>Nearer to its target, because it is traded.</summary>
    Improvement,

    /// <summary>Nearer to its target without a trade: the portfolio around it changed.</summary>
    ImprovementEvaporated,

    /// <summary>Further from its target.</summary>
    Worsening,
}

/// <summary>A class's drift before and after.</summary>
/// <param name="Name">For people.</param>
/// <param name="Pre">Before the plan.</param>
/// <param name="Post">After it.</param>
/// <param name="Kind">What that is.</param>
public sealed record ClassImpact(string Name, Drift Pre, Drift Post, ImpactKind Kind)
{
    // Half of the last decimal that people read.
    private const decimal Visible = 0.00005m;

    /// <summary>How far the drift moves: above zero when it improves, below when it worsens.</summary>
    public Drift Change => Kind switch
    {
        ImpactKind.Unchanged => Drift.Zero,
        ImpactKind.Worsening => new Drift(-Math.Abs(Post.Fraction - Pre.Fraction)),
        _ => new Drift(Math.Abs(Post.Fraction - Pre.Fraction)),
    };

    /// <summary>Judges a class.</summary>
    /// <param name="name">For people.</param>
    /// <param name="pre">Before the plan.</param>
    /// <param name="post">After it.</param>
    /// <param name="isTraded">Whether the plan buys or sells it.</param>
    public static ClassImpact Of(string name, Drift pre, Drift post, bool isTraded) => new(name, pre, post, KindOf(pre, post, isTraded));

    private static ImpactKind KindOf(Drift pre, Drift post, bool isTraded) =>
        Math.Abs(post.Fraction - pre.Fraction) < Visible ? ImpactKind.Unchanged
        : Math.Abs(post.Fraction) > Math.Abs(pre.Fraction) ? ImpactKind.Worsening
        : isTraded ? ImpactKind.Improvement
        : ImpactKind.ImprovementEvaporated;
}

/// <summary>A level that classes are filled up to.</summary>
/// <param name="Level">Drift after the purchase, before rounding.</param>
/// <param name="Classes">The positions of the filled classes in the chart.</param>
public sealed record WaterLevel(Drift Level, ImmutableArray<int> Classes);

/// <summary>The chart <i>Drift Correction Impact</i> (seed 000 §3.4) as data: each class before and after, and the new water levels.</summary>
/// <param name="Classes">In declared order.</param>
/// <param name="Levels">One when all money could go everywhere; one per pool of money otherwise; none when nothing is bought.</param>
/// <param name="Axis">The scale of all drifts.</param>
/// <param name="IsOfPlan">Whether it shows two states; false when it only shows how the classes stand.</param>
public sealed record DriftImpactChart(ImmutableArray<ClassImpact> Classes, ImmutableArray<WaterLevel> Levels, Axis Axis, bool IsOfPlan)
{
    /// <summary>The chart of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">Names the classes.</param>
    public static DriftImpactChart Of(Plan plan, Household policy) => Of(
        [.. plan.Classes.Select(c => ClassImpact.Of(LegText.ClassName(c.Class, policy), c.DriftBefore, c.DriftAfter, !c.Bought.IsZero || !c.Sold.IsZero))],
        [.. plan.Proof.BuyLevels.GroupBy(l => l.Level).Select(g => new WaterLevel(g.Key, [.. g.Select(l => PositionOf(plan, l.Class)).Order()]))]);

    /// <summary>How classes stand now: before is after.</summary>
    public static DriftImpactChart Of(Standing standing, Household policy)
    {
        var classes = standing.Classes.Select(c => ClassImpact.Of(LegText.ClassName(c.Class, policy), c.Drift, c.Drift, isTraded: false));
        return Of([.. classes], []) with { IsOfPlan = false };
    }

    /// <summary>A plan's chart of its parts.</summary>
    public static DriftImpactChart Of(ImmutableArray<ClassImpact> classes, ImmutableArray<WaterLevel> levels) =>
        new(classes, levels, Axis.Around(classes.SelectMany(c => new[] { c.Pre, c.Post }).Concat(levels.Select(l => l.Level))), IsOfPlan: true);

    private static int PositionOf(Plan plan, ClassId id) => plan.Classes.Select((c, i) => (c.Class, i)).First(c => c.Class == id).i;
}
