namespace PerpetualRebalancing.Domain.Costs;

/// <summary>Which way an order goes.</summary>
public enum Side
{
    /// <summary>Cash becomes units.</summary>
    Buy,

    /// <summary>Units become cash.</summary>
    Sell,
}

/// <summary>One charge of a trade, dated and rounded by itself as its source says.</summary>
/// <param name="Name">What the contract note calls it: brokerage, STT, exchange, SEBI, GST, stamp, DP, exit load.</param>
/// <param name="Amount">Not negative, in the instrument's currency.</param>
public sealed record ChargeLine(string Name, Money Amount);

/// <summary>The smooth form of an order's charges that the engines search with: at least <paramref name="Minimum"/>, and
/// <paramref name="Fixed"/> whatever its size. Rounding of single lines is left out.</summary>
/// <param name="Rate">Fraction of the order's value.</param>
/// <param name="Fixed">Per order, in the instrument's currency.</param>
/// <param name="Minimum">Smallest proportional part, in the instrument's currency.</param>
public readonly record struct ChargeEstimate(decimal Rate, decimal Fixed, decimal Minimum)
{
    /// <summary>The estimated charges of an order of a value above zero; zero for no order.</summary>
    public decimal On(decimal value) => value <= 0m ? 0m : Math.Max(value * Rate, Minimum) + Fixed;

    /// <summary>The part of the charges that does not shrink with the order: what makes a small leg uneconomic.</summary>
    public decimal FixedPart(decimal value) => Fixed + Math.Max(0m, Minimum - (value * Rate));
}
