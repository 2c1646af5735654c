using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>Rates that rise with taxable income.</summary>
/// <param name="Brackets">In rising order; the last one has no end.</param>
internal readonly record struct RateScale(ImmutableArray<TaxBracket> Brackets)
{
    /// <summary>Where the last rate begins.</summary>
    public decimal Top => Brackets.Length < 2 ? 0m : Brackets[^2].UpTo!.Value;

    /// <summary>The tax on a slice of income.</summary>
    /// <param name="from">Income below the slice, at least 0.</param>
    /// <param name="amount">Size of the slice, at least 0.</param>
    /// <param name="highest">No part of the slice is taxed at a higher rate.</param>
    public decimal On(decimal from, decimal amount, decimal highest = 1m)
    {
        var (to, tax) = (from + amount, 0m);
        foreach (var bracket in Brackets)
        {
            var end = bracket.UpTo is { } upTo && upTo < to ? upTo : to;
            if (end > from)
            {
                tax += (end - from) * Math.Min(bracket.Rate, highest);
                from = end;
            }

            if (from >= to)
            {
                break;
            }
        }

        return tax;
    }
}
