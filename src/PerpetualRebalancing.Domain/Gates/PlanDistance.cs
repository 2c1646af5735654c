using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Whether a fresh plan still is what a person approved (semantics §6, what an approval covers): its sales up to their
/// quantity, its buys and transfers up to their amount plus a tolerance, its withdrawals up to their amount, nothing else anywhere.
/// Less, or nothing, of what was approved is covered too.</summary>
public static class PlanDistance
{
    /// <summary>Null when the approval covers the fresh plan, else the first thing it does not cover.</summary>
    /// <param name="approved">What the person saw.</param>
    /// <param name="fresh">What the latest prices and readings give.</param>
    /// <param name="tolerance">By what fraction a buy may exceed its approved amount, not negative; 0.02 is 2 %.</param>
    public static string? Within(Plan approved, Plan fresh, decimal tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        if ((approved.Household, approved.Slot, approved.Kind) != (fresh.Household, fresh.Slot, fresh.Kind))
        {
            return $"the approval is for {approved.Household}'s {approved.Kind} review of {approved.Slot}, and the plan is "
                + $"{fresh.Household}'s {fresh.Kind} review of {fresh.Slot}";
        }

        if (fresh.AllowsShortTerm && !approved.AllowsShortTerm)
        {
            return "the plan may sell short-term lots, and long-term lots only were approved";
        }

        var covered = approved.Legs.ToLookup(Action.Of);
        return fresh.Legs.GroupBy(Action.Of).Select(legs => Difference(legs.Key, [.. covered[legs.Key]], [.. legs], tolerance)).FirstOrDefault(d => d is not null);
    }

    private static string? Difference(Action action, PlannedLeg[] approved, PlannedLeg[] fresh, decimal tolerance)
    {
        if (approved.Length == 0)
        {
            return $"{action} is new: {GateWords.Names(fresh)} of {Value(fresh).Rounded} was not approved";
        }

        if (action.Way == Way.Sell)
        {
            var (had, has) = (approved.Sum(l => l.Quantity.Units), fresh.Sum(l => l.Quantity.Units));
            return has <= had ? null : $"{action}: {Canonical.Text(has)} units, and {Canonical.Text(had)} were approved";
        }

        // Prices move what a purchase and its transfer take; they do not move what the household spends.
        var slack = action.Way == Way.Withdraw ? 0m : tolerance;
        var (amount, limit) = (Value(fresh), Value(approved) * (1m + slack));
        return amount <= limit ? null : $"{action}: {amount.Rounded}, and {Value(approved).Rounded} plus {GateWords.Percent(slack)} were approved";
    }

    private static Money Value(PlannedLeg[] legs) => legs.Aggregate(Money.Zero(legs[0].Value.Currency), (sum, leg) => sum + leg.Value);

    private enum Way
    {
        Buy,
        Sell,
        Fund,
        Withdraw,
    }

    private sealed record Action(Way Way, AccountId Account, InstrumentId? Instrument, AccountId? To)
    {
        public static Action Of(PlannedLeg leg) => new(
            leg.IsSale ? Way.Sell : leg.IsPurchase ? Way.Buy : leg.Purpose == LegPurpose.Fund ? Way.Fund : Way.Withdraw, leg.Account, leg.Instrument, leg.To);

        public override string ToString() => Way switch
        {
            Way.Sell => $"selling {Instrument} in {Account}",
            Way.Buy => $"buying {Instrument} in {Account}",
            Way.Fund => $"sending money from {Account} to {To}",
            _ => $"withdrawing from {Account}",
        };
    }
}
