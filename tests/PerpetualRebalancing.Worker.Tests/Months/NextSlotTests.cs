using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class NextSlotTests
{
    [Fact]
    public async Task The_next_slot_takes_the_place_of_what_was_not_placed_and_leaves_what_is_at_the_broker()
    {
        // Two orders in Mumbai lie at the broker; London and New York never see theirs, because the month's batch was approved late.
        using var life = new Life(SellProgramTests.Overweight()
            .Rule("""{ "fillFraction": 0.5, "rest": "nextSession" }""")
            .Household(h =>
            {
                h["approval"]!["expiresAfterDays"] = 31;
                h["approval"]!["batchDays"] = 31;
            }));
        await life.MonthAsync(Answer.None);
        await life.EarnAsync(life.Slot);
        await life.GoToAsync(life.DueAt(life.Slot).AddMinutes(-5));
        await life.ApproveAsync(life.Batch!.Id);
        await life.AdvanceAsync();
        var old = life.Batch!;
        var there = old.Legs.Where(l => l.IsAtBroker).ToArray();
        Assert.NotEmpty(there);

        await life.GoToAsync(life.DueAt(life.Slot));
        var outcome = Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot));

        var after = life.State.Batch(old.Id)!;
        Assert.All(after.Legs.Where(l => there.All(t => t.Plan.Id != l.Plan.Id)), l =>
        {
            Assert.Equal(LegState.Superseded, l.State);
            Assert.Contains("the review of 2026-07 takes its place", l.Note, StringComparison.Ordinal);
        });
        Assert.All(there, l => Assert.True(after.Leg(l.Plan.Id).IsAtBroker));

        // What is on sale already is not planned to be sold again.
        foreach (var open in there)
        {
            var again = outcome.Judged.Plan.Legs.Where(l => l.IsSale && l.Account == open.Plan.Account && l.Instrument == open.Plan.Instrument).Sum(l => l.Quantity.Units);
            Assert.True(again <= life.State.Held(open.Plan.Account, open.Plan.Instrument!).Units - (open.Plan.Quantity.Units - open.Filled.Units));
        }

        await life.ApproveAsync(life.Batch!.Id);
        await life.FinishAsync();
        Assert.Equal([new Slot(2026, 6), new Slot(2026, 7)], life.Facts.OfType<Fact.ReviewClosed>().Select(c => c.Slot).Distinct().Order());
        Assert.Equal(new Slot(2026, 7), life.State.LastSlot);
    }

    [Fact]
    public async Task A_machine_that_was_off_over_the_slot_catches_up_within_grace_and_alerts_after_it()
    {
        using var life = new Life(new HouseholdFiles());
        await life.GoToAsync(life.DueAt(life.Slot).AddDays(1));
        Assert.Equal(new Slot(2026, 6), Assert.IsType<SlotDue.Run>(SlotTable.Due(life.Desk)[0]).Slot);
        await life.CareAsync();
        Assert.Equal(new Slot(2026, 6), life.Batch!.Slot);
        Assert.IsType<SlotDue.Later>(SlotTable.Due(life.Desk)[0]);
        await life.ApproveAsync(life.Batch!.Id);
        await life.FinishAsync();

        // Four business days too late for July: Thursday 6 August.
        await life.LookAwayUntilAsync(Life.India(8, 6, 11, 0));
        Assert.Equal(4, Assert.IsType<SlotDue.Missed>(SlotTable.Due(life.Desk)[0]).BusinessDaysLate);
        await life.CareAsync();
        await life.CareAsync();
        Assert.Empty(life.State.Batches);
        Assert.Single(life.Desk.Store.Alerts(), a => a.Kind == "missed" && a.Text.Contains("2026-07", StringComparison.Ordinal));

        // August comes all the same.
        await life.EarnAsync(life.Slot);
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.CareAsync();
        Assert.Equal(new Slot(2026, 8), life.Batch!.Slot);
    }

    [Fact]
    public async Task Two_processes_make_one_review_and_only_the_holder_of_the_role_places()
    {
        using var life = new Life(new HouseholdFiles());
        await life.GoToAsync(life.DueAt(life.Slot));
        using var other = life.Another();
        Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot));
        Assert.IsType<ReviewOutcome.AlreadyDone>(await new MonthlyReview(other).RunAsync(life.Slot, ReviewKind.Scheduled, "other", false, Life.Stop));
        Assert.Single(life.State.Batches);
        Assert.Null(other.Store.TryAcquirePlacing(1, "there"));

        // The other process answers; that is enough, and it places nothing itself.
        Assert.IsType<ApprovalAnswer.Approved>(await new Approvals(other, new MonthlyReview(other)).ApproveAsync(life.Batch!.Id.Value, "ravi", Life.Stop));
        using var lost = other.Store.TryAcquirePlacing(1, "there");
        Assert.Null(lost);
        await life.FinishAsync();

        // A holder that was silent for a minute is replaced, and what it still tries is refused.
        await life.EarnAsync(life.Slot);
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        await life.ApproveAsync(life.Batch!.Id);
        life.Sleep(TimeSpan.FromMinutes(5));
        using var taken = other.Store.TryAcquirePlacing(1, "there");
        Assert.NotNull(taken);
        await new BatchRunner(life.Desk, life.PlacingRole).AdvanceAsync(Life.Stop);
        Assert.All(life.Batch!.Legs, l => Assert.Equal(LegState.Scheduled, l.State));
        await new BatchRunner(other, taken).AdvanceAsync(Life.Stop);
        Assert.Contains(life.Batch!.Legs, l => l.State is LegState.Filled or LegState.InTransit);
    }
}
