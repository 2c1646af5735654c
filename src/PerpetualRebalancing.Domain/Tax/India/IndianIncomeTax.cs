using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>A number of the law within dates.</summary>
/// <param name="From">The first day, of transfer dates or of tax years.</param>
/// <param name="To">The last day; null while no end is known.</param>
/// <param name="Amount">Rupees, or a fraction, or years: as its table says.</param>
/// <param name="Source">The section.</param>
public sealed record DatedNumber(DateOnly From, DateOnly? To, decimal Amount, string Source);

/// <summary>One slab: income up to a limit at a rate.</summary>
/// <param name="UpTo">Rupees; null for the top slab.</param>
/// <param name="Rate">Fraction, 0 to 1.</param>
public sealed record IncomeSlab(decimal? UpTo, decimal Rate);

/// <summary>The slabs of a regime.</summary>
/// <param name="Regime">Old or new.</param>
/// <param name="From">The first day of the first tax year.</param>
/// <param name="To">The last day of the last tax year; null while no end is known.</param>
/// <param name="FromAge">The age in years from which these hold; of several the highest that the taxpayer has reached.</param>
/// <param name="Slabs">In rising order, the last without a limit; the first is the basic exemption.</param>
/// <param name="Source">The section.</param>
public sealed record IncomeSlabs(IndianRegime Regime, DateOnly From, DateOnly? To, int FromAge, ImmutableArray<IncomeSlab> Slabs, string Source);

/// <summary>The rebate for small incomes (s.87A, from April 2026 s.156).</summary>
/// <param name="Regime">Old or new.</param>
/// <param name="From">The first day of the first tax year.</param>
/// <param name="To">The last day of the last tax year; null while no end is known.</param>
/// <param name="Limit">Total income up to which it is given, rupees.</param>
/// <param name="Maximum">The most of it, rupees.</param>
/// <param name="HasRelief">Whether the tax just above the limit is held to the income above it; without, the tax jumps there.</param>
/// <param name="Against">Which tax it reduces.</param>
/// <param name="Source">The section.</param>
public sealed record IncomeRebate(
    IndianRegime Regime, DateOnly From, DateOnly? To, decimal Limit, decimal Maximum, bool HasRelief, ImmutableArray<IndianGain> Against,
    string Source);

/// <summary>A tier of the surcharge.</summary>
/// <param name="Over">Above this income, rupees.</param>
/// <param name="Rate">Fraction of the tax, 0 to 1.</param>
/// <param name="ExcludesCapped">Whether income whose surcharge is capped does not count towards the limit.</param>
public sealed record SurchargeTier(decimal Over, decimal Rate, bool ExcludesCapped);

/// <summary>The surcharge of a regime (Part I and III of the First Schedule of each Finance Act).</summary>
/// <param name="Regime">Old or new.</param>
/// <param name="From">The first day of the first tax year.</param>
/// <param name="To">The last day of the last tax year; null while no end is known.</param>
/// <param name="Tiers">In rising order.</param>
/// <param name="Cap">The highest surcharge on the tax of capped gains, a fraction.</param>
/// <param name="Capped">The gains it is capped on.</param>
/// <param name="Source">The act.</param>
public sealed record IncomeSurcharge(
    IndianRegime Regime, DateOnly From, DateOnly? To, ImmutableArray<SurchargeTier> Tiers, decimal Cap, ImmutableArray<IndianGain> Capped,
    string Source);

/// <summary>Finds what holds on a day.</summary>
public static class Dated
{
    /// <summary>The number of a day, or null.</summary>
    public static DatedNumber? On(this ImmutableArray<DatedNumber> rows, DateOnly day) => rows.FirstOrDefault(r => Holds(r.From, r.To, day));

    /// <summary>Whether a day lies between dates.</summary>
    public static bool Holds(DateOnly from, DateOnly? to, DateOnly day) => from <= day && (to is not { } last || day <= last);
}
