using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>What this household has placed on the day that is judged, on all accounts.</summary>
/// <param name="Value">Sum of its orders, base currency.</param>
/// <param name="Orders">How many.</param>
public sealed record PlacedToday(Money Value, int Orders);

/// <summary>Everything the gates judge by.</summary>
/// <param name="Policy">What the household decided.</param>
/// <param name="State">What happened so far.</param>
/// <param name="Inputs">The latest readings, prices and rates.</param>
/// <param name="Plan">The plan that the legs are of.</param>
/// <param name="Legs">Those about to be placed: the whole plan at a review or an approval, fewer at a placement.</param>
/// <param name="Now">The moment that is judged.</param>
/// <param name="LastDay">The last day on which a leg of the batch may be placed.</param>
/// <param name="Placed">What was already placed today, without <paramref name="Legs"/>.</param>
public sealed record GateInput(
    Household Policy, HouseholdState State, ReviewInputs Inputs, Plan Plan, ImmutableArray<PlannedLeg> Legs, DateTimeOffset Now, DateOnly LastDay,
    PlacedToday Placed)
{
    /// <summary>The legs that become orders at a broker; money that a person or a bank moves is not among them.</summary>
    public IEnumerable<PlannedLeg> Orders => Legs.Where(leg => leg.Instrument is not null);

    /// <summary>Cash from outside that the plan gives to the core portfolio, base currency.</summary>
    public Money FreshCore => Plan.Routing.Where(line => line is { To: Destination.Core, FromProceeds: false })
        .Aggregate(Money.Zero(Policy.Base), (sum, line) => sum + InBase(line.Amount));

    /// <summary>True while the core portfolio is empty or smaller than the cash that goes into it: its drifts then say nothing, and
    /// everything bought is large against what is there.</summary>
    public bool IsYoung => Plan.CoreBefore.IsZero || Plan.CoreBefore < FreshCore;

    /// <summary>Money in base currency, at the latest rates.</summary>
    /// <exception cref="KeyNotFoundException">There is no rate.</exception>
    public Money InBase(Money money) => Inputs.Read.Fx.Convert(money, Policy.Base);

    /// <summary>What legs are worth together, base currency.</summary>
    public Money ValueOf(IEnumerable<PlannedLeg> legs) =>
        legs.Aggregate(Money.Zero(Policy.Base), (sum, leg) => sum + InBase(leg.Value));
}
