namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>Every lawful set-off of small losses in steps of 25,000 in the new regime of 2026-27, and the tax of each written down
/// plainly: a reference for the law's own way to the cheapest. Losses: short and long of the year, then short and long of earlier
/// years. Gains: slab, 20 %, s.197, s.198. The limits of the law are multiples of the step, so the cheapest is among these.</summary>
internal static class AllSetOffs
{
    public const decimal Unit = 25_000m;

    public static decimal Cheapest(decimal other, int[] gains, int[] losses)
    {
        var best = decimal.MaxValue;

        // Long before short within the year and within earlier years: the other way round can only use less of the losses.
        foreach (var a in Ways(gains, losses[1], longOnly: true))
        {
            foreach (var b in Ways(a, losses[0], longOnly: false))
            {
                foreach (var c in Ways(b, losses[3], longOnly: true))
                {
                    foreach (var d in Ways(c, losses[2], longOnly: false))
                    {
                        best = Math.Min(best, Tax(other, d));
                    }
                }
            }
        }

        return best;
    }

    // As much of the loss as there are gains for it, spread in every way.
    private static IEnumerable<int[]> Ways(int[] gains, int loss, bool longOnly)
    {
        var first = longOnly ? 2 : 0;
        loss = Math.Min(loss, gains.Skip(first).Sum());
        return Spread(gains, first, loss);
    }

    private static IEnumerable<int[]> Spread(int[] gains, int kind, int loss)
    {
        if (kind == gains.Length - 1)
        {
            if (loss <= gains[kind])
            {
                yield return Less(gains, kind, loss);
            }

            yield break;
        }

        for (var here = 0; here <= Math.Min(loss, gains[kind]); here++)
        {
            foreach (var way in Spread(Less(gains, kind, here), kind + 1, loss - here))
            {
                yield return way;
            }
        }
    }

    private static int[] Less(int[] gains, int kind, int units)
    {
        var less = gains.ToArray();
        less[kind] -= units;
        return less;
    }

    private static decimal Tax(decimal other, int[] units)
    {
        var (ordinary, at20, at197, at198) = (other + (units[0] * Unit), units[1] * Unit, units[2] * Unit, units[3] * Unit);
        var total = ordinary + at20 + at197 + at198;
        at198 = Math.Max(0m, at198 - 125_000m);
        var unused = Math.Max(0m, 400_000m - ordinary);
        (at20, unused) = (Math.Max(0m, at20 - unused), Math.Max(0m, unused - at20));
        (at197, unused) = (Math.Max(0m, at197 - unused), Math.Max(0m, unused - at197));
        at198 = Math.Max(0m, at198 - unused);
        decimal[] starts = [400_000m, 800_000m, 1_200_000m, 1_600_000m, 2_000_000m, 2_400_000m];
        var slab = starts.Sum(start => 0.05m * Math.Max(0m, ordinary - start));
        var special = (at20 * 0.2m) + ((at197 + at198) * 0.125m);
        var rebate = total <= 1_200_000m ? Math.Min(slab, 60_000m) : Math.Min(slab, Math.Max(0m, slab + special - (total - 1_200_000m)));
        return (slab + special - rebate) * 1.04m;
    }
}
