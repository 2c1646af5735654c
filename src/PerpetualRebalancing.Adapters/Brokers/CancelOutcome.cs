namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>What is known after an order was asked to be taken back.</summary>
public abstract record CancelOutcome
{
    private CancelOutcome()
    {
    }

    /// <summary>Taken back; fills it had before stay.</summary>
    public sealed record Cancelled(BrokerOrder Order) : CancelOutcome;

    /// <summary>It had ended already, or can no longer be taken back.</summary>
    public sealed record TooLate(BrokerOrder Order) : CancelOutcome;

    /// <summary>The broker's book does not show the key.</summary>
    public sealed record NotFound : CancelOutcome;

    /// <summary>Nobody knows whether it was taken back.</summary>
    /// <param name="Why">What happened, one line.</param>
    public sealed record InDoubt(string Why) : CancelOutcome;
}
