using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>A year's computation, in rupees, unrounded.</summary>
/// <param name="TotalIncome">Ordinary income and all gains after set-off; gains within the yearly exemption count.</param>
/// <param name="NormalTax">Tax by slabs, after the rebate.</param>
/// <param name="GainsTax">Tax on gains at special rates, after the rebate.</param>
/// <param name="Rebate">What the rebate took off both.</param>
/// <param name="Surcharge">After its cap and marginal relief.</param>
/// <param name="Cess">Health and education cess.</param>
/// <param name="Total">The year's tax.</param>
/// <param name="ExemptionUsed">Of the yearly exemption of long-term gains on listed equity.</param>
/// <param name="BasicExemptionUsed">Of the basic exemption, on gains.</param>
/// <param name="CarriedForward">Losses that the next year may use, by the year they were made in.</param>
public sealed record IndianAssessment(
    decimal TotalIncome, decimal NormalTax, decimal GainsTax, decimal Rebate, decimal Surcharge, decimal Cess, decimal Total,
    decimal ExemptionUsed, decimal BasicExemptionUsed, ImmutableArray<BroughtForwardLoss> CarriedForward);
