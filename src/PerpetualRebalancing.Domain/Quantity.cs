namespace PerpetualRebalancing.Domain;

/// <summary>Units of an instrument: shares of an ETF, units of a fund. Not negative; whether units may be split is the
/// instrument's <see cref="Policy.Instrument.UnitStep"/>.</summary>
/// <remarks><c>default</c> is none.</remarks>
public readonly record struct Quantity : IComparable<Quantity>
{
    /// <summary>Makes a quantity.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of units is negative.</exception>
    public Quantity(decimal units)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 0m);
        Units = units;
    }

    /// <summary>No units.</summary>
    public static readonly Quantity Zero;

    /// <summary>The number of units.</summary>
    public decimal Units { get; }

    /// <summary>True when there are none.</summary>
    public bool IsZero => Units == 0m;

    /// <summary>The sum of two quantities.</summary>
    public static Quantity operator +(Quantity left, Quantity right) => new(left.Units + right.Units);

    /// <summary>What is left; throws when more is taken than there is.</summary>
    public static Quantity operator -(Quantity left, Quantity right) => new(left.Units - right.Units);

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.Units < right.Units;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.Units > right.Units;

    /// <summary>Whether the left quantity is not larger.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.Units <= right.Units;

    /// <summary>Whether the left quantity is not smaller.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.Units >= right.Units;

    /// <summary>The smaller of two quantities.</summary>
    public static Quantity Min(Quantity left, Quantity right) => left <= right ? left : right;

    /// <summary>The largest multiple of <paramref name="step"/> not above this quantity.</summary>
    public Quantity FlooredTo(Quantity step) => new(Math.Floor(Units / step.Units) * step.Units);

    /// <summary>The smallest multiple of <paramref name="step"/> not below this quantity.</summary>
    public Quantity CeiledTo(Quantity step) => new(Math.Ceiling(Units / step.Units) * step.Units);

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Units.CompareTo(other.Units);

    /// <inheritdoc/>
    public override string ToString() => Canonical.Text(Units);
}
