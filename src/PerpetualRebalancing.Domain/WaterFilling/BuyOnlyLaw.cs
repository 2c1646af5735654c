using System.Numerics;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// The law of buy-only correction (semantics §3): every buy-only split in which nothing bought ends above target leaves the same
/// portfolio drift, so the reduction is known before anything is split.
/// </summary>
public static class BuyOnlyLaw
{
    /// <summary>
    /// By how much portfolio drift falls: <c>Σ min(drift_i, c/(1+c)·w_i)</c> over the overweight classes, with c = spent/Σv. The second term
    /// holds for a class still overweight afterwards, the first for one that dilution carries below target.
    /// </summary>
    /// <param name="values">Value of each class before the purchase, base currency; each ≥ 0.</param>
    /// <param name="targets">Target fraction of each class; each ≥ 0, sum exactly 1.</param>
    /// <param name="spent">The total bought, base currency, ≥ 0.</param>
    /// <returns>A fraction in [0, 1]; 0 for an empty portfolio.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Targets are shorter than values.</exception>
    public static T ExpectedReduction<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> targets, T spent)
        where T : unmanaged, INumber<T>
    {
        targets = targets[..values.Length];
        var value = T.Zero;
        foreach (var held in values)
            value += held;
        if (value == T.Zero)
            return T.Zero;

        // c/(1+c) = spent/(Σv + spent): one division, and no trouble when spent is large.
        var dilution = spent / (value + spent);
        var reduction = T.Zero;
        for (var i = 0; i < values.Length; i++)
        {
            var weight = values[i] / value;
            var drift = weight - targets[i];
            if (drift > T.Zero)
                reduction += T.Min(drift, dilution * weight);
        }

        return reduction;
    }
}
