using System.Globalization;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>The same inputs give the same bytes; missing ones stop.</summary>
public sealed class SamePlanTests
{
    [Fact]
    public void The_same_inputs_give_the_same_bytes_and_hash_in_every_culture()
    {
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "~");
        other.DateTimeFormat.ShortDatePattern = "d.M.yyyy";
        for (var seed = 0; seed < 100; seed++)
        {
            var first = AnyHousehold.Of(seed).Household.Bytes();
            var before = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = other;
            try
            {
                var second = AnyHousehold.Of(seed).Household.Bytes();
                Assert.Equal(first.Text(), second.Text());
                Assert.Equal(DomainJson.Hash(first), DomainJson.Hash(second));
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Fact]
    public void A_plan_survives_its_JSON()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var bytes = AnyHousehold.Of(seed).Household.Bytes();
            Assert.Equal(bytes.Text(), DomainJson.Bytes(DomainJson.ReadPlan(bytes)).Text());
        }
    }

    [Fact]
    public void A_missing_price_stops_the_review_and_is_named()
    {
        var household = Household();
        Assert.Contains("x1", Stops(household with { Quotes = [household.Quotes[0]] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_rate_stops_the_review_and_is_named()
    {
        var household = Household().WithAccount("b", 10m, Currency.Usd);
        Assert.Contains("from USD to INR", Stops(household), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_reading_stops_the_review_and_is_named()
    {
        var household = Household();
        var inputs = household.Inputs();
        var failure = Assert.Throws<KeyNotFoundException>(
            () => Decision.Decide(household.Policy(), household.State(), inputs with { Read = inputs.Read with { Accounts = [] } }));
        Assert.Contains("Account a was not read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_charge_schedule_or_tax_class_stops_the_review_and_is_named()
    {
        var household = Household();
        Assert.Contains("nowhere", Stops(household.WithInstrument("x2", 0, "a", tag: Policy.InstrumentTag.Buy, charges: "nowhere") with
        {
            Instruments = [.. household.Instruments.Select(i => i with { Charges = "nowhere" })],
        }), StringComparison.Ordinal);
        Assert.Contains("nothing", Stops(household with { Instruments = [.. household.Instruments.Select(i => i with { TaxClass = "nothing" })] }), StringComparison.Ordinal);
    }

    private static string Stops(TestHousehold household) => Assert.Throws<KeyNotFoundException>(() => household.Plan()).Message;

    private static TestHousehold Household() => TestHousehold.OnePool([0.5m, 0.5m], [700_000m, 300_000m], 1_000m);
}
