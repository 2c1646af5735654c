namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>Where a leg is on its way (semantics §6).</summary>
public enum LegState
{
    /// <summary>In a plan that nobody has to approve yet.</summary>
    Planned,

    /// <summary>In a plan that a person was asked about.</summary>
    AwaitingApproval,

    /// <summary>Approved; waits for its session, its money or a person.</summary>
    Scheduled,

    /// <summary>Committed to disk, on its way to the broker.</summary>
    Submitting,

    /// <summary>The broker has it.</summary>
    Acknowledged,

    /// <summary>Nobody knows whether the broker has it.</summary>
    InDoubt,

    /// <summary>Some units changed hands.</summary>
    PartlyFilled,

    /// <summary>Done.</summary>
    Filled,

    /// <summary>Taken back before it was done.</summary>
    Cancelled,

    /// <summary>The broker refused it.</summary>
    Rejected,

    /// <summary>Its time ran out.</summary>
    Expired,

    /// <summary>A newer plan took its place.</summary>
    Superseded,

    /// <summary>Done, and the account's next reading agrees.</summary>
    Reconciled,

    /// <summary>Funding only: a person or bank has sent the money, and it has not arrived.</summary>
    InTransit,

    /// <summary>Funding only: the money is there.</summary>
    Arrived,
}
