using System.Numerics;
using System.Runtime.CompilerServices;

namespace PerpetualRebalancing.Domain.WaterFilling;

/// <summary>
/// The grid on which decimal amounts are kept so that their sums are exact: 12 decimal places, towards zero.
/// A level is the result of a division and fills all 28 digits; amounts with 28 digits each cannot be added without
/// rounding, so "the parts sum to the whole" would depend on the order of addition. Amounts below 10^15 on this grid can.
/// Binary floating point has no such grid and passes through unchanged.
/// </summary>
internal static class ExactGrid
{
    private const int Places = 12;

    /// <summary>True when sums of <typeparamref name="T"/> are meant to be exact, so that residuals have to be placed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExact<T>() => typeof(T) == typeof(decimal);

    /// <summary>The amount without the digits below the grid (towards zero); unchanged for binary floating point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Snap<T>(T amount)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(decimal))
            return amount;
        var snapped = decimal.Round(Unsafe.BitCast<T, decimal>(amount), Places, MidpointRounding.ToZero);
        return Unsafe.BitCast<decimal, T>(snapped);
    }
}
