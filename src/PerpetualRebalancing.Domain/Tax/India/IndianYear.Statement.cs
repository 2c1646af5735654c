using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.India;

public sealed partial class IndianYear
{
    /// <inheritdoc/>
    public YearStatement Statement(ReadOnlySpan<decimal> gains)
    {
        var lines = ImmutableArray.CreateBuilder<StatementLine>();
        var buckets = _law.Tables.Classes.Buckets;
        var tables = _law.Tables;
        var figures = default(YearFigures);
        Span<decimal> special = stackalloc decimal[_year.Slots.Length];
        Compute(gains, ref figures, _soFar, special);

        Line(_ledger.OtherIncome is null ? "Other income, unknown: where the top slab begins" : "Other income of the year, expected", "", _other);
        for (var b = 0; b < buckets.Length; b++)
        {
            Line(buckets[b].Name, buckets[b].Section, _soFar[b] + (b < gains.Length ? gains[b] : 0m));
        }

        var setOff = tables.LossYears.On(_ledger.Year.From)?.Source ?? "";
        Line("Short-term losses of the year set off", setOff, figures.ShortUsed);
        Line("Long-term losses of the year set off", setOff, figures.LongUsed);
        Line("Short-term losses of earlier years set off", setOff, figures.EarlierShortUsed);
        Line("Long-term losses of earlier years set off", setOff, figures.EarlierLongUsed);
        Line("Total income", "", figures.TotalIncome);
        Line("Exempt of long-term gains on listed equity", tables.Exemptions.On(_ledger.Year.From)?.Source ?? "", figures.ExemptionUsed);
        Line("Unused basic exemption, taken off gains", "", figures.BasicUsed);
        Line("Tax by slabs", "", figures.SlabTax);
        Line("Tax on gains at special rates", "", figures.SpecialTax);
        Line("Rebate", RebateSource(), -figures.Rebate);
        Line("Surcharge", "", figures.Surcharge);
        Line("Health and education cess", tables.Cess.On(_ledger.Year.From)?.Source ?? "", figures.Cess);
        return new YearStatement(lines.ToImmutable(), figures.Total - TotalOf(new decimal[_soFar.Length]), figures.Total);

        void Line(string label, string section, decimal amount)
        {
            if (amount != 0m)
            {
                lines.Add(new StatementLine(label, section, amount));
            }
        }
    }

    private string RebateSource() => _law.Tables.Rebates
        .FirstOrDefault(r => r.Regime == _profile.Regime && Dated.Holds(r.From, r.To, _ledger.Year.From))?.Source ?? "";

    // A point of uncertain law is said where it can make a difference to this year.
    private ImmutableArray<string> Assume()
    {
        var switches = _law.Tables.Switches;
        var said = _law.Tables.Assumptions.ToBuilder();
        if (_ledger.OtherIncome is null)
        {
            said.Add(FormattableString.Invariant(
                $"The other income of {_ledger.Member} is unknown: it is taken to reach the top slab of {_year.SlabAt(decimal.MaxValue).Rate:0.##%} and no further, without a rebate; surcharge counts from there on, so the estimate is low if it lies above the first surcharge limit. Type otherIncome"));
        }

        if (_year.MayHaveRebate(_other))
        {
            said.Add(switches.Of(IndianSwitches.RebateThreshold).Says);
        }

        if (_other < _year.Basic)
        {
            said.Add(switches.Of(IndianSwitches.BasicExemption).Says);
        }

        if (_year.IsExempted.Count(e => e) > 1)
        {
            said.Add(switches.Of(IndianSwitches.ExemptionFirst).Says);
        }

        said.Add(switches.Of(IndianSwitches.SurchargeRelief).Says);
        return said.ToImmutable();
    }
}
