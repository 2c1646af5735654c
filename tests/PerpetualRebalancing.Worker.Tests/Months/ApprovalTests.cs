using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class ApprovalTests
{
    [Fact]
    public async Task An_unanswered_request_expires_places_nothing_and_leaves_the_sell_program_where_it_was()
    {
        using var life = new Life(SellProgramTests.Overweight());
        await life.MonthAsync();
        await life.FinishAsync();
        Assert.Equal(2, Assert.IsType<SellProgram.Active>(life.State.Program).Month);
        var fills = life.Facts.OfType<Fact.LegFilled>().Count();

        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        var asked = life.Batch!;
        await life.GoToAsync(asked.Expires.AddHours(-1));
        Assert.NotNull(life.State.Batch(asked.Id));
        await life.GoToAsync(asked.Expires);

        AssertNothingCame(life, asked, BatchOutcome.Expired, fills);
        Assert.IsType<ApprovalAnswer.Unknown>(await life.ApproveAsync(asked.Id));

        // The next month asks for the same step of the program.
        var next = await life.MonthAsync();
        Assert.Equal(2, Assert.IsType<ProgramStep.Sell>(next.Judged!.Plan.Program).Month);
    }

    [Fact]
    public async Task A_rejected_request_places_nothing_and_leaves_the_sell_program_where_it_was()
    {
        using var life = new Life(SellProgramTests.Overweight());
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        var asked = life.Batch!;

        Assert.IsType<ApprovalAnswer.Rejected>(new Approvals(life.Desk, new MonthlyReview(life.Desk)).Reject(asked.Id.Value, "not now", "ravi"));
        await life.GoToAsync(life.Now.AddDays(5));

        AssertNothingCame(life, asked, BatchOutcome.Rejected, fills: 0);
        Assert.IsType<SellProgram.Idle>(life.State.Program);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Text.Contains("not now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_plan_made_again_after_a_rejection_is_asked_about_again()
    {
        // Caught: the second request had the first one's occasion, and no mail was sent for a batch that waited for its answer.
        using var life = new Life(SellProgramTests.Overweight());
        await life.GoToAsync(life.DueAt(life.Slot));
        var first = Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot));
        var approvals = new Approvals(life.Desk, new MonthlyReview(life.Desk));
        Assert.IsType<ApprovalAnswer.Rejected>(approvals.Reject(first.Plan.Code.Value, "not now", "ravi"));

        var second = Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot));
        Assert.Equal(first.Plan.Hash, second.Plan.Hash);
        Assert.Equal(2, life.Mails.Count(m => m.Contains("Subject: Approve 2026-06", StringComparison.Ordinal)));
        Assert.IsType<ApprovalAnswer.Rejected>(approvals.Reject(second.Plan.Code.Value, "still not", "ravi"));
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Text.Contains("still not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_at_night_is_placed_in_the_morning()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();
        await life.FinishAsync();
        var first = life.Desk.Store.Facts().First(f => f.Fact is Fact.LegMoved { State: LegState.Submitting, ClientKey: not null });
        var answer = life.Desk.Store.Facts().First(f => f.Fact is Fact.BatchApproved);
        Assert.Equal(Life.India(6, 30, 21, 30), answer.At);
        Assert.True(first.At >= Life.India(7, 1, 9, 15), $"{first.At:u}");
    }

    [Fact]
    public async Task A_large_batch_waits_for_the_yes_of_a_second_person()
    {
        using var life = new Life(SellProgramTests.Overweight().Household(h =>
        {
            h["members"]![0]!["mail"] = "asha@example.org";
            h["members"]![1]!["mail"] = "ravi@example.org";
            h["approval"]!["secondAbove"] = 1000;
        }));
        await life.GoToAsync(life.DueAt(life.Slot));
        var asked = Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot)).Judged;
        Assert.Contains(asked.Asks, a => a.EndsWith("two people must say yes", StringComparison.Ordinal));
        Assert.Equal(["asha@example.org", "ravi@example.org"], life.Mails.Where(m => m.Contains("Subject: Approve", StringComparison.Ordinal)).Select(m => m.Split("To: ")[1].Split('\r')[0]));
        var approvals = new Approvals(life.Desk, new MonthlyReview(life.Desk));

        // A plan that was not shown is no plan of this code.
        Assert.IsType<ApprovalAnswer.Unknown>(await approvals.ApproveAsync(asked.Code.Value, "asha", Life.Stop, new string('b', 64)));
        Assert.IsType<ApprovalAnswer.FirstOfTwo>(await approvals.ApproveAsync(asked.Code.Value, "asha", Life.Stop, asked.Hash));
        Assert.IsType<ApprovalAnswer.TooLate>(await approvals.ApproveAsync(asked.Code.Value, "asha", Life.Stop));
        Assert.False(life.Batch!.Approved);
        await life.StepAsync(life.Now.AddHours(1));
        Assert.DoesNotContain(life.Facts, f => f is Fact.LegMoved { State: LegState.Submitting });
        Assert.IsType<ApprovalAnswer.Approved>(await approvals.ApproveAsync(asked.Code.Value, "ravi", Life.Stop));
        Assert.Equal("asha and ravi", Assert.Single(life.Facts.OfType<Fact.BatchApproved>()).By);
    }

    [Fact]
    public async Task A_price_that_moves_beyond_the_tolerance_is_planned_again_and_asked_again()
    {
        // Gold jumps at the opening of the day after the review.
        using var life = new Life(SellProgramTests.Overweight()
            .Price(new DateOnly(2026, 6, 30), "MON100", 248.60m * 1.65m).Price(new DateOnly(2026, 7, 1), "MON100", 248.60m * 1.60m)
            .Household(h => h["limits"]!["priceCollarPercent"] = 10));
        await life.GoToAsync(life.DueAt(life.Slot));
        var asked = Assert.IsType<ReviewOutcome.AwaitingApproval>(await life.ReviewAsync(life.Slot)).Judged;
        await life.GoToAsync(Life.India(7, 1, 11, 0));

        var answer = await new Approvals(life.Desk, new MonthlyReview(life.Desk)).ApproveAsync(asked.Code.Value, "asha", Life.Stop);

        var again = Assert.IsType<ReviewOutcome.AwaitingApproval>(Assert.IsType<ApprovalAnswer.Replanned>(answer).Review).Judged;
        Assert.NotEqual(asked.Code, again.Code);
        Assert.Equal(asked.Plan.Slot, again.Plan.Slot);
        Assert.Null(life.State.Batch(asked.Code));
        Assert.DoesNotContain(life.Facts, f => f is Fact.LegMoved { State: LegState.Submitting });
        Assert.IsType<ApprovalAnswer.Approved>(await life.ApproveAsync(again.Code));
        await life.FinishAsync();
        Assert.Equal("Closed", Assert.Single(life.Desk.Store.SlotClaims()).Outcome);
        Assert.Equal(2, life.Mails.Count(m => m.Contains("Subject: Approve 2026-06", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_halt_after_the_approval_places_nothing_and_touches_no_cash_until_it_is_lifted()
    {
        using var life = new Life(SellProgramTests.Overweight());
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        await life.ApproveAsync(life.Batch!.Id);
        life.Desk.Store.Transact("asha", t => t.Append(new Fact.Halted("the bank called")));
        var cash = life.State.Accounts.Values.Select(a => a.Cash).ToArray();

        await life.GoToAsync(Life.India(7, 4, 12, 0));
        Assert.All(life.Batch!.Legs, l => Assert.Equal(LegState.Scheduled, l.State));
        Assert.Equal(cash, life.State.Accounts.Values.Select(a => a.Cash));
        foreach (var account in life.Desk.Policy.Accounts)
        {
            Assert.Empty(await life.Desk.BrokerOf(account.Id).OrdersAsync(account.Id, new DateOnly(2026, 6, 1), Life.Stop));
        }

        life.Desk.Store.Transact("asha", t => t.Append(new Fact.Resumed("it was nothing")));
        await life.FinishAsync();
        Assert.Equal(BatchOutcome.Executed, life.Facts.OfType<Fact.BatchClosed>().Single().Outcome);
        Assert.NotEmpty(life.Facts.OfType<Fact.LegFilled>());
    }

    [Fact]
    public async Task A_halt_between_sale_and_purchase_does_not_set_the_reserve_s_share_aside_twice()
    {
        // Caught the reserve's share being claimed again at every step that could not buy.
        using var life = new Life(SellProgramTests.Overweight().Household(h => h["reserve"]!["emergencyMonths"] = 16.5m));
        await life.MonthAsync();
        await life.GoToAsync(Life.India(7, 1, 9, 40));
        Assert.Contains(life.Batch!.Legs, l => l.Plan.IsSale && l.State is LegState.Filled);
        life.Desk.Store.Transact("asha", t => t.Append(new Fact.Halted("the bank called")));
        await life.GoToAsync(Life.India(7, 3, 12, 0));
        life.Desk.Store.Transact("asha", t => t.Append(new Fact.Resumed("it was nothing")));
        await life.FinishAsync();

        var share = life.Plans[^1].Routing.Where(r => r is { FromProceeds: true, To: Destination.LiquidityReserve }).ToArray();
        Assert.NotEmpty(share);
        Assert.Contains(life.Plans[^1].Routing, r => r is { FromProceeds: true, To: Destination.Core } && r.Account == share[0].Account);
        var set = life.Facts.OfType<Fact.Earmarked>().Where(e => e.Kind == EarmarkKind.Reserve && e.Change.IsPositive).ToArray();
        Assert.Equal(share.Length + life.Plans[^1].Routing.Count(r => r is { FromProceeds: false, To: Destination.LiquidityReserve }), set.Length);
    }

    private static void AssertNothingCame(Life life, Batch asked, BatchOutcome outcome, int fills)
    {
        Assert.Null(life.State.Batch(asked.Id));
        Assert.Equal(outcome, life.Facts.OfType<Fact.BatchClosed>().Last().Outcome);
        Assert.Equal(fills, life.Facts.OfType<Fact.LegFilled>().Count());
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Kind == outcome.ToString());
        Assert.Equal(outcome.ToString(), life.Desk.Store.SlotClaims().Single(c => c.Slot == asked.Slot).Outcome);
        Assert.DoesNotContain(life.Facts.OfType<Fact.ReviewClosed>(), c => c.Slot == asked.Slot);
    }
}
