using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Orders that somebody else placed at an account of ours.</summary>
internal static class ForeignOrders
{
    /// <summary>The open orders of a broker's book that are of no leg of an open batch.</summary>
    /// <param name="book">The broker's book.</param>
    /// <param name="state">Knows our keys.</param>
    /// <param name="next">A key that is about to be used: after a restored backup the broker may have its order already.</param>
    public static IEnumerable<BrokerOrder> Among(ImmutableArray<BrokerOrder> book, HouseholdState state, string? next = null)
    {
        var ours = state.Batches.SelectMany(b => b.Legs).Select(l => l.ClientKey).Append(next).ToHashSet();
        return book.Where(o => !o.IsTerminal && !ours.Contains(o.ClientKey));
    }
}
