using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>One line of a statement: how units of one instrument came, went or changed. Prices and charges are in the instrument's
/// currency; charges are those the law lets add to the cost or take from the proceeds (brokerage, stamp duty, never STT).</summary>
/// <param name="At">Where, when and according to what.</param>
public abstract record Transaction(Origin At)
{
    /// <summary>Units were bought: the holding period starts on the day.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">How many, above zero.</param>
    /// <param name="Price">Per unit, not negative.</param>
    /// <param name="Charges">Of the whole purchase; a rebate is negative and at most the price.</param>
    public sealed record Bought(Origin At, Quantity Units, decimal Price, decimal Charges) : Transaction(At)
    {
        /// <summary>The lot's own name when it has one already; null lets the history name it.</summary>
        public LotId? Lot { get; init; }
    }

    /// <summary>Units were sold or redeemed: a transfer in the eyes of the law.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">How many, above zero.</param>
    /// <param name="Price">Per unit, above zero.</param>
    /// <param name="Charges">Of the whole sale, less than its value; a rebate is negative.</param>
    public sealed record Sold(Origin At, Quantity Units, decimal Price, decimal Charges) : Transaction(At)
    {
        /// <summary>Which lots it took, where a standing instruction says so (26 CFR 1.1012-1(c)); empty takes the oldest.</summary>
        public ImmutableArray<LotPick> Lots { get; init; } = [];

        /// <summary>True when the program booked the sale and its tax itself.</summary>
        public bool IsBooked { get; init; }
    }

    /// <summary>Every unit became several, or several became one: cost is spread, the holding period goes on.</summary>
    /// <param name="At">Where, and the ex-date: trades of that day are in new units.</param>
    /// <param name="New">New units …</param>
    /// <param name="Old">… for so many old ones; both above zero.</param>
    public sealed record Split(Origin At, decimal New, decimal Old) : Transaction(At);

    /// <summary>Units were allotted for nothing: no cost, and a holding period of their own.</summary>
    /// <param name="At">Where, and the day of allotment.</param>
    /// <param name="Units">How many, above zero.</param>
    public sealed record Bonus(Origin At, Quantity Units) : Transaction(At);

    /// <summary>A fund's units were redeemed to pay for another scheme or plan, also from regular to direct: a sale.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">How many, above zero.</param>
    /// <param name="Price">Per unit, above zero.</param>
    /// <param name="Charges">Of the whole redemption.</param>
    public sealed record SwitchedOut(Origin At, Quantity Units, decimal Price, decimal Charges) : Transaction(At);

    /// <summary>The other half of a switch: a purchase, and a new holding period (and exit load) from its day.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">How many, above zero.</param>
    /// <param name="Price">Per unit, not negative.</param>
    /// <param name="Charges">Of the whole purchase.</param>
    public sealed record SwitchedIn(Origin At, Quantity Units, decimal Price, decimal Charges) : Transaction(At);

    /// <summary>A scheme or plan was merged into another: no transfer (s.47(xviii) and (xix)); cost and dates go over.</summary>
    /// <param name="At">The instrument that ends, and when.</param>
    /// <param name="Units">Its units, above zero.</param>
    /// <param name="Into">The instrument that goes on.</param>
    /// <param name="IntoFolio">The folio of the new units.</param>
    /// <param name="IntoUnits">Its units that were given for them, above zero.</param>
    public sealed record Consolidated(Origin At, Quantity Units, InstrumentId Into, string IntoFolio, Quantity IntoUnits) : Transaction(At);

    /// <summary>A dividend bought units: a purchase of its own day, at the price it was reinvested at.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">How many, above zero.</param>
    /// <param name="Price">Per unit, not negative.</param>
    /// <param name="Charges">Of the whole purchase.</param>
    public sealed record Reinvested(Origin At, Quantity Units, decimal Price, decimal Charges) : Transaction(At);

    /// <summary>Units came from another account, off-market. They queue by the day they came (CBDT Circular 768), and are held since
    /// the day they were first acquired.</summary>
    /// <param name="At">Where, and the day of credit.</param>
    /// <param name="Units">How many, above zero.</param>
    /// <param name="Acquired">When they were first acquired, not after the day of credit.</param>
    /// <param name="CostPerUnit">What they cost then.</param>
    public sealed record TransferredIn(Origin At, Quantity Units, DateOnly Acquired, decimal CostPerUnit) : Transaction(At)
    {
        /// <summary>The lot's own name when it has one already.</summary>
        public LotId? Lot { get; init; }
    }

    /// <summary>Units went to another account, off-market: the oldest leave, nothing is sold.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">How many, above zero.</param>
    public sealed record TransferredOut(Origin At, Quantity Units) : Transaction(At);

    /// <summary>A purchase that never was paid for is taken back: its lot goes without a sale.</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Units">The units of that purchase.</param>
    public sealed record Reversed(Origin At, Quantity Units) : Transaction(At);

    /// <summary>Part of a lot got a later cost and an earlier start: the replacement of a wash sale (IRC 1091(d)).</summary>
    /// <param name="At">Where and when.</param>
    /// <param name="Wash">What was recorded.</param>
    /// <param name="Acquired">When the replacing units were bought, by which a statement that names their lot otherwise is answered; null when
    /// nothing tells.</param>
    public sealed record Replaced(Origin At, Ledger.Fact.WashSale Wash, DateOnly? Acquired) : Transaction(At);

    /// <summary>A broker listed all lots of an instrument at the end of a day: that list holds, whatever led to it.</summary>
    /// <param name="At">Where, and the day.</param>
    /// <param name="Lots">In the order a sale takes them; may be empty.</param>
    /// <param name="Since">From this day on the statement also lists every trade, so that an earlier list must lead to this one.</param>
    public sealed record Stated(Origin At, ImmutableArray<StatedLot> Lots, DateOnly Since) : Transaction(At);

    /// <summary>A statement counted the units: a check, which moves nothing.</summary>
    /// <param name="At">Where, and the day.</param>
    /// <param name="Units">How many there are.</param>
    /// <param name="IsOpening">Whether it counts before the day's first transaction; else after its last.</param>
    public sealed record Counted(Origin At, Quantity Units, bool IsOpening) : Transaction(At);
}

/// <summary>A lot as a broker lists it.</summary>
/// <param name="Name">Its own name when it has one; null lets the history name it.</param>
/// <param name="Folio">The folio it lies in; empty where there is none.</param>
/// <param name="Acquired">When it was acquired.</param>
/// <param name="HeldSince">Since when it counts as held: earlier than acquired after a wash sale.</param>
/// <param name="Units">How many, above zero.</param>
/// <param name="CostPerUnit">Not negative, the instrument's currency.</param>
/// <param name="IsReplacement">Whether these units replaced a loss.</param>
/// <param name="Place">Where it is listed.</param>
public sealed record StatedLot(
    LotId? Name, string Folio, DateOnly Acquired, DateOnly HeldSince, Quantity Units, decimal CostPerUnit, bool IsReplacement, string Place);
