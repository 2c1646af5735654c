using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>Units of one instrument in one account that were acquired together: what a sale consumes.</summary>
/// <param name="Id">Given once, when the lot was recorded.</param>
/// <param name="Account">Where the units lie.</param>
/// <param name="Instrument">What they are units of.</param>
/// <param name="Acquired">The day of the purchase: trade date on an exchange, allotment date of a fund.</param>
/// <param name="Remaining">Units not sold yet.</param>
/// <param name="CostPerUnit">Cost of acquisition per unit with its deductible charges, in the instrument's currency; may be zero (bonus units).</param>
public sealed record TaxLot(
    LotId Id, AccountId Account, InstrumentId Instrument, DateOnly Acquired, Quantity Remaining, Money CostPerUnit)
{
    private readonly DateOnly? _heldSince;

    /// <summary>The day the holding period starts: the purchase, unless a wash sale tacked an earlier period on (s.1223(3)).</summary>
    public DateOnly HeldSince
    {
        get => _heldSince ?? Acquired;
        init => _heldSince = value == Acquired ? null : value;
    }

    /// <summary>Whether these units already replaced a loss in a wash sale; they replace no other.</summary>
    public bool IsReplacement { get; init; }
}

/// <summary>A part of a lot that a sale takes. Amounts are the household's base currency, converted as the law says.</summary>
/// <param name="Lot">Which lot.</param>
/// <param name="Quantity">How many of its units.</param>
/// <param name="Acquired">When they were acquired.</param>
/// <param name="Term">Long, short or never long, on the trade date.</param>
/// <param name="Bucket">What the law taxes the gain as.</param>
/// <param name="Proceeds">Consideration after what the law lets deduct.</param>
/// <param name="Cost">What was paid.</param>
/// <param name="DeemedCost">The cost that counts: above <paramref name="Cost"/> where units are grandfathered.</param>
public sealed record LotPick(
    LotId Lot, Quantity Quantity, DateOnly Acquired, LotTerm Term, BucketId Bucket, Money Proceeds, Money Cost, Money DeemedCost)
{
    /// <summary>Taxable gain, negative for a loss.</summary>
    public Money Gain => Proceeds - DeemedCost;

    /// <summary>A part of a lot at what the law makes of one unit.</summary>
    public static LotPick Of(TaxLot lot, Quantity quantity, LotTax tax, BucketId bucket, Currency currency) => new(
        lot.Id, quantity, lot.Acquired, tax.Term, bucket, new Money(tax.Proceeds * quantity.Units, currency),
        new Money(tax.Cost * quantity.Units, currency), new Money(tax.DeemedCost * quantity.Units, currency));
}
