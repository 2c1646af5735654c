namespace PerpetualRebalancing.Domain;

/// <summary>An amount of one currency. Positive is what the household has or receives.</summary>
/// <remarks>Amounts are exact decimals; <see cref="Rounded"/> brings one to the smallest money unit. Adding or comparing two
/// currencies throws: convert with an <see cref="Markets.FxTable"/> first. <c>default</c> is zero of no currency and belongs nowhere.</remarks>
public readonly record struct Money(decimal Amount, Currency Currency) : IComparable<Money>
{
    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(Currency currency) => new(0m, currency);

    /// <summary>True below zero.</summary>
    public bool IsNegative => Amount < 0m;

    /// <summary>True above zero.</summary>
    public bool IsPositive => Amount > 0m;

    /// <summary>True at exactly zero.</summary>
    public bool IsZero => Amount == 0m;

    /// <summary>The nearest amount in whole minor units; halves go away from zero, as contract notes round.</summary>
    public Money Rounded => this with { Amount = Math.Round(Amount, 2, MidpointRounding.AwayFromZero) };

    /// <summary>The largest amount in whole minor units that is not above this one.</summary>
    public Money Floored => this with { Amount = Math.Floor(Amount / Currency.MinorUnit) * Currency.MinorUnit };

    /// <summary>The sum of two amounts of one currency.</summary>
    public static Money operator +(Money left, Money right) => new(left.Amount + right.SameAs(left), left.Currency);

    /// <summary>The difference of two amounts of one currency.</summary>
    public static Money operator -(Money left, Money right) => new(left.Amount - right.SameAs(left), left.Currency);

    /// <summary>The opposite amount.</summary>
    public static Money operator -(Money money) => money with { Amount = -money.Amount };

    /// <summary>The amount times a plain factor.</summary>
    public static Money operator *(Money money, decimal factor) => money with { Amount = money.Amount * factor };

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(Money left, Money right) => left.Amount < right.SameAs(left);

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(Money left, Money right) => left.Amount > right.SameAs(left);

    /// <summary>Whether the left amount is not larger.</summary>
    public static bool operator <=(Money left, Money right) => left.Amount <= right.SameAs(left);

    /// <summary>Whether the left amount is not smaller.</summary>
    public static bool operator >=(Money left, Money right) => left.Amount >= right.SameAs(left);

    /// <summary>The smaller of two amounts of one currency.</summary>
    public static Money Min(Money left, Money right) => left <= right ? left : right;

    /// <summary>The larger of two amounts of one currency.</summary>
    public static Money Max(Money left, Money right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Money other) => Amount.CompareTo(other.SameAs(this));

    /// <inheritdoc/>
    public override string ToString() => $"{Canonical.Text(Amount)} {Currency.Code}";

    private decimal SameAs(Money other) => Currency == other.Currency
        ? Amount
        : throw new InvalidOperationException($"{this} and {other} are amounts of different currencies; convert one first.");
}
