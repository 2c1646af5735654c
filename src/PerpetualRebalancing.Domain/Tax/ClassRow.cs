namespace PerpetualRebalancing.Domain.Tax;

/// <summary>The sales that a row of a tax class is about, by the days of transfer and acquisition, and after how long units are
/// long-term there.</summary>
/// <param name="TaxClass">What <see cref="Policy.Instrument.TaxClass"/> names.</param>
/// <param name="From">The first transfer date it holds for.</param>
/// <param name="To">The last transfer date; null while no end is known.</param>
/// <param name="AcquiredFrom">It holds for lots acquired on or after this day; null for all.</param>
/// <param name="AcquiredTo">It holds for lots acquired on or before this day; null for all.</param>
/// <param name="LongTermMonths">Long-term when held for more than this many months; null when it never becomes long-term.</param>
public abstract record ClassRow(
    string TaxClass, DateOnly From, DateOnly? To, DateOnly? AcquiredFrom, DateOnly? AcquiredTo, int? LongTermMonths)
{
    /// <summary>Whether the row is in force on a transfer date.</summary>
    public bool Covers(DateOnly transfer) => From <= transfer && (To is not { } last || transfer <= last);

    /// <summary>Whether the row is about lots acquired on a day.</summary>
    public bool IsAbout(DateOnly acquired) =>
        (AcquiredFrom is not { } first || first <= acquired) && (AcquiredTo is not { } last || acquired <= last);

    /// <summary>Whether some sale falls under both rows.</summary>
    public bool Overlaps(ClassRow other) =>
        TaxClass == other.TaxClass
        && (Covers(other.From) || other.Covers(From))
        && (AcquiredFrom is not { } first || other.AcquiredTo is not { } otherLast || first <= otherLast)
        && (other.AcquiredFrom is not { } otherFirst || AcquiredTo is not { } last || otherFirst <= last);

    /// <summary>The first transfer date on which units held since a day are long-term under this row; null when there is none while
    /// it holds.</summary>
    public DateOnly? LongFrom(DateOnly heldSince)
    {
        if (LongTermMonths is not { } months)
        {
            return null;
        }

        var longFrom = HoldingPeriod.LongFrom(heldSince, months);
        var first = longFrom > From ? longFrom : From;
        return Covers(first) ? first : null;
    }
}
