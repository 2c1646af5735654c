using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>A taxpayer's tax year in India. Asking for a tax is pure arithmetic on arrays made when the year is opened.</summary>
public sealed partial class IndianYear : IMemberYear
{
    private readonly IndianLaw _law;
    private readonly TaxProfile.India _profile;
    private readonly YearLedger _ledger;
    private readonly YearLaw _year;
    private readonly decimal _other;
    private readonly IndianGain[] _kinds;
    private readonly decimal[] _soFar;
    private readonly ImmutableArray<BroughtForwardLoss> _earlier;
    private readonly decimal _earlierShort;
    private readonly decimal _earlierLong;
    private readonly decimal _base;
    private readonly int _longestLong;

    internal IndianYear(IndianLaw law, TaxProfile.India profile, YearLedger ledger)
    {
        (_law, _profile, _ledger) = (law, profile, ledger);
        _year = new YearLaw(law.Tables, profile, ledger.Year);
        _other = ledger.OtherIncome ?? _year.TopSlabFrom;
        _kinds = [.. law.Tables.Classes.Buckets.Select(b => b.Gain)];
        _soFar = Sum(ledger.Gains);
        _earlier = [.. ledger.Losses.Where(l => l.Year < ledger.Year.From && IsUsable(l.Year, ledger.Year)).OrderBy(l => l.Year)];
        _earlierShort = _earlier.Where(l => !l.IsLong).Sum(l => l.Amount.Amount);
        _earlierLong = _earlier.Where(l => l.IsLong).Sum(l => l.Amount.Amount);
        _longestLong = Array.IndexOf(_year.IsLong, true);
        _base = TotalOf(_soFar);
        Assumptions = Assume();
    }

    /// <inheritdoc/>
    public ImmutableArray<string> Assumptions { get; }

    /// <inheritdoc/>
    public decimal Tax(ReadOnlySpan<decimal> gains)
    {
        var figures = default(YearFigures);
        Compute(gains, ref figures);
        return figures.Total - _base;
    }

    /// <inheritdoc/>
    public int Piece(ReadOnlySpan<decimal> gains)
    {
        if (_year.CliffAt is not { } limit || _other > limit)
        {
            return 0;
        }

        var figures = default(YearFigures);
        Compute(gains, ref figures);
        return figures.TotalIncome > limit ? 1 : 0;
    }

    /// <summary>The year's computation with more gains on top.</summary>
    /// <param name="gains">By bucket, rupees, losses negative.</param>
    public IndianAssessment Assessment(ReadOnlySpan<decimal> gains)
    {
        var figures = default(YearFigures);
        Compute(gains, ref figures);
        return new IndianAssessment(
            figures.TotalIncome, figures.SlabTax - figures.SlabRebate, figures.SpecialTax - (figures.Rebate - figures.SlabRebate), figures.Rebate,
            figures.Surcharge, figures.Cess, figures.Total, figures.ExemptionUsed, figures.BasicUsed, Left(in figures));
    }

    /// <inheritdoc/>
    public ImmutableArray<BroughtForwardLoss> CarriedForward() => Assessment([]).CarriedForward;

    /// <inheritdoc/>
    public ImmutableArray<TaxInstalment> Instalments()
    {
        var rules = _law.Tables.AdvanceTax;
        var without = TotalOf(new decimal[_soFar.Length]);
        return rules.Due(
            _ledger.Year, !_profile.HasBusiness && YearLaw.HasReached(_profile, _ledger.Year, rules.ExemptAge),
            day => TotalOf(Sum(_ledger.Gains.Where(g => g.On <= day))) - without);
    }

    private bool IsUsable(DateOnly loss, TaxYear year)
    {
        var years = _law.Tables.LossYears.On(loss)?.Amount ?? 0m;
        return year.From <= loss.AddYears((int)years);
    }

    private ImmutableArray<BroughtForwardLoss> Left(in YearFigures figures)
    {
        var next = _law.YearOf(_ledger.Year.To.AddDays(1));
        var left = ImmutableArray.CreateBuilder<BroughtForwardLoss>();
        var (shortUsed, longUsed) = (figures.EarlierShortUsed, figures.EarlierLongUsed);
        foreach (var loss in _earlier)
        {
            ref var used = ref loss.IsLong ? ref longUsed : ref shortUsed;
            var taken = Math.Min(used, loss.Amount.Amount);
            used -= taken;
            Keep(loss.Year, loss.IsLong, loss.Amount.Amount - taken);
        }

        Keep(_ledger.Year.From, isLong: false, figures.ShortLoss - figures.ShortUsed);
        Keep(_ledger.Year.From, isLong: true, figures.LongLoss - figures.LongUsed);

        // Losses that a person typed for a later year than this wait for it.
        left.AddRange(_ledger.Losses.Where(l => l.Year >= _ledger.Year.From));
        return left.ToImmutable();

        void Keep(DateOnly year, bool isLong, decimal amount)
        {
            if (amount > 0m && IsUsable(year, next))
            {
                left.Add(new BroughtForwardLoss(_ledger.Member, year, isLong, new Money(amount, Currency.Inr)));
            }
        }
    }

    private decimal TotalOf(ReadOnlySpan<decimal> all)
    {
        var figures = default(YearFigures);
        Compute([], ref figures, all);
        return figures.Total;
    }

    private void Compute(ReadOnlySpan<decimal> gains, ref YearFigures figures) => Compute(gains, ref figures, _soFar);

    private void Compute(ReadOnlySpan<decimal> gains, ref YearFigures figures, ReadOnlySpan<decimal> soFar)
    {
        Span<decimal> special = stackalloc decimal[_year.Slots.Length];
        Compute(gains, ref figures, soFar, special);
    }

    /// <summary>Sorts the gains into slots, sets losses off and assesses what is left.</summary>
    private void Compute(ReadOnlySpan<decimal> gains, ref YearFigures figures, ReadOnlySpan<decimal> soFar, Span<decimal> special)
    {
        special.Clear();
        var slab = 0m;
        for (var b = 0; b < soFar.Length; b++)
        {
            // Most are zero, and a sign is cheaper than a sum.
            var amount = soFar[b];
            if (b < gains.Length && decimal.Sign(gains[b]) != 0)
            {
                amount += gains[b];
            }

            var sign = decimal.Sign(amount);
            if (sign == 0)
            {
                continue;
            }

            // A correction may turn the sign of a kind; what it is then is what its term says.
            var (slot, gain) = (_year.SlotOf[b], _kinds[b]);
            var isLong = gain is IndianGain.Long112 or IndianGain.Long112A or IndianGain.LongLoss;
            if (sign < 0)
            {
                (figures.LongLoss, figures.ShortLoss) = isLong ? (figures.LongLoss - amount, figures.ShortLoss) : (figures.LongLoss, figures.ShortLoss - amount);
            }
            else if (slot >= 0 || gain == IndianGain.LongLoss)
            {
                special[slot >= 0 ? slot : _longestLong] += amount;
            }
            else if (gain is IndianGain.Slab or IndianGain.ShortLoss)
            {
                slab += amount;
            }
            else
            {
                throw new InvalidOperationException($"The tax year {_ledger.Year.Name} has no gains of the kind '{_law.Buckets[b].Id}'.");
            }
        }

        if (figures.ShortLoss == 0m && figures.LongLoss == 0m && _earlier.IsEmpty)
        {
            _year.Assess(_other + slab, special, ref figures);
            return;
        }

        Span<decimal> left = stackalloc decimal[special.Length];
        new SetOff(_year, _other, special, slab).Assess(_earlierShort, _earlierLong, left, ref figures);
        left.CopyTo(special);
    }

    private decimal[] Sum(IEnumerable<GainEntry> entries)
    {
        var sums = new decimal[_law.Buckets.Length];
        foreach (var entry in entries)
        {
            var bucket = BucketIndex.Of(_law, entry);
            sums[bucket] += _law.Tables.Classes.Buckets[bucket].Meets(_ledger.Year.From, _ledger.Year.To)
                ? entry.Amount.Amount
                : throw new ArgumentException(
                    $"The ledger of {entry.Member} has a gain of {entry.On:yyyy-MM-dd} as '{entry.Bucket}', which the tax year {_ledger.Year.Name} does not have.");
        }

        return sums;
    }
}
