namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>What is known after an order was sent. Unknown is a case of its own: it is never read as <c>not placed</c>.</summary>
public abstract record PlacementOutcome
{
    private PlacementOutcome()
    {
    }

    /// <summary>The broker has the order; it may be filled already.</summary>
    public sealed record Acknowledged(BrokerOrder Order) : PlacementOutcome;

    /// <summary>The broker refused to place a second order of the key. The first one stands, unchanged.</summary>
    /// <param name="Order">The order that has the key; not necessarily of the same instrument or size.</param>
    public sealed record AlreadyPlaced(BrokerOrder Order) : PlacementOutcome;

    /// <summary>Known not to be placed.</summary>
    /// <param name="Why">The broker's reason, one line.</param>
    public sealed record Rejected(string Why) : PlacementOutcome;

    /// <summary>Known not to be placed, and a person can change that: a login, an authorisation of the depository. The leg waits.</summary>
    /// <param name="Why">What is needed, one line.</param>
    /// <param name="Link">Where a person gives it; null when there is no page of its own.</param>
    public sealed record Waits(string Why, Uri? Link) : PlacementOutcome;

    /// <summary>Nobody knows whether it was placed.</summary>
    /// <param name="Why">What happened, one line.</param>
    public sealed record InDoubt(string Why) : PlacementOutcome;
}
