using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class PremiumGateTests
{
    private static readonly PremiumGate Gate = new();

    [Fact]
    public void Up_to_two_percent_above_NAV_is_bought() =>
        VerdictAssert.Cleared(Bought(at: 102m, nav: 100m).Judge(Gate), "at most 2 % above NAV", "2 % are allowed");

    [Fact]
    public void Above_two_percent_a_person_is_asked() =>
        VerdictAssert.NeedsApproval(Bought(at: 102.01m, nav: 100m).Judge(Gate), "B1: c0 at 102.01 INR is 2.01 % above its last NAV 100 INR");

    [Fact]
    public void Above_five_percent_nothing_is_bought()
    {
        VerdictAssert.NeedsApproval(Bought(at: 105m, nav: 100m).Judge(Gate), "5 % above");
        VerdictAssert.Blocked(Bought(at: 105.01m, nav: 100m).Judge(Gate), "5.01 % above its last NAV", "plan again when the premium is gone");
    }

    [Fact]
    public void Below_NAV_and_without_a_NAV_there_is_no_premium()
    {
        VerdictAssert.Cleared(Bought(at: 90m, nav: 100m).Judge(Gate), "0 %");
        VerdictAssert.Cleared(new GateCase().Judge(Gate), "0 %");
    }

    /// <summary>A premium that nobody knew once counted as none.</summary>
    [Fact]
    public void A_NAV_that_could_not_be_read_is_asked_about() => VerdictAssert.NeedsApproval(
        (new GateCase().Quote("c0", q => q with { NavFault = "amfi: it did not answer" }) with { Legs = _ => [GateCase.Leg("B1", LegPurpose.Invest, 100, "c0")] }).Judge(Gate),
        "is not known (amfi: it did not answer)");

    [Fact]
    public void A_sale_at_a_premium_is_welcome() =>
        VerdictAssert.Cleared((Bought(at: 120m, nav: 100m) with { Legs = _ => [GateCase.Leg("S1", LegPurpose.Trim, 100, "c0")] }).Judge(Gate), "0 %");

    [Fact]
    public void A_NAV_in_another_currency_blocks() => VerdictAssert.Blocked(
        (new GateCase().Quote("c0", q => q with { Nav = new UnitPrice(1m, Currency.Usd) }) with { Legs = _ => [GateCase.Leg("B1", LegPurpose.Invest, 100, "c0")] }).Judge(Gate),
        "its NAV is 1 USD");

    private static GateCase Bought(decimal at, decimal nav) => new GateCase().Quote(
        "c0", q => q with { Price = new UnitPrice(at, Currency.Inr), Nav = new UnitPrice(nav, Currency.Inr) })
        with
    { Legs = _ => [GateCase.Leg("B1", LegPurpose.Invest, 100, "c0")] };
}
