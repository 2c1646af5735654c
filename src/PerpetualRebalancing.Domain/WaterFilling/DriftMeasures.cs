using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>The three ways to say how far a portfolio is from its targets (semantics §1, §3); all are 0 for an empty portfolio.</summary>
/// <param name="Portfolio">Portfolio drift <c>Σ max(0, drift_i)</c>, a fraction in [0, 1]; half the sum of absolute drifts.</param>
/// <param name="WorstUnderweight">The most negative drift, a fraction in [-1, 0].</param>
/// <param name="SumOfSquares">Σ drift_i², what water-filling minimises; in [0, 2].</param>
public readonly record struct DriftMeasures<T>(T Portfolio, T WorstUnderweight, T SumOfSquares)
    where T : unmanaged;

/// <summary>Measures drift.</summary>
public static class DriftMeasures
{
    /// <summary>Measures values against targets.</summary>
    /// <param name="values">Value of each class, base currency; each ≥ 0.</param>
    /// <param name="targets">Target fraction of each class; each ≥ 0, sum exactly 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Targets are shorter than values.</exception>
    public static DriftMeasures<T> Of<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> targets)
        where T : unmanaged, INumber<T>
    {
        targets = targets[..values.Length];
        var value = T.Zero;
        foreach (var held in values)
            value += held;
        if (value == T.Zero)
            return default;

        var portfolio = T.Zero;
        var worst = T.Zero;
        var squares = T.Zero;
        for (var i = 0; i < values.Length; i++)
        {
            var drift = (values[i] / value) - targets[i];
            squares += drift * drift;
            if (drift > T.Zero)
                portfolio += drift;
            else if (drift < worst)
                worst = drift;
        }

        return new DriftMeasures<T>(portfolio, worst, squares);
    }
}
