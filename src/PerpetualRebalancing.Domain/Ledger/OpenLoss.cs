using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>A loss that was booked not long ago, as far as no purchase has replaced what was sold.</summary>
/// <param name="Member">Whose.</param>
/// <param name="SoldOn">Trade date of the sale.</param>
/// <param name="Lot">The lot that was sold.</param>
/// <param name="Instrument">Of what.</param>
/// <param name="Bucket">What the loss was booked as.</param>
/// <param name="HeldSince">Since when the sold units counted as held.</param>
/// <param name="Quantity">Units that nothing has replaced.</param>
/// <param name="Loss">The loss on them, base currency, above zero.</param>
public sealed record OpenLoss(
    MemberId Member, DateOnly SoldOn, LotId Lot, InstrumentId Instrument, BucketId Bucket, DateOnly HeldSince, Quantity Quantity, Money Loss)
{
    /// <summary>How long a loss is remembered: well over any law's window, which is the table's to know and at most
    /// <see cref="LongestWindow"/>.</summary>
    private const int RememberedDays = 2 * LongestWindow;

    /// <summary>The most days after a sale for which a law may ask what was bought.</summary>
    public const int LongestWindow = 61;

    /// <summary>The part of the loss on some of the units, base currency; all of it for all of them, to the last digit.</summary>
    public Money On(Quantity units) => units == Quantity ? Loss : Loss with { Amount = Loss.Amount * units.Units / Quantity.Units };

    /// <summary>What is open after a sale.</summary>
    /// <param name="before">What was open.</param>
    /// <param name="fill">The sale.</param>
    /// <param name="member">The taxpayer.</param>
    /// <param name="lots">The position's lots before the sale.</param>
    internal static ImmutableArray<OpenLoss> After(ImmutableArray<OpenLoss> before, Fact.LegFilled fill, MemberId member, ImmutableArray<TaxLot> lots)
    {
        var open = before.RemoveAll(l => l.SoldOn.AddDays(RememberedDays) < fill.TradeDate);
        foreach (var pick in fill.Lots)
        {
            if (pick.Gain.IsNegative)
            {
                var heldSince = lots.FirstOrDefault(l => l.Id == pick.Lot)?.HeldSince ?? pick.Acquired;
                open = open.Add(new OpenLoss(member, fill.TradeDate, pick.Lot, fill.Instrument, pick.Bucket, heldSince, pick.Quantity, -pick.Gain));
            }
        }

        return open;
    }

    /// <summary>What is open after a purchase replaced units. A loss that a person or a statement recorded may not be here at all.</summary>
    internal static ImmutableArray<OpenLoss> Replaced(ImmutableArray<OpenLoss> before, Fact.WashSale wash)
    {
        var index = before.FindIndex(l => l.Member == wash.Member && l.SoldOn == wash.SoldOn && l.Lot == wash.Sold && l.Bucket == wash.Bucket);
        if (index < 0)
        {
            return before;
        }

        var loss = before[index];
        return loss.Quantity <= wash.Quantity
            ? before.RemoveAt(index)
            : before.SetItem(index, loss with { Quantity = loss.Quantity - wash.Quantity, Loss = loss.Loss - wash.Disallowed });
    }
}
