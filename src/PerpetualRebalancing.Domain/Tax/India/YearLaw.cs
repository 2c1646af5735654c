using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>The law of one tax year for one taxpayer, laid out for speed: the gains at special rates are slots in falling order of
/// rates, 111A before 112 before 112A at the same rate.</summary>
internal sealed class YearLaw
{
    private readonly decimal[] _limits;
    private readonly decimal[] _slabRates;
    private readonly decimal[] _taxBelow;
    private readonly int[] _basicOrder;
    private readonly int[] _exemptionOrder;
    private readonly decimal _cess;
    private readonly IncomeRebate? _rebate;
    private readonly bool _rebateCountsSpecial;
    private readonly bool _reliefTakesGains;
    private readonly SurchargeTier[] _tiers;
    private readonly decimal _surchargeCap;

    public YearLaw(IndianTables tables, TaxProfile.India profile, TaxYear year)
    {
        var buckets = tables.Classes.Buckets;
        Slots = [.. buckets.Index().Where(b => b.Item.Gain is IndianGain.Short111A or IndianGain.Long112 or IndianGain.Long112A && b.Item.Meets(year.From, year.To))
            .OrderByDescending(b => b.Item.Rate).ThenBy(b => b.Item.Gain).Select(b => b.Index)];
        SlotOf = [.. Enumerable.Range(0, buckets.Length).Select(b => Slots.IndexOf(b))];
        Rate = [.. Slots.Select(b => buckets[b].Rate)];
        IsLong = [.. Slots.Select(b => buckets[b].Gain != IndianGain.Short111A)];
        IsExempted = [.. Slots.Select(b => buckets[b].Gain == IndianGain.Long112A)];

        var slabs = tables.Slabs.Where(s => s.Regime == profile.Regime && Dated.Holds(s.From, s.To, year.From) && HasReached(profile, year, s.FromAge))
            .OrderByDescending(s => s.FromAge).FirstOrDefault() ?? throw Missing("slabs");
        _limits = [.. slabs.Slabs.Select(s => s.UpTo ?? decimal.MaxValue)];
        _slabRates = [.. slabs.Slabs.Select(s => s.Rate)];
        _taxBelow = new decimal[_limits.Length];
        for (var i = 1; i < _limits.Length; i++)
        {
            _taxBelow[i] = _taxBelow[i - 1] + ((_limits[i - 1] - (i == 1 ? 0m : _limits[i - 2])) * _slabRates[i - 1]);
        }

        TopSlabFrom = _limits.Length > 1 ? _limits[^2] : 0m;
        Basic = _slabRates[0] == 0m ? _limits[0] : 0m;
        Exemption = tables.Exemptions.On(year.From)?.Amount ?? throw Missing("exemption of s.112A");
        _cess = tables.Cess.On(year.From)?.Amount ?? throw Missing("cess");
        _rebate = tables.Rebates.FirstOrDefault(r => r.Regime == profile.Regime && Dated.Holds(r.From, r.To, year.From));
        IsRebated = [.. Slots.Select(b => _rebate?.Against.Contains(buckets[b].Gain) == true)];
        var surcharge = tables.Surcharges.FirstOrDefault(s => s.Regime == profile.Regime && Dated.Holds(s.From, s.To, year.From)) ?? throw Missing("surcharge");
        (_tiers, _surchargeCap) = ([.. surcharge.Tiers], surcharge.Cap);
        IsCapped = [.. Slots.Select(b => surcharge.Capped.Contains(buckets[b].Gain))];

        _rebateCountsSpecial = tables.Switches.IsUsual(IndianSwitches.RebateThreshold);
        _reliefTakesGains = !tables.Switches.IsUsual(IndianSwitches.SurchargeRelief);
        var all = Enumerable.Range(0, Slots.Length);
        _basicOrder = [.. tables.Switches.IsUsual(IndianSwitches.BasicExemption) ? all : all.Reverse()];
        var exempted = all.Where(s => IsExempted[s]);
        _exemptionOrder = [.. tables.Switches.IsUsual(IndianSwitches.ExemptionFirst)
            ? exempted.OrderByDescending(s => buckets[Slots[s]].From)
            : exempted.OrderBy(s => buckets[Slots[s]].From)];

        KeyNotFoundException Missing(string what) => new(string.Create(
            CultureInfo.InvariantCulture, $"The tax table of India has no {what} for the tax year {year.Name}: add the law of that year to config/tax/in.json."));
    }

    /// <summary>The law's bucket of each slot.</summary>
    public ImmutableArray<int> Slots { get; }

    /// <summary>The slot of each of the law's buckets; −1 when it has none in this year.</summary>
    public ImmutableArray<int> SlotOf { get; }

    /// <summary>The rate of each slot, a fraction.</summary>
    public decimal[] Rate { get; }

    /// <summary>Whether a slot is of long-term gains.</summary>
    public bool[] IsLong { get; }

    /// <summary>Whether a slot is of gains with the yearly exemption.</summary>
    public bool[] IsExempted { get; }

    /// <summary>Whether the surcharge on a slot is capped.</summary>
    public bool[] IsCapped { get; }

    /// <summary>Whether the rebate reduces the tax of a slot.</summary>
    public bool[] IsRebated { get; }

    /// <summary>Income up to here is not taxed, rupees.</summary>
    public decimal Basic { get; }

    /// <summary>The yearly exemption of s.112A, rupees.</summary>
    public decimal Exemption { get; }

    /// <summary>Where the top slab begins, rupees.</summary>
    public decimal TopSlabFrom { get; }

    /// <summary>Whether ordinary income is so low that a rebate may come into question whatever is sold: the order of set-off then
    /// depends on it. Tax is at most as high as income, so far above the limit no relief is left.</summary>
    public bool MayHaveRebate(decimal other) => _rebate is { } rebate && other < 2m * rebate.Limit;

    /// <summary>The total income above which the tax jumps, or null when it never does.</summary>
    public decimal? CliffAt => _rebate is { HasRelief: false, Maximum: > 0m } rebate ? rebate.Limit : null;

    /// <summary>The taxpayer's age is reached in the year; who was born on 1 April is as old on 31 March (CBDT circular 28 of 2016).</summary>
    public static bool HasReached(TaxProfile.India profile, TaxYear year, int age) => profile.Born.AddYears(age) <= year.To.AddDays(1);

    /// <summary>The slab that a next rupee less of ordinary income leaves: its rate and its lower end.</summary>
    public (decimal Rate, decimal From) SlabAt(decimal ordinary)
    {
        var i = 0;
        while (ordinary > _limits[i])
        {
            i++;
        }

        return (_slabRates[i], i == 0 ? 0m : _limits[i - 1]);
    }

    /// <summary>The tax of a year after set-off.</summary>
    /// <param name="ordinary">Ordinary income with slab gains, rupees.</param>
    /// <param name="special">Gains by slot, rupees, none below zero.</param>
    /// <param name="figures">Is filled from <see cref="YearFigures.Ordinary"/> on.</param>
    public void Assess(decimal ordinary, ReadOnlySpan<decimal> special, ref YearFigures figures)
    {
        Span<decimal> taxable = stackalloc decimal[special.Length];
        figures.Ordinary = ordinary;
        figures.TotalIncome = ordinary;
        foreach (var gain in special)
        {
            figures.TotalIncome += gain;
        }

        figures.SlabTax = SlabTax(ordinary);
        figures.ExemptionUsed = Exempt(special, taxable);
        figures.BasicUsed = TakeBasic(ordinary, taxable);
        var (capped, uncapped, rebated) = (0m, 0m, 0m);
        for (var s = 0; s < taxable.Length; s++)
        {
            if (decimal.Sign(taxable[s]) != 0)
            {
                var tax = taxable[s] * Rate[s];
                (capped, uncapped) = IsCapped[s] ? (capped + tax, uncapped) : (capped, uncapped + tax);
                rebated += IsRebated[s] ? tax : 0m;
            }
        }

        figures.SpecialTax = capped + uncapped;
        figures.Rebate = _rebate is null ? 0m : RebateOf(in figures, rebated);
        figures.SlabRebate = Math.Min(figures.Rebate, figures.SlabTax);
        figures.Surcharge = figures.TotalIncome > _tiers[0].Over ? SurchargeOf(special, in figures, capped, uncapped) : 0m;
        figures.Cess = (figures.SlabTax + figures.SpecialTax - figures.Rebate + figures.Surcharge) * _cess;
    }

    private decimal SlabTax(decimal ordinary)
    {
        var i = 0;
        while (ordinary > _limits[i])
        {
            i++;
        }

        return i == 0 ? ordinary * _slabRates[0] : _taxBelow[i] + ((ordinary - _limits[i - 1]) * _slabRates[i]);
    }

    private decimal Exempt(ReadOnlySpan<decimal> special, Span<decimal> taxable)
    {
        special.CopyTo(taxable);
        var left = Exemption;
        foreach (var s in _exemptionOrder)
        {
            if (decimal.Sign(taxable[s]) != 0)
            {
                var used = Math.Min(left, taxable[s]);
                taxable[s] -= used;
                left -= used;
            }
        }

        return Exemption - left;
    }

    private decimal TakeBasic(decimal ordinary, Span<decimal> taxable)
    {
        var left = Basic - ordinary;
        if (left <= 0m)
        {
            return 0m;
        }

        var unused = left;
        foreach (var s in _basicOrder)
        {
            var used = Math.Min(left, taxable[s]);
            taxable[s] -= used;
            left -= used;
        }

        return unused - left;
    }

    // Up to the limit the tax is given back up to the maximum; above it the tax may not exceed the income above it.
    private decimal RebateOf(in YearFigures figures, decimal rebatedSpecial)
    {
        var income = _rebateCountsSpecial ? figures.TotalIncome : figures.Ordinary;
        var over = income - _rebate!.Limit;
        var reducible = figures.SlabTax + rebatedSpecial;
        if (over <= 0m)
        {
            return Math.Min(reducible, _rebate.Maximum);
        }

        var payable = figures.SlabTax + (_rebateCountsSpecial ? figures.SpecialTax : 0m);
        return _rebate.HasRelief && payable > over ? Math.Min(reducible, payable - over) : 0m;
    }

    private decimal SurchargeOf(ReadOnlySpan<decimal> special, in YearFigures figures, decimal capped, decimal uncapped)
    {
        var tax = figures.SlabTax - figures.SlabRebate + uncapped;
        var uncappedIncome = figures.TotalIncome - CappedIncome(special);
        var payable = WithSurcharge(tax, capped, RateAt(figures.TotalIncome, uncappedIncome));
        foreach (var tier in _tiers)
        {
            var over = (tier.ExcludesCapped ? uncappedIncome : figures.TotalIncome) - tier.Over;
            if (over > 0m)
            {
                payable = Math.Min(payable, over + AtLimit(tier, over, figures.Ordinary, special));
            }
        }

        return payable - tax - capped;
    }

    // Marginal relief: tax and surcharge may exceed those on an income at the limit by no more than the income above the limit.
    private decimal AtLimit(SurchargeTier tier, decimal over, decimal ordinary, ReadOnlySpan<decimal> special)
    {
        Span<decimal> less = stackalloc decimal[special.Length];
        Span<decimal> taxable = stackalloc decimal[special.Length];
        special.CopyTo(less);
        if (_reliefTakesGains && !tier.ExcludesCapped)
        {
            over = TakeGains(less, over);
        }

        var taken = Math.Min(ordinary, over);
        ordinary -= taken;
        TakeGains(less, over - taken);
        Exempt(less, taxable);
        TakeBasic(ordinary, taxable);
        var (capped, uncapped, total) = (0m, SlabTax(ordinary), ordinary);
        for (var s = 0; s < taxable.Length; s++)
        {
            var tax = taxable[s] * Rate[s];
            (capped, uncapped) = IsCapped[s] ? (capped + tax, uncapped) : (capped, uncapped + tax);
            total += less[s];
        }

        return WithSurcharge(uncapped, capped, RateAt(total, total - CappedIncome(less)));
    }

    // The gains taxed least go first: what stays is taxed more, which is the cautious reading.
    private static decimal TakeGains(Span<decimal> special, decimal amount)
    {
        for (var s = special.Length - 1; s >= 0 && amount > 0m; s--)
        {
            var used = Math.Min(amount, special[s]);
            special[s] -= used;
            amount -= used;
        }

        return amount;
    }

    private decimal WithSurcharge(decimal tax, decimal capped, decimal rate) =>
        tax + (tax * rate) + capped + (capped * Math.Min(rate, _surchargeCap));

    private decimal RateAt(decimal total, decimal uncapped)
    {
        var rate = 0m;
        foreach (var tier in _tiers)
        {
            rate = (tier.ExcludesCapped ? uncapped : total) > tier.Over ? tier.Rate : rate;
        }

        return rate;
    }

    private decimal CappedIncome(ReadOnlySpan<decimal> special)
    {
        var sum = 0m;
        for (var s = 0; s < special.Length; s++)
        {
            sum += IsCapped[s] ? special[s] : 0m;
        }

        return sum;
    }
}
