namespace PerpetualRebalancing.Domain.Review;

/// <summary>Whether a review is the one of its slot, or a further one.</summary>
public enum ReviewKind
{
    /// <summary>The one review of its slot: it releases carried cash and may advance a sell program.</summary>
    Scheduled,

    /// <summary>A further one: routes only cash that arrived since, never sells for drift and never advances a sell program.</summary>
    AdHoc,
}
