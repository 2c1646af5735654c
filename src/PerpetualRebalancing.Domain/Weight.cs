namespace PerpetualRebalancing.Domain;

/// <summary>A share of a whole, as a fraction: 0.4 is 40 %. Not negative.</summary>
/// <remarks>A weight says how much of the portfolio something is; a <see cref="Drift"/> says how far a weight is from its target.
/// <c>default</c> is zero.</remarks>
public readonly record struct Weight
{
    /// <summary>Makes a weight from a fraction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is negative.</exception>
    public Weight(decimal fraction)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fraction, 0m);
        Fraction = fraction;
    }

    /// <summary>0.4 for 40 %.</summary>
    public decimal Fraction { get; }

    /// <summary>40 for 40 %.</summary>
    public decimal Percent => Fraction * 100m;

    /// <summary>Makes a weight from percent.</summary>
    public static Weight FromPercent(decimal percent) => new(percent / 100m);

    /// <summary>How far <paramref name="weight"/> is above (positive) or below (negative) <paramref name="target"/>.</summary>
    public static Drift operator -(Weight weight, Weight target) => new(weight.Fraction - target.Fraction);

    /// <inheritdoc/>
    public override string ToString() => Canonical.Text(Fraction);
}
