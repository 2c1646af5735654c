using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>A point on which the law is uncertain, and the reading that the table chose.</summary>
/// <param name="Id">One of <see cref="IndianSwitches"/>.</param>
/// <param name="Value">The reading.</param>
/// <param name="Says">The reading in a sentence: part of every estimate that used it.</param>
public sealed record IndianSwitch(string Id, string Value, string Says);

/// <summary>The readings of uncertain law.</summary>
/// <param name="All">Exactly one of each id.</param>
public sealed record IndianSwitches(ImmutableArray<IndianSwitch> All)
{
    /// <summary>The value that a yes-or-no switch has for yes.</summary>
    public const string Yes = "yes";

    /// <summary>Whether a debt fund from abroad counts as a mutual fund "by whatever name called" (s.76).</summary>
    public const string ForeignDebt = "irish-debt-etf-is-specified-mutual-fund";

    /// <summary>Whether income at special rates counts towards the limit of the rebate (s.87A).</summary>
    public const string RebateThreshold = "rebate-threshold-counts-special-rate-income";

    /// <summary>Which gains of a year with two rates of s.112A take the exemption first.</summary>
    public const string ExemptionFirst = "exemption-2024-25-first-to";

    /// <summary>Whether a cost in foreign currency is converted at the rate of its own month, or the gain at the sale's.</summary>
    public const string CostConversion = "cost-converted-at-own-month";

    /// <summary>Which gains the unused basic exemption reduces first.</summary>
    public const string BasicExemption = "unused-basic-exemption-order";

    /// <summary>Which income the thought of marginal relief takes away first.</summary>
    public const string SurchargeRelief = "surcharge-relief-takes-away-first";

    /// <summary>Every id, with the readings it allows; the first is the one the product ships with.</summary>
    public static readonly ImmutableArray<(string Id, ImmutableArray<string> Values)> Known =
    [
        (ForeignDebt, ["no", Yes]),
        (RebateThreshold, [Yes, "no"]),
        (ExemptionFirst, ["later-gains", "earlier-gains"]),
        (CostConversion, [Yes, "no"]),
        (BasicExemption, ["highest-rate", "lowest-rate"]),
        (SurchargeRelief, ["ordinary-income", "gains"]),
    ];

    /// <summary>Whether a switch stands at the reading that the product ships with.</summary>
    public bool IsUsual(string id) => Known.First(k => k.Id == id).Values[0] == Of(id).Value;

    /// <summary>The reading of a point.</summary>
    public IndianSwitch Of(string id) => All.First(s => s.Id == id);
}
