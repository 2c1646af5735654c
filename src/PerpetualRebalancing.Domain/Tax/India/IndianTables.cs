using System.Collections.Immutable;
using System.Globalization;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>The law of India for resident individuals as data.</summary>
public sealed record IndianTables
{
    /// <summary>How long it may be trusted.</summary>
    public required TableAge Age { get; init; }

    /// <summary>Kinds of gain and tax classes.</summary>
    public required IndianClasses Classes { get; init; }

    /// <summary>Slabs by regime, tax year and age.</summary>
    public required ImmutableArray<IncomeSlabs> Slabs { get; init; }

    /// <summary>Rebates by regime and tax year.</summary>
    public required ImmutableArray<IncomeRebate> Rebates { get; init; }

    /// <summary>Surcharge by regime and tax year.</summary>
    public required ImmutableArray<IncomeSurcharge> Surcharges { get; init; }

    /// <summary>Exemption of long-term gains on listed equity per tax year, rupees.</summary>
    public required ImmutableArray<DatedNumber> Exemptions { get; init; }

    /// <summary>Health and education cess per tax year, a fraction of tax and surcharge.</summary>
    public required ImmutableArray<DatedNumber> Cess { get; init; }

    /// <summary>For how many following tax years a loss may be used, by the tax year of the loss.</summary>
    public required ImmutableArray<DatedNumber> LossYears { get; init; }

    /// <summary>The last day of acquisition whose units are grandfathered (s.55(2)(ac)).</summary>
    public required DateOnly GrandfatheredTo { get; init; }

    /// <summary>The section of grandfathering.</summary>
    public required string GrandfatheringSource { get; init; }

    /// <summary>Charges that count neither against the proceeds of a sale nor in the cost of a purchase (s.48, from April 2026 s.72).</summary>
    public required ImmutableArray<string> NotDeducted { get; init; }

    /// <summary>The section that says so.</summary>
    public required string NotDeductedSource { get; init; }

    /// <summary>Cost inflation index by the year in which the tax year begins.</summary>
    public required ImmutableSortedDictionary<int, decimal> Inflation { get; init; }

    /// <summary>When tax falls due.</summary>
    public required IndianAdvanceTax AdvanceTax { get; init; }

    /// <summary>Readings of uncertain law.</summary>
    public required IndianSwitches Switches { get; init; }

    /// <summary>What holds for every estimate.</summary>
    public required ImmutableArray<string> Assumptions { get; init; }

    /// <summary>Telegraphic transfer buying rates of the State Bank of India.</summary>
    public TtRates Tt { get; init; } = TtRates.None;

    /// <summary>The index of a day's tax year; days before the first year count as the first.</summary>
    /// <exception cref="KeyNotFoundException">The table ends before that year.</exception>
    public decimal InflationOf(DateOnly day)
    {
        var year = Math.Max(TaxYear.Of(day, IndianLaw.FirstMonth).From.Year, Inflation.Keys.First());
        return Inflation.TryGetValue(year, out var index)
            ? index
            : throw new KeyNotFoundException(string.Create(
                CultureInfo.InvariantCulture, $"The table of India has no cost inflation index for the year that begins in {year}: add it to config/tax/in.json."));
    }
}
