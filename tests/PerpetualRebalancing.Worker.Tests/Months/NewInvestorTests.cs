using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class NewInvestorTests
{
    [Fact]
    public async Task The_first_month_of_somebody_who_owns_nothing_is_a_month_like_any_other()
    {
        using var life = new Life(new HouseholdFiles()
            .Opening(o =>
            {
                o.Remove("holdings");
                o.Remove("cash");
            })
            .Household(h =>
            {
                h["reserve"]!.AsObject().Remove("openingCash");
                h["reserve"]!["emergencyMonths"] = 1;
            }));
        Assert.Empty(life.State.Lots);

        await life.MonthAsync();
        await life.FinishAsync();

        var closed = Assert.Single(life.Facts.OfType<Fact.ReviewClosed>());
        Assert.Equal(BatchOutcome.Executed, Assert.Single(life.Facts.OfType<Fact.BatchClosed>()).Outcome);
        Assert.IsType<ProgramStep.Idle>(closed.Program);
        Assert.Contains(life.State.Lots, l => life.Desk.Policy.Instrument(l.Key.Instrument).Class is not null);

        // The second month starts from what the first one bought.
        await life.MonthAsync();
        await life.FinishAsync();
        Assert.Equal(2, life.Facts.OfType<Fact.ReviewClosed>().Count());
        Assert.True(life.Plans[^1].CoreBefore.IsPositive);
    }
}
