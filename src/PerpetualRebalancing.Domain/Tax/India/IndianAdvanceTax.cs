using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>A day of the calendar.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">Of the month.</param>
public readonly record struct DayOfYear(int Month, int Day)
{
    /// <summary>The day within a tax year that begins in April.</summary>
    public DateOnly In(TaxYear year) => new(Month >= year.From.Month ? year.From.Year : year.To.Year, Month, Day);
}

/// <summary>An instalment of advance tax.</summary>
/// <param name="Due">Its last day.</param>
/// <param name="Share">What part of the year's tax must have been paid by then, a fraction, cumulative.</param>
public sealed record AdvanceTaxShare(DayOfYear Due, decimal Share);

/// <summary>When the tax of a year falls due (tax facts 1.7: ss.208 to 211, 234C; from April 2026 ss.404 to 408, 425).</summary>
/// <param name="Threshold">No advance tax is due below this much, rupees.</param>
/// <param name="Instalments">In order of dates.</param>
/// <param name="LastDay">The day by which tax on gains after the last instalment is paid without interest.</param>
/// <param name="ExemptAge">Residents of this age without a business pay none.</param>
/// <param name="SelfAssessment">The last day after the year for what was not due in advance.</param>
/// <param name="Source">The sections.</param>
public sealed record IndianAdvanceTax(
    decimal Threshold, ImmutableArray<AdvanceTaxShare> Instalments, DayOfYear LastDay, int ExemptAge, DayOfYear SelfAssessment, string Source)
{
    /// <summary>What must have been paid by each date. A gain counts from the first instalment on or after it: who could not foresee it
    /// pays no interest on the instalments before (s.234C, first proviso).</summary>
    /// <param name="year">The tax year.</param>
    /// <param name="isExempt">Whether the taxpayer pays no advance tax.</param>
    /// <param name="taxOfGainsTo">The year's tax with the gains up to and including a day, rupees.</param>
    public ImmutableArray<TaxInstalment> Due(TaxYear year, bool isExempt, Func<DateOnly, decimal> taxOfGainsTo)
    {
        var whole = taxOfGainsTo(year.To);
        if (whole <= 0m)
        {
            return [];
        }

        if (isExempt || whole < Threshold)
        {
            return [new TaxInstalment(new DateOnly(year.To.Year, SelfAssessment.Month, SelfAssessment.Day), whole)];
        }

        var due = ImmutableArray.CreateBuilder<TaxInstalment>();
        foreach (var instalment in Instalments)
        {
            var day = instalment.Due.In(year);
            Add(day, instalment.Share * taxOfGainsTo(day));
        }

        Add(LastDay.In(year), whole);
        return due.ToImmutable();

        void Add(DateOnly day, decimal cumulative)
        {
            // A later loss takes back what was estimated, but not what was paid: the amounts by date never fall.
            if (cumulative > (due.Count == 0 ? 0m : due[^1].Cumulative))
            {
                due.Add(new TaxInstalment(day, cumulative));
            }
        }
    }
}
