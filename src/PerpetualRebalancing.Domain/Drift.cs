namespace PerpetualRebalancing.Domain;

/// <summary>How far a weight is from its target, as a fraction: 0.0115 is 1.15 percentage points overweight, negative is underweight.</summary>
/// <remarks>Portfolio drift (the sum of the positive drifts) and the thresholds N, minimum and ceiling are of this type too
/// (semantics §1). <c>default</c> is no drift.</remarks>
public readonly record struct Drift(decimal Fraction) : IComparable<Drift>
{
    /// <summary>No drift.</summary>
    public static readonly Drift Zero;

    /// <summary>1.15 for 0.0115.</summary>
    public decimal Points => Fraction * 100m;

    /// <summary>Makes a drift from percentage points.</summary>
    public static Drift FromPoints(decimal points) => new(points / 100m);

    /// <summary>The sum of two drifts.</summary>
    public static Drift operator +(Drift left, Drift right) => new(left.Fraction + right.Fraction);

    /// <summary>The difference of two drifts.</summary>
    public static Drift operator -(Drift left, Drift right) => new(left.Fraction - right.Fraction);

    /// <summary>Whether the left drift is smaller.</summary>
    public static bool operator <(Drift left, Drift right) => left.Fraction < right.Fraction;

    /// <summary>Whether the left drift is larger.</summary>
    public static bool operator >(Drift left, Drift right) => left.Fraction > right.Fraction;

    /// <summary>Whether the left drift is not larger.</summary>
    public static bool operator <=(Drift left, Drift right) => left.Fraction <= right.Fraction;

    /// <summary>Whether the left drift is not smaller.</summary>
    public static bool operator >=(Drift left, Drift right) => left.Fraction >= right.Fraction;

    /// <inheritdoc/>
    public int CompareTo(Drift other) => Fraction.CompareTo(other.Fraction);

    /// <inheritdoc/>
    public override string ToString() => Canonical.Text(Fraction);
}
