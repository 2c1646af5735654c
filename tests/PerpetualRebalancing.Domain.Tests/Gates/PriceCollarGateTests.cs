using PerpetualRebalancing.Domain.Gates;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class PriceCollarGateTests
{
    private static readonly PriceCollarGate Gate = new();

    [Theory]
    [InlineData(103, true)]
    [InlineData(97, true)]
    [InlineData(103.01, false)]
    [InlineData(96.99, false)]
    public void A_price_may_be_exactly_the_collar_away_from_its_reference(decimal price, bool clear)
    {
        var verdict = Priced(price, 100m).Judge(Gate);
        if (clear)
        {
            VerdictAssert.Cleared(verdict, "at most 3 % away", "3 % are allowed");
        }
        else
        {
            VerdictAssert.Blocked(verdict, "B1: c0 at", "3.01 % away from its reference 100 INR", "3 % are allowed");
        }
    }

    [Fact]
    public void Without_an_independent_reference_a_person_is_asked() => VerdictAssert.NeedsApproval(
        new GateCase().Quote("c0", q => q with { Reference = null }).Judge(Gate), "B1: c0 at 1 INR has 0 independent reference prices and 1 is needed");

    [Fact]
    public void A_reference_in_another_currency_blocks() => VerdictAssert.Blocked(
        new GateCase().Quote("c0", q => q with { Reference = new UnitPrice(1m, Currency.Usd) }).Judge(Gate), "priced 1 INR and its reference 1 USD");

    [Fact]
    public void Only_what_is_about_to_be_traded_is_compared() => VerdictAssert.Cleared(
        (Priced(200m, 100m) with { Legs = plan => plan.Legs.Where(l => l.Instrument!.Value != "c0") }).Judge(Gate), "0 %");

    [Fact]
    public void A_missing_price_is_no_answer()
    {
        Assert.Contains("no price of c0", Assert.Throws<KeyNotFoundException>(
            () => Gate.Judge(new GateCase().Losing(r => r with { Quotes = r.Quotes.RemoveAt(0) }))).Message, StringComparison.Ordinal);
    }

    // The plan is decided at the price of 1; the latest quote is what the collar is about.
    private static GateCase Priced(decimal price, decimal reference) => new GateCase().Quote(
        "c0", q => q with { Price = new UnitPrice(price, Currency.Inr), Reference = new UnitPrice(reference, Currency.Inr) })
        with
    { Legs = _ => [GateCase.Leg("B1", Domain.Review.LegPurpose.Invest, 100, "c0"), GateCase.Leg("B2", Domain.Review.LegPurpose.Invest, 100, "c1")] };
}
