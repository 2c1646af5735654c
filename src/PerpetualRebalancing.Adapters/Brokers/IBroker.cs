using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>What the product asks of any broker: read an account, place an order at most once, and say what became of it
/// (semantics §6). An implementation never retries a placement.</summary>
public interface IBroker
{
    /// <summary>Whether the account can be read and traded now; asks the broker only where the answer is not known already.</summary>
    /// <returns>Never an exception of the service: what it says, or that it says nothing, is the answer.</returns>
    Task<SessionState> SessionAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Cash and units as the broker's book has them now.</summary>
    /// <remarks>Settled cash includes what is held for open purchases: those are the caller's own open legs, and it deducts them
    /// itself. A purchase that was filled has left it. Holdings count units that were traded and have not settled.</remarks>
    /// <exception cref="UpstreamException">The account cannot be read now.</exception>
    Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Sends one order. The caller has committed the ticket to disk before.</summary>
    /// <returns>What is known about the order; running out of time, a reset or an unreadable answer is
    /// <see cref="PlacementOutcome.InDoubt"/>, never an exception.</returns>
    Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken);

    /// <summary>The order of a key in the broker's book as it is now.</summary>
    /// <returns>Null when the book does not show the key; before the close that does not prove that nothing was placed.</returns>
    /// <exception cref="UpstreamException">The book cannot be read now.</exception>
    Task<BrokerOrder?> FindAsync(AccountId account, string clientKey, CancellationToken cancellationToken);

    /// <summary>The account's orders in the broker's book.</summary>
    /// <param name="account">Whose orders.</param>
    /// <param name="sinceTradeDate">Orders placed on this day of their venue, or later.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>In the order they were placed; also those that somebody else placed, under whatever key they have.</returns>
    /// <exception cref="UpstreamException">The book cannot be read now.</exception>
    Task<ImmutableArray<BrokerOrder>> OrdersAsync(AccountId account, DateOnly sinceTradeDate, CancellationToken cancellationToken);

    /// <summary>Takes back what is not filled of an order.</summary>
    /// <returns>What is known; a fault of the service is <see cref="CancelOutcome.InDoubt"/>, never an exception.</returns>
    Task<CancelOutcome> CancelAsync(AccountId account, string clientKey, CancellationToken cancellationToken);
}
