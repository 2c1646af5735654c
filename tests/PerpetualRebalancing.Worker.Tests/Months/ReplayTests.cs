using System.Text;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class ReplayTests
{
    [Fact]
    public async Task Every_stored_plan_is_decided_again_to_the_byte_from_what_was_stored()
    {
        using var life = new Life(SellProgramTests.Overweight());
        await life.MonthAsync();
        await life.MonthAsync();
        await life.FinishAsync();

        // The files on disk have changed since; the replay reads what was stored.
        File.WriteAllText(life.Desk.Settings.HouseholdFile, "{}");
        File.Delete(Path.Combine(life.Desk.Settings.ConfigFolder, "tax", "flat.json"));

        var stored = life.Desk.Store.Plans();
        Assert.True(stored.Length >= 2);
        var replay = new Replay(life.Desk.Store);
        Assert.All(stored, plan => Assert.Equal(new ReplayOutcome.Same(plan.Hash), replay.Of(plan)));
    }

    [Fact]
    public async Task A_plan_that_was_decided_on_other_facts_is_shown_as_different()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();

        var stored = Assert.Single(life.Desk.Store.Plans());
        var plan = stored.Read();
        var replay = new Replay(life.Desk.Store);
        Assert.IsType<ReplayOutcome.Impossible>(replay.Of(stored with { Snapshot = null }));
        Assert.IsType<ReplayOutcome.Altered>(replay.Of(stored with { Json = stored.Json.Replace("\"B1\"", "\"B9\"", StringComparison.Ordinal) }));

        // As if it had been decided on other facts: one leg more, and one leg of another size.
        var first = plan.Legs.First(l => l.IsPurchase);
        var other = Kept(stored, plan with { Legs = plan.Legs.Replace(first, first with { Value = first.Value * 2m }).Add(first with { Id = new LegId("B9"), Account = new AccountId("elsewhere") }) });
        var differs = Assert.IsType<ReplayOutcome.Differs>(replay.Of(other));
        Assert.Equal((other.Hash, stored.Hash), (differs.Stored, differs.Recomputed));
        Assert.Equal([first.Id.Value, "B9"], differs.Difference.Legs.Select(l => l.Leg));
        Assert.Equal($"value {first.Value * 2m}, now {first.Value}", Assert.Single(differs.Difference.Legs[0].Changes));
        Assert.Equal("only in the stored plan", Assert.Single(differs.Difference.Legs[1].Changes));
        Assert.Empty(differs.Difference.Parts);
    }

    [Fact]
    public async Task A_plan_of_another_version_of_the_decision_is_compared_and_its_version_said()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();

        var stored = Assert.Single(life.Desk.Store.Plans());
        var older = Kept(stored, stored.Read() with { DecisionVersion = Decision.Version - 1 });
        var differs = Assert.IsType<ReplayOutcome.Differs>(new Replay(life.Desk.Store).Of(older));
        Assert.Equal((Decision.Version - 1, stored.Hash), (differs.Version, differs.Recomputed));
        Assert.Empty(differs.Difference.Legs);
        Assert.Equal("decisionVersion", Assert.Single(differs.Difference.Parts));
    }

    private static StoredPlan Kept(StoredPlan stored, Plan plan) =>
        stored with { Json = Encoding.UTF8.GetString(DomainJson.Bytes(plan)), Hash = DomainJson.Hash(DomainJson.Bytes(plan)) };
}
