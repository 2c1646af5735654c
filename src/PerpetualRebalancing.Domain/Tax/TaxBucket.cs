namespace PerpetualRebalancing.Domain.Tax;

/// <summary>Names what the law taxes a gain as, for example <c>112A</c>: stable from one version of a table to the next, since the
/// ledger keeps it.</summary>
public sealed record BucketId(string Value) : IId<BucketId>
{
    /// <inheritdoc/>
    public static BucketId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One kind of gain or loss in a member's year.</summary>
/// <param name="Id">Names it in the ledger.</param>
/// <param name="Name">For people.</param>
/// <param name="Section">The section of the act that taxes it.</param>
public sealed record TaxBucket(BucketId Id, string Name, string Section);

/// <summary>A gain or loss in a member's ledger. Entries are never rewritten: a correction is a new entry.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="On">The day of the transfer.</param>
/// <param name="Bucket">What the law taxes it as.</param>
/// <param name="Amount">Base currency; negative for a loss.</param>
public sealed record GainEntry(MemberId Member, DateOnly On, BucketId Bucket, Money Amount);

/// <summary>A capital loss of an earlier year that was not used yet.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="Year">The first day of the tax year it was made in.</param>
/// <param name="IsLong">Whether it is long-term.</param>
/// <param name="Amount">Base currency, above zero.</param>
public sealed record BroughtForwardLoss(MemberId Member, DateOnly Year, bool IsLong, Money Amount);

/// <summary>A tax year.</summary>
/// <param name="From">Its first day.</param>
/// <param name="To">Its last day.</param>
/// <param name="Name">As people write it: <c>2026-27</c> in India, <c>2026</c> in the United States.</param>
public readonly record struct TaxYear(DateOnly From, DateOnly To, string Name)
{
    /// <summary>Whether a day lies in it.</summary>
    public bool Contains(DateOnly day) => From <= day && day <= To;

    /// <summary>A year that begins on a day of the calendar.</summary>
    /// <param name="day">Any day in it.</param>
    /// <param name="month">The month it begins in, on the first.</param>
    public static TaxYear Of(DateOnly day, int month)
    {
        var from = new DateOnly(day.Month >= month ? day.Year : day.Year - 1, month, 1);
        var to = from.AddYears(1).AddDays(-1);
        return new TaxYear(from, to, month == 1
            ? FormattableString.Invariant($"{from.Year:0000}")
            : FormattableString.Invariant($"{from.Year:0000}-{to.Year % 100:00}"));
    }
}
