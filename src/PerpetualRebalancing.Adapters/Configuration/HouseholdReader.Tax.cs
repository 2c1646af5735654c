using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

internal sealed partial class HouseholdReader
{
    private static readonly DateOnly EarliestBirth = new(1900, 1, 1);
    private static readonly DateOnly LatestBirth = new(2100, 12, 31);

    private TaxProfile ReadTax(JsonNodeReader tax)
    {
        var law = tax.Word("law", ["flat", "in", "us"], "law");
        var other = tax.Has("otherIncome") ? tax.Amount("otherIncome", _base, "the household") : (Domain.Money?)null;
        TaxProfile profile = law switch
        {
            "in" => new TaxProfile.India(
                tax.Choice<IndianRegime>("regime", IndianRegime.New) ?? default, tax.Day("born", EarliestBirth, LatestBirth) ?? EarliestBirth,
                tax.Flag("business", fallback: false)),
            "us" => new TaxProfile.UnitedStates(
                tax.Choice<FilingStatus>("filing") ?? default,
                (tax.Number("statePercent", 0m, 100m, "percent of a gain; 0 where no state taxes it") ?? 0m) / 100m,
                tax.Choice<LotMethod>("lots", LotMethod.Fifo) ?? default),
            _ => new TaxProfile.Flat(),
        };
        tax.Close();
        return profile with { OtherIncome = other };
    }
}
