using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>What the product asks of any broker: read an account, place an order at most once, and say what became of it
/// (semantics §6). An implementation never retries a placement.</summary>
public interface IBroker
{
    /// <summary>Cash and units as the broker's book has them now.</summary>
    /// <remarks>Settled cash includes what is held for open purchases: those are the caller's own open legs, and it deducts them
    /// itself. A purchase that was filled has left it. Holdings count units that were traded and have not settled.</remarks>
    Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Sends one order. The caller has committed the ticket to disk before.</summary>
    /// <returns>What is known about the order; running out of time, a reset or an unreadable answer is
    /// <see cref="PlacementOutcome.InDoubt"/>, never an exception.</returns>
    Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken);

    /// <summary>The order of a key in the broker's book as it is now.</summary>
    /// <returns>Null when the book does not show the key; before the close that does not prove that nothing was placed.</returns>
    Task<BrokerOrder?> FindAsync(AccountId account, string clientKey, CancellationToken cancellationToken);

    /// <summary>The account's orders in the broker's book.</summary>
    /// <param name="account">Whose orders.</param>
    /// <param name="sinceTradeDate">Orders placed on this day of their venue, or later.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>In the order they were placed.</returns>
    Task<ImmutableArray<BrokerOrder>> OrdersAsync(AccountId account, DateOnly sinceTradeDate, CancellationToken cancellationToken);

    /// <summary>Takes back what is not filled of an order.</summary>
    Task<CancelOutcome> CancelAsync(AccountId account, string clientKey, CancellationToken cancellationToken);
}
