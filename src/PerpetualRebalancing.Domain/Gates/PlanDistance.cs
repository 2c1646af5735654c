using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Whether a fresh plan still is what a person approved (semantics §6, what an approval covers). Prices that moved a little
/// shift a little money from one purchase to another: that is covered, since each placed order is held to its own approved amount.
/// Money that would go elsewhere beyond the tolerance, another sale, or a larger withdrawal is not.</summary>
public static class PlanDistance
{
    /// <summary>Null when the approval covers the fresh plan, else the first thing it does not cover.</summary>
    /// <param name="approved">What the person saw.</param>
    /// <param name="fresh">What the latest prices and readings give.</param>
    /// <param name="tolerance">What fraction of the approved money may go elsewhere, not negative; 0.02 is 2 %. One unit of each leg is
    /// rounding and comes on top.</param>
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

        return Kinds.Select(way => Difference(way, approved, fresh, tolerance)).FirstOrDefault(d => d is not null);
    }

    /// <summary>Compares one kind of leg, currency by currency.</summary>
    private static string? Difference(Way way, Plan approved, Plan fresh, decimal tolerance)
    {
        var (had, has) = (Group(approved, way), Group(fresh, way));
        foreach (var currency in had.Values.Concat(has.Values).Select(l => l[0].Value.Currency).Distinct())
        {
            bool Mine(PlannedLeg[] legs) => legs[0].Value.Currency == currency;
            var zero = Money.Zero(currency);
            var total = had.Values.Where(Mine).Aggregate(zero, (sum, legs) => sum + Value(legs));
            var allowed = way == Way.Withdraw ? zero : (total * tolerance) + had.Values.Where(Mine).Aggregate(zero, (sum, legs) => sum + OneUnit(legs));
            var moved = zero;
            foreach (var action in had.Keys.Union(has.Keys))
            {
                var before = had.TryGetValue(action, out var approvedLegs) && Mine(approvedLegs) ? Value(approvedLegs) : zero;
                var after = has.TryGetValue(action, out var freshLegs) && Mine(freshLegs) ? Value(freshLegs) : zero;

                // A smaller purchase is covered; a smaller sale is another decision, since it may not be needed any more.
                moved += way == Way.Sell && before > after ? before - after : Money.Max(after - before, zero);
                if (moved > allowed)
                {
                    return $"{action}: {after.Rounded}, and {before.Rounded} was approved; beyond {GateWords.Percent(way == Way.Withdraw ? 0m : tolerance)} of {total.Rounded}";
                }
            }
        }

        return null;
    }

    private static Dictionary<Action, PlannedLeg[]> Group(Plan plan, Way way) =>
        plan.Legs.GroupBy(Action.Of).Where(g => g.Key.Way == way).ToDictionary(g => g.Key, g => g.ToArray());

    private static Money OneUnit(PlannedLeg[] legs) => legs[0].Price is { } price ? new Money(price.Amount, price.Currency) : legs[0].Value * 0m;

    private static Money Value(PlannedLeg[] legs) => legs.Aggregate(Money.Zero(legs[0].Value.Currency), (sum, leg) => sum + leg.Value);

    private static readonly Way[] Kinds = [Way.Sell, Way.Withdraw, Way.Fund, Way.Buy];

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
