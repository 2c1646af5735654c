using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class CarriedCashTests
{
    private static readonly AccountId Demat = new("asha-demat");

    [Fact]
    public async Task Cash_that_comes_while_a_batch_is_open_is_free_for_an_ad_hoc_review_and_what_the_batch_left_is_not()
    {
        // Caught: the close called all cash in the account carried, and an ad hoc review did not see what had just come in.
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();
        Assert.NotEmpty(life.State.Batches);
        Incomes.Record(life.Desk, Demat, new Money(50_000m, Currency.Inr), IncomeKind.Other, "a gift", "gift", "asha");
        await life.FinishAsync();

        var ledger = life.State.Accounts[Demat];
        Assert.True(ledger.Carried.IsPositive);
        Assert.Equal(new Money(50_000m, Currency.Inr), ledger.Cash - ledger.Reserved - ledger.Carried - ledger.CarriedProceeds);

        var slot = life.Facts.OfType<Fact.ReviewClosed>().Single().Slot;
        var outcome = await new MonthlyReview(life.Desk).RunAsync(slot, ReviewKind.AdHoc, "asha", false, Life.Stop);
        var routed = outcome.Judged!.Plan.Routing.Where(r => r.Account == Demat).ToArray();
        Assert.NotEmpty(routed);
        Assert.Equal(50_000m, routed.Sum(r => r.Amount.Amount));
    }
}
