using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>One order as it is committed to disk and then sent.</summary>
/// <param name="ClientKey">Ours, unique for ever: the key that finds the order again in the broker's book.</param>
/// <param name="Account">Whose order.</param>
/// <param name="Instrument">Of what.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Size">How much.</param>
public sealed record OrderTicket(string ClientKey, AccountId Account, InstrumentId Instrument, Side Side, OrderSize Size);

/// <summary>How much an order is for.</summary>
public abstract record OrderSize
{
    private OrderSize()
    {
    }

    /// <summary>So many units.</summary>
    /// <param name="Quantity">Above zero, a multiple of the instrument's unit step.</param>
    /// <param name="Limit">The worst price that is accepted, in the instrument's currency. Redemptions at NAV are dealt at whatever
    /// the NAV turns out to be and ignore it.</param>
    public sealed record Units(Quantity Quantity, UnitPrice Limit) : OrderSize;

    /// <summary>So much money, all charges included: purchases at NAV only.</summary>
    /// <param name="Money">Above zero, in the instrument's currency, in whole minor units.</param>
    public sealed record Amount(Money Money) : OrderSize;
}
