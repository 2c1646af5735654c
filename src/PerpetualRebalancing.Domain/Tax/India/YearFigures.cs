namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>The figures of one computation of a year, all in rupees. A struct that is filled in place: f is asked thousands of times
/// per review and allocates nothing.</summary>
internal struct YearFigures
{
    /// <summary>Losses of this year that were set off.</summary>
    public decimal ShortUsed, LongUsed;

    /// <summary>Losses of earlier years that were set off.</summary>
    public decimal EarlierShortUsed, EarlierLongUsed;

    /// <summary>Losses of this year before set-off.</summary>
    public decimal ShortLoss, LongLoss;

    /// <summary>Ordinary income with slab gains, after set-off.</summary>
    public decimal Ordinary;

    /// <summary>With gains at special rates, before the exemption, which leaves them part of total income.</summary>
    public decimal TotalIncome;

    /// <summary>The basic exemption that ordinary income left, used on gains.</summary>
    public decimal BasicUsed;

    /// <summary>The yearly exemption of s.112A that was used.</summary>
    public decimal ExemptionUsed;

    /// <summary>Tax by slabs and at special rates, before the rebate.</summary>
    public decimal SlabTax, SpecialTax;

    /// <summary>The rebate, and what of it reduces slab tax.</summary>
    public decimal Rebate, SlabRebate;

    /// <summary>Surcharge after marginal relief.</summary>
    public decimal Surcharge;

    /// <summary>Health and education cess.</summary>
    public decimal Cess;

    /// <summary>The year's tax.</summary>
    public readonly decimal Total => SlabTax + SpecialTax - Rebate + Surcharge + Cess;
}
