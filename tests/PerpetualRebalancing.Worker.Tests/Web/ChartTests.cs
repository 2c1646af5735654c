using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Tests.Views;
using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Web.Charts;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>The charts as data, against the two examples of the framework (seed 000 §3.4 and §3.5).</summary>
public class ChartTests
{
    private static readonly (string Name, decimal Pre, decimal Post, bool Bought)[] Example =
    [
        ("Nasdaq 100", -1.25m, -0.39m, true), ("Nifty 50", 0.20m, -0.22m, false), ("Next 50", -0.36m, -0.39m, true), ("Midcap 150", -0.44m, -0.39m, true),
        ("Smallcap 250", -0.08m, -0.19m, false), ("Debt", 1.15m, 1.02m, false), ("Gold", 0.78m, 0.55m, false),
    ];

    [Fact]
    public void The_frameworks_own_example_of_a_drift_correction_is_drawn_as_it_draws_it()
    {
        var chart = DriftImpactChart.Of(
            [.. Example.Select(c => ClassImpact.Of(c.Name, Drift.FromPoints(c.Pre), Drift.FromPoints(c.Post), c.Bought))], [new WaterLevel(Drift.FromPoints(-0.39m), [0, 2, 3])]);
        Assert.Equal(
            [
                (ImpactKind.Improvement, 0.86m), (ImpactKind.Worsening, -0.42m), (ImpactKind.Worsening, -0.03m), (ImpactKind.Improvement, 0.05m),
                (ImpactKind.Worsening, -0.11m), (ImpactKind.ImprovementEvaporated, 0.13m), (ImpactKind.ImprovementEvaporated, 0.23m),
            ],
            chart.Classes.Select(c => (c.Kind, c.Change.Points)));
        Assert.True(chart.IsOfPlan);
        Assert.Equal((-1.5m, 1.5m, 0.5m), (chart.Axis.Floor.Points, chart.Axis.Ceiling.Points, chart.Axis.Step.Points));
    }

    [Fact]
    public void What_nobody_can_see_at_two_decimals_is_no_change_and_a_class_that_stays_is_none()
    {
        Assert.Equal(ImpactKind.Unchanged, ClassImpact.Of("a", Drift.FromPoints(0.5m), Drift.FromPoints(0.5049m), false).Kind);
        Assert.Equal(ImpactKind.Worsening, ClassImpact.Of("a", Drift.FromPoints(0.5m), Drift.FromPoints(0.505m), true).Kind);
        Assert.Equal(ImpactKind.Improvement, ClassImpact.Of("a", Drift.FromPoints(3m), Drift.FromPoints(1m), true).Kind);
        Assert.Equal(Drift.Zero, ClassImpact.Of("a", Drift.FromPoints(0.5m), Drift.FromPoints(0.5m), false).Change);
    }

    [Fact]
    public async Task A_plans_chart_has_the_plans_own_numbers_and_levels()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var chart = DriftImpactChart.Of(plan, policy);
        Assert.Equal(plan.Classes.Select(c => (c.DriftBefore, c.DriftAfter)), chart.Classes.Select(c => (c.Pre, c.Post)));
        Assert.Equal(plan.Classes.Select(c => LegText.ClassName(c.Class, policy)), chart.Classes.Select(c => c.Name));
        Assert.Equal(
            plan.Proof.BuyLevels.Select(l => (l.Class, l.Level)).OrderBy(l => l.Class.Value, StringComparer.Ordinal),
            chart.Levels.SelectMany(l => l.Classes.Select(c => (plan.Classes[c].Class, l.Level))).OrderBy(l => l.Class.Value, StringComparer.Ordinal));
        Assert.NotEmpty(chart.Levels);
        Assert.All(chart.Classes, c => Assert.True(chart.Axis.Floor < c.Pre && chart.Axis.Floor < c.Post && chart.Axis.Ceiling >= c.Pre && chart.Axis.Ceiling >= c.Post));
        Assert.All(chart.Classes.Zip(plan.Classes), pair => Assert.True(
            pair.First.Kind != ImpactKind.ImprovementEvaporated || (pair.Second.Bought.IsZero && pair.Second.Sold.IsZero), $"{pair.First} is traded."));
    }

    [Fact]
    public void The_frameworks_own_example_of_a_falling_ceiling_is_drawn_as_it_draws_it()
    {
        decimal[] drifts = [6m, 8m, 9.5m, 10.8m, 9.5m, 8.5m, 6.5m, 6.2m, 4.8m, 5.5m, 6m];
        var (maximum, slot, months) = (Drift.FromPoints(10m), new Slot(2026, 1), new List<Fact>());
        var policy = new Domain.Policy.SellPolicy(maximum, Drift.FromPoints(5m), 6, LongTermOnly: true, Domain.Policy.IncompletePolicy.End);
        SellProgram program = SellProgram.Idle.Value;
        foreach (var drift in drifts.Select(Drift.FromPoints))
        {
            var step = program.Evaluate(policy, slot, drift);
            var (next, end) = SellProgram.Close(policy, step, drift);
            months.Add(new Fact.ReviewClosed(slot, ReviewKind.Scheduled, step, drift, next, end));
            (program, slot) = (next, slot.Next);
        }

        var chart = CeilingChart.Of(months, null)!;
        Assert.Equal([10m, 10m, 10m, 10m, 9m, 8m, 7m, 6m, 5m, 10m, 10m], chart.Points.Select(p => p.Ceiling.Points));
        Assert.Equal(drifts, chart.Points.Select(p => p.Projected.Points));
        Assert.Equal([false, false, false, true, true, true, false, true, false, false, false], chart.Points.Select(p => p.IsSale));
        Assert.Equal([null, null, null, 1, 2, 3, 4, 5, 6, null, null], chart.Points.Select(p => p.Month));
        Assert.Equal((4m, 12m), (chart.Axis.Floor.Points, chart.Axis.Ceiling.Points));
    }

    [Fact]
    public async Task A_plan_under_way_is_the_last_point_and_ad_hoc_reviews_are_none()
    {
        var (plan, _) = await ExamplePlan.Get();
        Assert.Null(CeilingChart.Of([], null));
        var scheduled = plan with { Kind = ReviewKind.Scheduled };
        var point = Assert.Single(CeilingChart.Of([], scheduled)!.Points);
        Assert.Equal((plan.Slot, null), (point.Slot, point.After));
        Assert.Null(CeilingChart.Of([], plan with { Kind = ReviewKind.AdHoc }));

        // Closed: the same slot is not drawn twice.
        var closed = new Fact.ReviewClosed(plan.Slot, ReviewKind.Scheduled, scheduled.Program, Drift.FromPoints(1m), SellProgram.Idle.Value, ProgramEnd.None);
        Assert.Equal(Drift.FromPoints(1m), Assert.Single(CeilingChart.Of([closed], scheduled)!.Points).After);
        var many = Enumerable.Range(0, 40).Select(i => CeilingPoint.Of(new Slot(2020 + (i / 12), (i % 12) + 1), scheduled.Program, null)!).ToArray();
        Assert.Equal(many[^CeilingChart.Longest..], CeilingChart.Of(many)!.Points);
    }

    [Fact]
    public void A_scale_holds_every_value_on_few_round_marks()
    {
        foreach (var points in new[] { 0m, 0.01m, 0.37m, 1m, 4.999m, 12m, 87.3m, 250m })
        {
            foreach (var other in new[] { 0m, -0.02m, -1.25m, -60m })
            {
                var axis = Axis.Around([Drift.FromPoints(points), Drift.FromPoints(other)]);
                Assert.True(axis.Floor <= Drift.FromPoints(other) && axis.Ceiling >= Drift.FromPoints(points) && axis.Ceiling > axis.Floor, $"{axis}");
                Assert.InRange(axis.Marks.Count(), 2, 8);
                Assert.Contains(Drift.Zero, axis.Marks);
            }
        }
    }
}
