namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>What one pool looks like before a sale; every class has one instrument whose lots are sold first in, first out.</summary>
/// <param name="Values">By class.</param>
/// <param name="Targets">By class, fractions.</param>
/// <param name="Lots">By class and in order: value, and tax per unit of money raised.</param>
/// <param name="Cash">Fresh core cash.</param>
/// <param name="Gap">What the reserve lacks.</param>
/// <param name="CostRate">Of sales and of purchases.</param>
/// <param name="CostPerSale">Fixed, for each class that is sold.</param>
internal sealed record OnePoolSale(
    double[] Values, double[] Targets, (double Value, double TaxRate)[][] Lots, double Cash, double Gap, double CostRate, double CostPerSale);

/// <summary>A second, slow way to the outcome of a sale, written from semantics §4 alone: bisection inside bisection inside bisection.</summary>
internal static class SaleReference
{
    /// <summary>Portfolio drift at the end of the review when a total is sold, a fraction.</summary>
    public static double EndDrift(OnePoolSale pool, double total)
    {
        // What the review leaves falls behind the end value it was judged by, the larger that is.
        var end = Root(0, (pool.Values.Sum() + pool.Cash) * 1.01, v => After(pool, total, v).Sum() - v);
        var ends = After(pool, total, end);
        return ends.Select((e, i) => Math.Max(0, (e / ends.Sum()) - pool.Targets[i])).Sum();
    }

    private static double[] After(OnePoolSale pool, double total, double end)
    {
        var n = pool.Values.Length;
        var isOver = pool.Values.Select((v, i) => v > pool.Targets[i] * pool.Values.Sum()).ToArray();
        double[] Sales(double level) => [.. Enumerable.Range(0, n).Select(i => isOver[i]
            ? Math.Clamp(pool.Values[i] - ((pool.Targets[i] + level) * end), 0, pool.Lots[i].Sum(l => l.Value))
            : 0)];
        var sales = Sales(0).Sum() <= total ? Sales(0) : Sales(Root(0, 2 * pool.Values.Sum() / end, u => Sales(u).Sum() - total));

        var (tax, costs) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            costs += (sales[i] * pool.CostRate) + (sales[i] > 0 ? pool.CostPerSale : 0);
            var left = sales[i];
            foreach (var (value, rate) in pool.Lots[i])
            {
                tax += Math.Min(left, value) * rate;
                left -= Math.Min(left, value);
            }
        }

        var net = Math.Max(0, sales.Sum() - costs - tax);
        var cash = pool.Cash + net - Math.Min(pool.Gap, net);
        double[] kept = [.. pool.Values.Zip(sales, (v, s) => v - s)];
        var filled = kept.Sum() + cash;
        double[] Buys(double level) => [.. kept.Select((v, i) => Math.Max(0, ((pool.Targets[i] + level) * filled) - v))];
        var buys = cash == 0 ? new double[n] : Buys(Root(-1, 0, l => cash - Buys(l).Sum()));
        return [.. kept.Zip(buys, (v, b) => v + (b / (1 + pool.CostRate)))];
    }

    /// <summary>Where a falling function crosses zero.</summary>
    private static double Root(double low, double high, Func<double, double> falling)
    {
        for (var i = 0; i < 70; i++)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = falling(middle) > 0 ? (middle, high) : (low, middle);
        }

        return high;
    }
}
