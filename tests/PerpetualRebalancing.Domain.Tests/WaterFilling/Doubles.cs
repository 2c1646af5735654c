namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

internal static class Doubles
{
    public static double[] Of(decimal[] amounts) => Array.ConvertAll(amounts, amount => (double)amount);
}
