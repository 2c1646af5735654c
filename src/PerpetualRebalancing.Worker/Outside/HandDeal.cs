using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>Fund units that a person bought or redeemed at an account's broker, as the broker tells it.</summary>
/// <param name="Id">The same on every reading: it is booked once.</param>
/// <param name="Instrument">Of the household.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Units">Allotted or redeemed.</param>
/// <param name="Price">NAV that it was dealt at.</param>
/// <param name="Amount">What was paid or asked for, where the broker says it.</param>
/// <param name="On">The day it was ordered.</param>
internal sealed record HandDeal(string Id, InstrumentId Instrument, Side Side, Quantity Units, UnitPrice Price, Money? Amount, DateOnly On);
