using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tests.WaterFilling;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>The author's published months through the whole decision, orders in paise.</summary>
public sealed class GoldenMonthTests
{
    private const decimal Scale = 100_000m;
    private const decimal AllocationTolerance = 0.6m;
    private const decimal DriftTolerance = 0.011m;

    public static TheoryData<AuthorMonth> OnePoolMonths => [AuthorMonth.May, AuthorMonth.June, AuthorMonth.July];

    [Theory]
    [MemberData(nameof(OnePoolMonths))]
    public void A_published_month_is_the_plan_of_one_pool(AuthorMonth month) => AssertAsPublished(
        month, TestHousehold.OnePool(AuthorMonth.Targets, [.. month.Before.Select(v => v * Scale)], month.NewMoney * Scale).Plan());

    [Fact]
    public void August_is_the_plan_of_two_pools()
    {
        var month = AuthorMonth.August;
        var cash = month.NewMoney * Scale;
        var foreign = Math.Round(cash * 0.8502m, 2);
        var household = TestHousehold.WithTargets(AuthorMonth.Targets).WithAccount("domestic", cash - foreign).WithAccount("foreign", foreign);
        for (var i = 0; i < 7; i++)
        {
            var account = i == 0 ? "foreign" : "domestic";
            household = household.WithInstrument($"x{i}", i, account).WithLot(account, $"x{i}", month.Before[i] * Scale);
        }

        var plan = household.Plan();
        AssertAsPublished(month, plan);
        Assert.Equal(foreign, plan.Sum(LegPurpose.Invest, "x0"));
        Assert.All(plan.Legs, l => Assert.Equal(l.Instrument!.Value == "x0" ? "foreign" : "domestic", l.Account.Value));
    }

    [Fact]
    public void August_with_dollars_at_the_foreign_broker_is_the_same_month()
    {
        // 85.25 rupees to the dollar; the foreign half is held, priced and bought in dollars and cents.
        var month = AuthorMonth.August;
        var (cash, rate) = (month.NewMoney * Scale, 85.25m);
        var dollars = Math.Round(cash * 0.8502m / rate, 2);
        var household = TestHousehold.WithTargets(AuthorMonth.Targets).WithRate(Currency.Usd, rate)
            .WithAccount("domestic", Math.Round(cash - (dollars * rate), 2)).WithAccount("foreign", dollars, Currency.Usd);
        for (var i = 0; i < 7; i++)
        {
            var account = i == 0 ? "foreign" : "domestic";
            household = household.WithInstrument($"x{i}", i, account).WithLot(account, $"x{i}", Math.Round(month.Before[i] * Scale / (i == 0 ? rate : 1m), 2));
        }

        var plan = household.Plan();
        AssertAsPublished(month, plan);
        Assert.All(plan.Flows, f => Assert.Equal(0m, f.Residual.Amount));
    }

    private static void AssertAsPublished(AuthorMonth month, Plan plan)
    {
        var bought = plan.Classes.Sum(c => c.Bought.Amount);
        Assert.InRange(bought, (month.NewMoney * Scale) - 1m, month.NewMoney * Scale);
        for (var i = 0; i < 7; i++)
        {
            Assert.InRange(100m * plan.Class(i).Bought.Amount / bought, month.Allocation[i] - AllocationTolerance, month.Allocation[i] + AllocationTolerance);
            Assert.InRange(plan.Class(i).DriftAfter.Points, month.DriftAfter[i] - DriftTolerance, month.DriftAfter[i] + DriftTolerance);
        }

        Assert.InRange(plan.Proof.Before.Portfolio.Points, month.TotalBefore - DriftTolerance, month.TotalBefore + DriftTolerance);
        Assert.InRange(plan.Proof.After.Portfolio.Points, month.TotalAfter - DriftTolerance, month.TotalAfter + DriftTolerance);
        Assert.InRange((plan.Proof.Law.Expected - plan.Proof.Law.Achieved).Fraction, -1e-20m, 1e-20m);
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
    }
}
