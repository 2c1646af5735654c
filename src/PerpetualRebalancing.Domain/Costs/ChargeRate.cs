using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Costs;

/// <summary>What a charge is counted on.</summary>
public enum ChargeBasis
{
    /// <summary>The order's value; the rate is a fraction.</summary>
    Value,

    /// <summary>Each unit; the rate is money per unit.</summary>
    Unit,

    /// <summary>The order as such; the rate is money.</summary>
    Order,

    /// <summary>The first order of an instrument in an account on a day; the rate is money. The depository's debit charge.</summary>
    InstrumentDay,

    /// <summary>Other lines of the same order, as rounded; the rate is a fraction. Goods and services tax.</summary>
    Lines,
}

/// <summary>One rate of a charge while it is in force.</summary>
/// <param name="From">The first trade date.</param>
/// <param name="To">The last trade date; null while no end is known.</param>
/// <param name="Basis">What it is counted on.</param>
/// <param name="Rate">Not negative; a fraction or money, as <paramref name="Basis"/> says.</param>
/// <param name="Minimum">The least it comes to, in the schedule's currency; zero for none.</param>
/// <param name="Maximum">The most it comes to, in the schedule's currency; null for no limit.</param>
/// <param name="MaximumShare">The most it comes to as a fraction of the order's value, which beats the minimum; null for no limit.</param>
/// <param name="Of">The names of the lines a <see cref="ChargeBasis.Lines"/> rate is counted on.</param>
/// <param name="RoundTo">The line is rounded to a multiple of this, in the schedule's currency: 0.01, or 1 for whole rupees.</param>
/// <param name="RoundUp">Whether it is rounded up; otherwise to the nearest, halves up.</param>
/// <param name="Source">The circular, act or price list it comes from.</param>
/// <param name="Uncertain">Why the rate should be checked; null when it was read in its source.</param>
public sealed record ChargeRate(
    DateOnly From,
    DateOnly? To,
    ChargeBasis Basis,
    decimal Rate,
    decimal Minimum,
    decimal? Maximum,
    decimal? MaximumShare,
    ImmutableArray<string> Of,
    decimal RoundTo,
    bool RoundUp,
    string Source,
    string? Uncertain)
{
    /// <summary>Whether the rate is in force on a trade date.</summary>
    public bool Covers(DateOnly date) => From <= date && (To is not { } last || date <= last);

    /// <summary>The charge within its limits and rounded as its source says.</summary>
    /// <param name="unlimited">Rate times basis, in the schedule's currency.</param>
    /// <param name="value">The order's value, above zero.</param>
    internal decimal Rounded(decimal unlimited, decimal value)
    {
        var amount = Math.Max(unlimited, Minimum);
        amount = Math.Min(amount, Maximum ?? amount);
        amount = Math.Min(amount, value * MaximumShare ?? amount);
        var steps = amount / RoundTo;
        return (RoundUp ? Math.Ceiling(steps) : Math.Round(steps, MidpointRounding.AwayFromZero)) * RoundTo;
    }
}
