using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>Where an order stands in the broker's book.</summary>
public enum BrokerOrderState
{
    /// <summary>Accepted, nothing filled yet.</summary>
    Open,

    /// <summary>Some units changed hands, the rest still may.</summary>
    PartlyFilled,

    /// <summary>Done.</summary>
    Filled,

    /// <summary>Taken back; what was filled before stays filled.</summary>
    Cancelled,

    /// <summary>Refused after it was accepted; what was filled before stays filled.</summary>
    Rejected,

    /// <summary>Its session ended; what was filled before stays filled.</summary>
    Expired,
}

/// <summary>An order in the broker's book.</summary>
/// <param name="ClientKey">The key it was placed with; whatever stands there, or nothing, when somebody else placed it.</param>
/// <param name="Account">Whose order.</param>
/// <param name="Instrument">Of what; the broker's own symbol when the household does not know it.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Ordered">Units ordered; zero for a purchase by amount until its units are allotted.</param>
/// <param name="Fills">What changed hands, oldest first.</param>
/// <param name="Note">The broker's own words about its state; may be empty.</param>
public sealed record BrokerOrder(
    string ClientKey, AccountId Account, InstrumentId Instrument, Side Side, BrokerOrderState State, Quantity Ordered,
    ImmutableArray<BrokerFill> Fills, string Note)
{
    /// <summary>Units that changed hands.</summary>
    public Quantity Filled => Fills.Aggregate(Quantity.Zero, (sum, fill) => sum + fill.Quantity);

    /// <summary>True when nothing more will happen to it.</summary>
    public bool IsTerminal => State is not (BrokerOrderState.Open or BrokerOrderState.PartlyFilled);
}

/// <summary>Units and cash that changed hands. The cash is <see cref="Price"/> times <see cref="Quantity"/>, rounded to the minor
/// unit, plus the charges of a purchase or minus those of a sale.</summary>
/// <param name="FillId">The broker's identity of it; the same on every reading.</param>
/// <param name="Quantity">Units, above zero.</param>
/// <param name="Price">Per unit.</param>
/// <param name="Charges">Line by line, in the instrument's currency; null when the broker does not tell them with the fill, and the
/// charge schedule says what they come to.</param>
/// <param name="TradeDate">By the venue's calendar; for dealing at NAV the day of the NAV.</param>
/// <param name="SettlesOn">When cash and units are really there.</param>
public sealed record BrokerFill(
    string FillId, Quantity Quantity, UnitPrice Price, ImmutableArray<ChargeLine>? Charges, DateOnly TradeDate, DateOnly SettlesOn);
