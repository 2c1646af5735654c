using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class HouseholdValueTests
{
    [Fact]
    public void Everything_that_may_be_left_out_gets_the_default_its_docstring_states()
    {
        var text = SmallHousehold.Text;
        foreach (var section in new[] { "fundingRoutes", "income", "reserve", "buy", "sell", "approval" })
        {
            var line = text.Split('\n').Single(l => l.StartsWith($"  \"{section}\"", StringComparison.Ordinal));
            text = text.Replace(line + "\n", "", StringComparison.Ordinal);
        }

        var household = Written.LoadHousehold(text).Household;
        Assert.Equal("small", household.Name);
        Assert.Equal(AccountMode.Observe, household.Accounts[1].Mode);
        Assert.Empty(household.Routes);
        Assert.Empty(household.Income);
        Assert.Equal((12m, 36m, 12m, 6m), (household.Reserve.EmergencyMonths, household.Reserve.RetirementMonths, household.Reserve.FloorMonths, household.Reserve.RefillMonths));
        Assert.Empty(household.Reserve.OpeningCash);
        Assert.Equal(new BuyPolicy(SurplusPolicy.Carry, 0.015m), household.Buy);
        Assert.Equal(new SellPolicy(new(0.10m), new(0.05m), 6, true, IncompletePolicy.End), household.Sell);
        Assert.Equal(3, household.Schedule.GraceDays);
        Assert.Equal(new ApprovalPolicy(ApprovalRule.AlwaysAsk, Money.Zero(Currency.Inr), 0.02m, 3, 10), household.Approval);
        Assert.Equal(
            new GateLimits(
                new(500_000m, Currency.Inr), 0.2m, new(1_000_000m, Currency.Inr), 20, 0.03m, 0.003m, 1, 3, 4, new(0.5m), 0.001m),
            household.Limits);
    }

    [Fact]
    public void The_minimum_drift_is_half_of_the_maximum_unless_it_is_written() =>
        Assert.Equal(new Drift(0.06m), Written.LoadHousehold(SmallHousehold.Text).Household.Sell.Minimum);

    [Fact]
    public void A_class_nobody_can_buy_is_a_warning_and_no_fault() => Assert.Equal(
        [
            "household.json: classes[0]: no account can buy 'nifty', so new money never reaches it; tag one of its instruments buy",
        ],
        Written.LoadHousehold(SmallHousehold.With("\"class\": \"nifty\", \"tag\": \"buy\"", "\"class\": \"nifty\", \"tag\": \"hold\"")).Warnings);

    [Fact]
    public void Fewer_than_four_broad_classes_are_a_warning_and_no_fault() => Assert.Equal(
        [
            "household.json: classes: only 3 of the four broad asset classes are held; a diversified portfolio also has gold",
        ],
        Written.LoadHousehold(SmallHousehold.With("\"broad\": \"gold\"", "\"broad\": \"debt\"")).Warnings);

    [Fact]
    public void A_floor_above_the_reserves_target_is_a_warning() => Assert.Equal(
        ["household.json: reserve.floorMonths: the floor is above retirementMonths, so every month in retirement would sell"],
        Written.LoadHousehold(SmallHousehold.With("\"emergencyMonths\": 6", "\"floorMonths\": 40")).Warnings);

    [Theory]
    [InlineData("de-DE")]
    [InlineData("en-IN")]
    [InlineData("ar-SA")]
    public void The_culture_of_the_machine_changes_nothing(string name)
    {
        // Cultures cannot be loaded by name in invariant mode, so this one is made by hand: comma for a point and odd digits.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = name == "de-DE" ? "." : "'";
        culture.NumberFormat.NegativeSign = name == "ar-SA" ? "\u061C-" : "-";
        culture.DateTimeFormat.DateSeparator = "/";
        culture.DateTimeFormat.TimeSeparator = ".";
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            var expected = Written.LoadHousehold(SmallHousehold.Text).Household;
            var faults = Written.HouseholdFaults(SmallHousehold.With("\"target\": 40", "\"target\": -40.5"));
            CultureInfo.CurrentCulture = culture;
            var household = Written.LoadHousehold(SmallHousehold.Text).Household;
            Assert.Equal(expected.Classes, household.Classes);
            Assert.Equal(expected.Schedule, household.Schedule);
            Assert.Equal(expected.Limits, household.Limits);
            Assert.Equal(faults, Written.HouseholdFaults(SmallHousehold.With("\"target\": 40", "\"target\": -40.5")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Every_amount_comes_back_as_it_was_written_bare_in_quotes_and_with_its_currency() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Select(paise => paise / 100m).ToArbitrary(),
        amount =>
        {
            var number = Canonical.Text(amount);
            foreach (var written in new[] { number, $"\"{number}\"", $"\"{number} INR\"" })
            {
                var household = Written.LoadHousehold(SmallHousehold.With("\"monthly\": 100000", $"\"monthly\": {written}")).Household;
                Assert.Equal(new Money(amount, Currency.Inr), household.Income[0].Monthly);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 5000 : 25));
}
