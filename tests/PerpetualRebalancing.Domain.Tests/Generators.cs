using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace PerpetualRebalancing.Domain.Tests;

/// <summary>Random portfolios for properties. Money is in whole paise, targets in whole hundredths of a percent (sum exactly 1, zeros included).</summary>
internal static class Generators
{
    /// <summary>Targets of <paramref name="classes"/> classes: often round numbers, sometimes zero, always summing to 1.</summary>
    public static Gen<decimal[]> Targets(int classes) =>
        Gen.OneOf(
            Gen.Piles(classes, 20).Select(piles => Array.ConvertAll(piles, pile => pile / 20m)),
            Gen.Piles(classes, 10_000).Select(piles => Array.ConvertAll(piles, pile => pile / 10_000m)));

    /// <summary>An amount in whole paise: nothing, a little, a salary, a fortune.</summary>
    public static Gen<decimal> Money { get; } =
        Gen.Frequency(
            (1, Gen.Constant(0m)),
            (2, Gen.Choose(1, 100).Select(paise => paise / 100m)),
            (6, Gen.Choose(1, 100_000_000).Select(paise => paise / 100m)),
            (1, Gen.Choose(1, 1_000_000_000).Select(rupees => rupees + 0.01m)));

    /// <summary>A portfolio with cash; values anywhere, exactly on target, or none at all.</summary>
    public static Gen<FillCase> Fills(int mostClasses) =>
        from classes in Gen.Choose(1, mostClasses)
        from targets in Targets(classes)
        from anywhere in Money.ArrayOf(classes)
        from total in Money
        from shape in Gen.Choose(0, 9)
        from cash in Money
        select new FillCase(
            shape switch
            {
                0 => new decimal[classes],
                1 => Array.ConvertAll(targets, target => target * total),
                _ => anywhere,
            },
            targets,
            cash);

    /// <summary>A portfolio whose cash lies in pools of any eligibility, some of it fresh.</summary>
    public static Gen<PoolCase> Pools(int mostClasses, int mostPools) =>
        from fill in Fills(mostClasses)
        from pools in Gen.Choose(1, mostPools)
        from cash in Money.ArrayOf(pools)
        from equal in Gen.Choose(0, 9)
        from masks in Gen.Choose(0, (1 << fill.Values.Length) - 1).Select(mask => (uint)mask).ArrayOf(pools)
        from freshPercent in Gen.Elements(0, 35, 100).ArrayOf(pools)
        select new PoolCase(
            fill.Values,
            fill.Targets,
            equal == 0 ? Array.ConvertAll(cash, _ => cash[0]) : cash,
            masks,
            [.. cash.Zip(freshPercent, (_, percent) => percent / 100m)]);

    /// <summary>Two or three classes and two pools with a few whole units each, small enough to try every purchase.</summary>
    public static Gen<PoolCase> TinyPools { get; } =
        from classes in Gen.Choose(2, 3)
        from piles in Gen.Piles(classes, 10)
        from values in Gen.Choose(0, 12).ArrayOf(classes)
        from cash in Gen.Choose(0, 5).ArrayOf(2)
        from masks in Gen.Choose(0, (1 << classes) - 1).ArrayOf(2)
        select new PoolCase(
            Array.ConvertAll(values, value => (decimal)value),
            Array.ConvertAll(piles, pile => pile / 10m),
            Array.ConvertAll(cash, units => (decimal)units),
            Array.ConvertAll(masks, mask => (uint)mask),
            [1m, 1m]);

    /// <summary>A portfolio of which something is to be sold, with caps from nothing to everything.</summary>
    public static Gen<SaleCase> Sales(int mostClasses) =>
        from fill in Fills(mostClasses)
        from sellable in Gen.Elements(0, 10, 50, 100, 100).ArrayOf(fill.Values.Length)
        from boughtPercent in Gen.Elements(0, 0, 80, 100, 120)
        select Sale(fill, sellable, boughtPercent);

    private static SaleCase Sale(FillCase fill, int[] sellable, int boughtPercent)
    {
        decimal[] caps = [.. fill.Values.Zip(sellable, (value, percent) => Math.Round(value * percent / 100m, 2, MidpointRounding.ToZero))];
        var total = Math.Min(fill.Cash, fill.Values.Sum());
        return new SaleCase(fill.Values, fill.Targets, caps, total, fill.Values.Sum() - total + (total * boughtPercent / 100m));
    }

    /// <summary>Amounts as text that can be pasted into a test.</summary>
    public static string Text(decimal[] amounts) =>
        $"[{string.Join(", ", amounts.Select(amount => amount.ToString(CultureInfo.InvariantCulture) + "m"))}]";
}

/// <summary>Values, targets and cash of one pool.</summary>
internal sealed record FillCase(decimal[] Values, decimal[] Targets, decimal Cash)
{
    public override string ToString() => FormattableString.Invariant($"values {Generators.Text(Values)} targets {Generators.Text(Targets)} cash {Cash}");
}

/// <summary>Values, targets and several pools; <paramref name="FreshShare"/> is the fresh fraction of each pool's cash.</summary>
internal sealed record PoolCase(decimal[] Values, decimal[] Targets, decimal[] Cash, uint[] Eligibility, decimal[] FreshShare)
{
    public decimal[] Fresh => [.. Cash.Zip(FreshShare, (cash, share) => cash * share)];

    public override string ToString() =>
        $"values {Generators.Text(Values)} targets {Generators.Text(Targets)} cash {Generators.Text(Cash)} " +
        $"eligibility [{string.Join(", ", Eligibility.Select(mask => "0b" + Convert.ToString(mask, 2)))}] fresh {Generators.Text(Fresh)}";
}

/// <summary>A sale with its caps and the value at the end of the review.</summary>
internal sealed record SaleCase(decimal[] Values, decimal[] Targets, decimal[] Caps, decimal Total, decimal EndValue)
{
    public override string ToString() => FormattableString.Invariant(
        $"values {Generators.Text(Values)} targets {Generators.Text(Targets)} caps {Generators.Text(Caps)} total {Total} end {EndValue}");
}
