using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>What the set-off and the rates see of a gain (tax facts 1.1, 1.6).</summary>
public enum IndianGain
{
    /// <summary>Short-term, taxed with ordinary income.</summary>
    Slab,

    /// <summary>Short-term on listed equity (s.111A, from April 2026 s.196).</summary>
    Short111A,

    /// <summary>Long-term on anything else (s.112, from April 2026 s.197).</summary>
    Long112,

    /// <summary>Long-term on listed equity, with a yearly exemption (s.112A, from April 2026 s.198).</summary>
    Long112A,

    /// <summary>A short-term loss: set off against any gain.</summary>
    ShortLoss,

    /// <summary>A long-term loss: set off against long-term gains only.</summary>
    LongLoss,
}

/// <summary>A kind of gain or loss with its rate, within the transfer dates it holds for.</summary>
/// <param name="Id">Names it in the ledger; never given twice.</param>
/// <param name="Name">For people.</param>
/// <param name="Treatment">What rows of classes refer to: of the buckets of one treatment the transfer date chooses.</param>
/// <param name="Gain">What the set-off sees.</param>
/// <param name="From">The first transfer date.</param>
/// <param name="To">The last transfer date; null while no end is known.</param>
/// <param name="Rate">Fraction of the gain, 0 to 1; zero for slab gains and losses, which have none of their own.</param>
/// <param name="IsIndexed">Whether the cost rises with the cost inflation index (s.48 as it stood).</param>
/// <param name="Section">The sections, of both acts where both apply.</param>
public sealed record IndianBucket(
    BucketId Id, string Name, string Treatment, IndianGain Gain, DateOnly From, DateOnly? To, decimal Rate, bool IsIndexed, string Section)
{
    /// <summary>Whether it holds for a transfer on some day of these.</summary>
    public bool Meets(DateOnly from, DateOnly to) => From <= to && (To is not { } last || from <= last);

    /// <summary>Whether it holds for a transfer on a day.</summary>
    public bool Covers(DateOnly day) => Meets(day, day);
}

/// <summary>How one tax class is classified, by transfer and acquisition date.</summary>
/// <param name="TaxClass">What <see cref="Policy.Instrument.TaxClass"/> names.</param>
/// <param name="From">The first transfer date.</param>
/// <param name="To">The last transfer date; null while no end is known.</param>
/// <param name="AcquiredFrom">It holds for lots acquired on or after this day; null for all.</param>
/// <param name="AcquiredTo">It holds for lots acquired on or before this day; null for all.</param>
/// <param name="LongTermMonths">Long-term when held for more than this many months; null when it never becomes long-term.</param>
/// <param name="Long">Treatment of a long-term gain; null when there is none.</param>
/// <param name="Short">Treatment of any other gain.</param>
/// <param name="Source">The section and who says so.</param>
/// <param name="Note">What is assumed or uncertain; null when nothing is.</param>
/// <param name="Switch">The switch that chose this row over another; null when none did.</param>
public sealed record IndianClassRow(
    string TaxClass, DateOnly From, DateOnly? To, DateOnly? AcquiredFrom, DateOnly? AcquiredTo, int? LongTermMonths, string? Long, string Short,
    string Source, string? Note, string? Switch)
    : ClassRow(TaxClass, From, To, AcquiredFrom, AcquiredTo, LongTermMonths);

/// <summary>The kinds of gain of a law and its classes, found by date.</summary>
/// <param name="Buckets">Every kind, in the order that the ledger's indexes count.</param>
/// <param name="Classes">Every row; no two hold for one sale.</param>
public sealed record IndianClasses(ImmutableArray<IndianBucket> Buckets, ImmutableArray<IndianClassRow> Classes);
