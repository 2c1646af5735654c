using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Units that an account reports.</summary>
/// <param name="Instrument">Of what.</param>
/// <param name="Quantity">How many, settled or not.</param>
public sealed record HoldingReading(InstrumentId Instrument, Quantity Quantity);

/// <summary>What an account reported when it was read.</summary>
/// <param name="Account">Which account.</param>
/// <param name="Settled">Cash that can be spent now.</param>
/// <param name="Unsettled">Cash that trades will still bring (positive) or take.</param>
/// <param name="Holdings">Units, at most one line per instrument.</param>
public sealed record AccountReading(AccountId Account, Money Settled, Money Unsettled, ImmutableArray<HoldingReading> Holdings);
