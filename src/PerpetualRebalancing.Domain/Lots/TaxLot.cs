namespace PerpetualRebalancing.Domain.Lots;

/// <summary>Units of one instrument in one account that were acquired together: what a sale consumes, first in, first out.</summary>
/// <param name="Id">Given once, when the lot was recorded.</param>
/// <param name="Account">Where the units lie.</param>
/// <param name="Instrument">What they are units of.</param>
/// <param name="Acquired">The day the holding period starts: trade date on an exchange, allotment date of a fund.</param>
/// <param name="Remaining">Units not sold yet.</param>
/// <param name="CostPerUnit">Cost of acquisition per unit with its deductible charges, in the instrument's currency; may be zero (bonus units).</param>
public sealed record TaxLot(
    LotId Id, AccountId Account, InstrumentId Instrument, DateOnly Acquired, Quantity Remaining, Money CostPerUnit);

/// <summary>A part of a lot that a sale takes.</summary>
/// <param name="Lot">Which lot.</param>
/// <param name="Quantity">How many of its units.</param>
/// <param name="Acquired">When they were acquired.</param>
/// <param name="Term">Long, short or never long, on the trade date.</param>
/// <param name="Gain">Taxable gain, negative for a loss, in the instrument's currency.</param>
public sealed record LotPick(LotId Lot, Quantity Quantity, DateOnly Acquired, Tax.LotTerm Term, Money Gain);
