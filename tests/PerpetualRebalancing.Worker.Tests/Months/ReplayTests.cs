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
        Assert.IsType<ReplayOutcome.Differs>(new Replay(life.Desk.Store).Of(stored with { DecidedOn = 1, Snapshot = stored.Snapshot, Hash = stored.Hash[..^1] + "x" }));
        Assert.IsType<ReplayOutcome.Impossible>(new Replay(life.Desk.Store).Of(stored with { Snapshot = null }));
    }
}
