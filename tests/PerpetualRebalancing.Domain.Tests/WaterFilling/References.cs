namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

/// <summary>Slow answers found by other means than the kernel's, to agree with.</summary>
internal static class References
{
    /// <summary>One pool: bisection on the water level.</summary>
    public static decimal[] Forward(decimal[] values, decimal[] targets, decimal cash)
    {
        var end = values.Sum() + cash;
        decimal[] At(decimal height) => [.. values.Zip(targets, (value, target) => Math.Max(0m, (target * end) + height - value))];
        var (low, high) = (-end, 0m);
        for (var step = 0; step < 110; step++)
        {
            var middle = (low + high) / 2m;
            if (At(middle).Sum() > cash)
                high = middle;
            else
                low = middle;
        }

        return At(low);
    }

    /// <summary>A capped sale: bisection on the level.</summary>
    public static decimal[] Reverse(SaleCase sale, decimal floor)
    {
        decimal[] At(decimal height) =>
            [.. Enumerable.Range(0, sale.Values.Length).Select(i => Math.Clamp(sale.Values[i] - (sale.Targets[i] * sale.EndValue) - height, 0m, sale.Caps[i]))];
        var (low, high) = (floor, sale.Values.Sum() + 1m);
        if (At(low).Sum() <= sale.Total)
            return At(low);
        for (var step = 0; step < 110; step++)
        {
            var middle = (low + high) / 2m;
            if (At(middle).Sum() > sale.Total)
                low = middle;
            else
                high = middle;
        }

        return At(high);
    }

    /// <summary>
    /// Pools: bisection on the total with a maximum flow as the judge, then pairwise exchange inside pools until nothing moves.
    /// Returns the split (pools × classes).
    /// </summary>
    public static double[,] Pooled(PoolCase pools)
    {
        double[] values = [.. pools.Values.Select(value => (double)value)];
        double[] targets = [.. pools.Targets.Select(target => (double)target)];
        double[] cash = [.. pools.Cash.Select(amount => (double)amount)];
        var value = values.Sum();
        double[] Rooms(double total) => [.. values.Zip(targets, (v, t) => t > 0 ? Math.Max(0, (t * (value + total)) - v) : 0)];
        var (low, high) = (0.0, cash.Sum());
        for (var step = 0; step < 80; step++)
        {
            var middle = (low + high) / 2;
            if (Total(MaximumFlow(cash, Rooms(middle), pools.Eligibility)) >= middle - (1e-12 * (value + middle)))
                low = middle;
            else
                high = middle;
        }

        var split = MaximumFlow(cash, Rooms(low), pools.Eligibility);
        Exchange(split, values, targets, pools.Eligibility, value + Total(split));
        return split;
    }

    /// <summary>Every purchase in whole units that the pools allow and that leaves nothing bought above target.</summary>
    public static IEnumerable<decimal[]> WholeUnitPurchases(PoolCase pools)
    {
        var (n, value) = (pools.Values.Length, pools.Values.Sum());
        IEnumerable<decimal[]> purchases = [new decimal[n]];
        for (var p = 0; p < pools.Cash.Length; p++)
        {
            var pool = p;
            purchases = [.. purchases.SelectMany(bought => Spread(pools, pool, 0, (int)pools.Cash[pool], bought)).DistinctBy(Generators.Text)];
        }

        return purchases.Where(bought => Enumerable.Range(0, n).All(
            i => bought[i] == 0m || pools.Values[i] + bought[i] <= pools.Targets[i] * (value + bought.Sum())));
    }

    private static IEnumerable<decimal[]> Spread(PoolCase pools, int pool, int from, int units, decimal[] bought)
    {
        if (from == bought.Length)
            return [bought];
        var most = (pools.Eligibility[pool] >> from & 1) == 1 ? units : 0;
        return Enumerable.Range(0, most + 1).SelectMany(count =>
        {
            decimal[] next = [.. bought];
            next[from] += count;
            return Spread(pools, pool, from + 1, units - count, next);
        });
    }

    private static double Total(double[,] split) => split.Cast<double>().Sum();

    /// <summary>Depth-first augmentation on an adjacency matrix: source, pools, classes, sink.</summary>
    private static double[,] MaximumFlow(double[] cash, double[] rooms, uint[] eligibility)
    {
        var (pools, classes) = (cash.Length, rooms.Length);
        var sink = pools + classes + 1;
        var residual = new double[sink + 1, sink + 1];
        for (var p = 0; p < pools; p++)
        {
            residual[0, 1 + p] = cash[p];
            for (var i = 0; i < classes; i++)
                residual[1 + p, 1 + pools + i] = (eligibility[p] >> i & 1) == 1 ? cash[p] : 0;
        }

        for (var i = 0; i < classes; i++)
            residual[1 + pools + i, sink] = rooms[i];
        var dust = 1e-15 * (cash.Sum() + 1);
        while (Push(residual, new bool[sink + 1], 0, double.PositiveInfinity, dust) > dust)
        {
        }

        var split = new double[pools, classes];
        for (var p = 0; p < pools; p++)
        {
            for (var i = 0; i < classes; i++)
                split[p, i] = residual[1 + pools + i, 1 + p];
        }

        return split;
    }

    private static double Push(double[,] residual, bool[] seen, int node, double amount, double dust)
    {
        var sink = residual.GetLength(0) - 1;
        if (node == sink)
            return amount;
        seen[node] = true;
        for (var next = 0; next <= sink; next++)
        {
            if (seen[next] || residual[node, next] <= dust)
                continue;
            var pushed = Push(residual, seen, next, Math.Min(amount, residual[node, next]), dust);
            if (pushed <= dust)
                continue;
            residual[node, next] -= pushed;
            residual[next, node] += pushed;
            return pushed;
        }

        return 0;
    }

    private static void Exchange(double[,] split, double[] values, double[] targets, uint[] eligibility, double end)
    {
        var (pools, classes) = (split.GetLength(0), split.GetLength(1));
        double[] heights = [.. values.Zip(targets, (v, t) => v - (t * end))];
        for (var i = 0; i < classes; i++)
        {
            for (var p = 0; p < pools; p++)
                heights[i] += split[p, i];
        }

        for (var round = 0; round < 3_000; round++)
        {
            var moved = 0.0;
            for (var p = 0; p < pools; p++)
            {
                for (var from = 0; from < classes; from++)
                {
                    for (var to = 0; to < classes && split[p, from] > 0; to++)
                    {
                        if ((eligibility[p] >> to & 1) == 0 || targets[to] == 0 || heights[to] >= heights[from])
                            continue;
                        var amount = Math.Min(split[p, from], (heights[from] - heights[to]) / 2);
                        split[p, from] -= amount;
                        split[p, to] += amount;
                        heights[from] -= amount;
                        heights[to] += amount;
                        moved = Math.Max(moved, amount);
                    }
                }
            }

            if (moved <= 1e-14 * end)
                return;
        }
    }
}
