using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>A leg of a batch, and how far it is.</summary>
/// <param name="Plan">What was planned and approved.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="Ordered">Units ordered so far; zero before placing and for moved money.</param>
/// <param name="Filled">Units that changed hands.</param>
/// <param name="Moved">Gross money that changed hands or was sent, account currency.</param>
/// <param name="Charges">Charged on it, account currency.</param>
/// <param name="ClientKey">The key the broker knows the order by.</param>
/// <param name="Fills">Identities of the fills already booked.</param>
/// <param name="SettlesOn">The last settlement day among its fills.</param>
/// <param name="Submitted">When its latest order was committed to disk.</param>
/// <param name="Note">Why it is in its state.</param>
public sealed record Leg(
    PlannedLeg Plan, LegState State, Quantity Ordered, Quantity Filled, Money Moved, Money Charges, string? ClientKey,
    ImmutableArray<string> Fills, DateOnly? SettlesOn, DateTimeOffset? Submitted, string Note)
{
    /// <summary>True when it was handed to a person for want of a login: the program never places it.</summary>
    public bool IsHandedOver { get; init; }

    /// <summary>True when nothing more will happen to it.</summary>
    public bool IsTerminal => State is LegState.Filled or LegState.Cancelled or LegState.Rejected or LegState.Expired
        or LegState.Superseded or LegState.Reconciled or LegState.Arrived;

    /// <summary>True when it was done as planned: a sale to its last unit, anything else as far as its money went. A purchase of one
    /// unit that the fills left no money for was rounding, and is no loss.</summary>
    public bool IsExecuted => Plan.IsSale
        ? Filled >= Plan.Quantity
        : State is LegState.Filled or LegState.Arrived or LegState.Reconciled
            || (State == LegState.Cancelled && Plan.Purpose == LegPurpose.Invest && Ordered.IsZero && Plan.Quantity.Units <= 1m);

    /// <summary>True when the broker may have an order for it.</summary>
    public bool IsAtBroker => Plan.Instrument is not null && State is LegState.Submitting or LegState.Acknowledged or LegState.InDoubt or LegState.PartlyFilled;
}

/// <summary>A plan on its way to the market (semantics §1 and §6).</summary>
/// <param name="Id">The plan's short code.</param>
/// <param name="PlanHash">SHA-256 of the plan's canonical form.</param>
/// <param name="Slot">The slot it belongs to.</param>
/// <param name="Kind">Scheduled or ad hoc.</param>
/// <param name="Program">What the sell program said.</param>
/// <param name="Legs">In the order they are worked.</param>
/// <param name="Approved">True once a person or the policy approved it.</param>
/// <param name="Expires">When an unanswered request expires.</param>
/// <param name="LastDay">The last day on which a leg may be placed.</param>
public sealed record Batch(
    BatchId Id, string PlanHash, Slot Slot, ReviewKind Kind, ProgramStep Program, ImmutableArray<Leg> Legs, bool Approved,
    DateTimeOffset Expires, DateOnly LastDay)
{
    /// <summary>Who said yes while it waits for a second person.</summary>
    public ImmutableArray<string> GivenBy { get; init; } = [];

    /// <summary>The leg of a name.</summary>
    /// <exception cref="KeyNotFoundException">The batch has no such leg.</exception>
    public Leg Leg(LegId id) => Legs.FirstOrDefault(l => l.Plan.Id == id) ?? throw new KeyNotFoundException($"Batch {Id} has no leg {id}.");

    /// <summary>The leg of a name as a person types it, in any case; null when the batch has none.</summary>
    public Leg? LegOf(string name) => Legs.FirstOrDefault(l => l.Plan.Id.Value.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The portfolio drift that its review is judged by at the close. *Reached* is judged before rounding (semantics §4): what
    /// the plan promised counts when every leg was executed, whatever whole units and fills made of it. When a leg was not, only what
    /// is really there counts.</summary>
    /// <param name="promised">Drift after the plan, before rounding.</param>
    /// <param name="after">Drift at the close.</param>
    public Drift Judged(Drift promised, Drift after) => promised < after && Legs.All(l => l.IsExecuted) ? promised : after;

    /// <summary>The batch with one leg replaced.</summary>
    public Batch With(Leg leg) => this with { Legs = Legs.Select(l => l.Plan.Id == leg.Plan.Id ? leg : l).ToImmutableArray() };
}

/// <summary>Which state may follow which (semantics §6). Anything else is a broken log.</summary>
public static class LegLife
{
    /// <summary>Whether a leg may go from one state to another.</summary>
    public static bool CanMove(LegState from, LegState to) => from switch
    {
        LegState.Planned or LegState.AwaitingApproval => to is LegState.Scheduled or LegState.Cancelled or LegState.Expired or LegState.Superseded or LegState.Rejected,
        LegState.Scheduled => to is LegState.Scheduled or LegState.Submitting or LegState.InTransit or LegState.Filled or LegState.Cancelled
            or LegState.Expired or LegState.Superseded or LegState.Rejected,
        LegState.Submitting => to is LegState.Acknowledged or LegState.Rejected or LegState.InDoubt or LegState.PartlyFilled or LegState.Filled
            or LegState.InTransit or LegState.Scheduled,
        LegState.InDoubt => to is LegState.Acknowledged or LegState.PartlyFilled or LegState.Filled or LegState.Rejected or LegState.Cancelled or LegState.Scheduled,
        LegState.Acknowledged or LegState.PartlyFilled => to is LegState.PartlyFilled or LegState.Filled or LegState.Cancelled or LegState.Rejected
            or LegState.Expired or LegState.Scheduled or LegState.InDoubt,
        LegState.InTransit => to is LegState.Arrived or LegState.Cancelled or LegState.Expired,
        LegState.Filled or LegState.Arrived or LegState.Cancelled or LegState.Expired or LegState.Superseded => to is LegState.Reconciled,
        _ => false,
    };
}
