using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>When a loss does not count because the same thing was bought around it (s.1091; 26 CFR 1.1091-1).</summary>
/// <param name="Days">Calendar days before and after the sale within which a purchase replaces it; the last one is within.</param>
/// <param name="SameIndex">Whether two instruments on one index are substantially identical.</param>
/// <param name="AnyMember">Whether a purchase by any member under this law replaces it, or the seller's own only.</param>
public sealed record WashSaleRule(int Days, bool SameIndex, bool AnyMember)
{
    /// <summary>Whether a purchase on a day replaces a loss of another.</summary>
    public bool IsWithin(DateOnly sold, DateOnly bought) => Math.Abs(sold.DayNumber - bought.DayNumber) <= Days;

    /// <summary>Whether one instrument replaces another.</summary>
    public bool IsIdentical(Instrument sold, Instrument bought) => SameIndex ? sold.IsIdenticalTo(bought) : sold.Id == bought.Id;
}
