using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class WashSaleGateTests
{
    private static readonly WashSaleGate Gate = new();
    private static readonly DateOnly Today = new(2026, 3, 31);

    [Fact]
    public void A_household_whose_law_knows_no_wash_sales_is_clear() => VerdictAssert.Cleared(new GateCase().Judge(Gate), "0 members");

    [Fact]
    public void A_sale_at_a_loss_without_a_purchase_is_clear() => VerdictAssert.Cleared(Judge(Held(), Sale(10, 800)), "0 of 1 losses would be disallowed");

    [Fact]
    public void Selling_at_a_loss_and_buying_the_same_index_in_one_review_needs_approval() => VerdictAssert.NeedsApproval(
        Judge(Held(), Sale(10, 800), Purchase("IVV", 4)), "80 USD of the loss on VOO of 2026-03-31", "4 units of IVV of 2026-03-31", "0 is the most");

    [Fact]
    public void Another_index_is_clear() => VerdictAssert.Cleared(Judge(Held(), Sale(10, 800), Purchase("VTI", 4)));

    [Fact]
    public void Selling_at_a_gain_and_buying_the_same_is_clear() => VerdictAssert.Cleared(Judge(Held(), Sale(10, 1_200), Purchase("VOO", 4)), "0 of 0 losses");

    [Fact]
    public void Buying_within_thirty_days_after_a_booked_loss_needs_approval_and_after_thirty_one_not()
    {
        var household = Held();
        household.Sell(new(2026, 3, 1), 10, 800);
        VerdictAssert.NeedsApproval(Judge(household, Purchase("VOO", 10)), "200 USD of the loss on VOO of 2026-03-01", "10 units of VOO of 2026-03-31");

        household = Held();
        household.Sell(new(2026, 2, 28), 10, 800);
        VerdictAssert.Cleared(Judge(household, Purchase("VOO", 10)));
    }

    [Fact]
    public void Selling_at_a_loss_within_thirty_days_after_a_purchase_needs_approval()
    {
        var household = Held();
        household.Buy(new(2026, 3, 10), 3, 270, "new", UsHousehold.Ira, "IVV");
        VerdictAssert.NeedsApproval(Judge(household, Sale(10, 800)), "60 USD of the loss on VOO of 2026-03-31", "3 units of IVV of 2026-03-10");
    }

    [Fact]
    public void Selling_the_purchase_with_the_loss_is_clear()
    {
        var household = Held();
        household.Buy(new(2026, 3, 10), 3, 270, "new");
        var both = Sale(13, 1_040) with { Lots = [Pick("a", 10, 1_000, 800), Pick("new", 3, 270, 240)] };
        VerdictAssert.Cleared(Judge(household, both), "0 of 2 losses");
    }

    private static UsHousehold Held() => new(held: ("a", new DateOnly(2025, 1, 6), 10, 1_000));

    private static Verdict Judge(UsHousehold household, params PlannedLeg[] legs)
    {
        var input = new GateCase().Input();
        return Gate.Judge(new GateInput(
            household.Policy, household.State, household.Inputs(Today), input.Plan, [.. legs], input.Now, input.LastDay, input.Placed));
    }

    private static PlannedLeg Sale(decimal units, decimal proceeds) => Leg("S1", LegPurpose.Trim, "VOO", units) with { Lots = [Pick("a", units, 1_000, proceeds)] };

    private static PlannedLeg Purchase(string instrument, decimal units) => Leg("B1", LegPurpose.Invest, instrument, units);

    private static PlannedLeg Leg(string id, LegPurpose purpose, string instrument, decimal units) => new(
        new LegId(id), purpose, UsHousehold.Taxable, new InstrumentId(instrument), new ClassId("core"), new Quantity(units), null, UsTables.Usd(0m), UsTables.Usd(0m),
        UsTables.Usd(0m), [], null, null, new Reason.CoreCash());

    private static LotPick Pick(string lot, decimal units, decimal cost, decimal proceeds) => new(
        new LotId(lot), new Quantity(units), new DateOnly(2025, 1, 6), LotTerm.Long.Value, new BucketId("long"), UsTables.Usd(proceeds), UsTables.Usd(cost), UsTables.Usd(cost));
}
