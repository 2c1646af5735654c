namespace PerpetualRebalancing.Domain.Tax;

/// <summary>How one tax class is taxed on sales within a time, at flat rates.</summary>
/// <param name="TaxClass">What <see cref="Policy.Instrument.TaxClass"/> names.</param>
/// <param name="From">The first transfer date it holds for.</param>
/// <param name="To">The last transfer date; null while no end is known.</param>
/// <param name="AcquiredFrom">It holds for lots acquired on or after this day; null for all.</param>
/// <param name="AcquiredTo">It holds for lots acquired on or before this day; null for all.</param>
/// <param name="LongTermMonths">Long-term when held for more than this many months; null when it never becomes long-term.</param>
/// <param name="LongRate">Fraction of a long-term gain, 0 to 1.</param>
/// <param name="ShortRate">Fraction of any other gain, 0 to 1.</param>
/// <param name="Source">The section of the act.</param>
/// <param name="Note">What is assumed or uncertain; null when nothing is.</param>
public sealed record FlatTaxRow(
    string TaxClass,
    DateOnly From,
    DateOnly? To,
    DateOnly? AcquiredFrom,
    DateOnly? AcquiredTo,
    int? LongTermMonths,
    decimal LongRate,
    decimal ShortRate,
    string Source,
    string? Note)
    : ClassRow(TaxClass, From, To, AcquiredFrom, AcquiredTo, LongTermMonths);
