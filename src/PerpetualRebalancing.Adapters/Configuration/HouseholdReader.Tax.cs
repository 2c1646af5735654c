using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

internal sealed partial class HouseholdReader
{
    private static readonly DateOnly EarliestBirth = new(1900, 1, 1);
    private static readonly DateOnly LatestBirth = new(2100, 12, 31);

    private TaxProfile ReadTax(JsonNodeReader tax)
    {
        var law = tax.Word("law", ["flat", "in", "us"], "law");
        var other = tax.Has("otherIncome") ? tax.Amount("otherIncome", _base, "the household") : (Money?)null;
        var byYear = ReadIncomeByYear(tax);
        if (other is not null && !byYear.IsEmpty)
        {
            tax.Fault("incomeByYear", "is given with otherIncome", "one of the two: otherIncome for every year, or an amount per year");
        }

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
        return profile with { OtherIncome = other, IncomeByYear = byYear };
    }

    private ImmutableSortedDictionary<string, Money> ReadIncomeByYear(JsonNodeReader tax)
    {
        var incomes = ImmutableSortedDictionary.CreateBuilder<string, Money>(StringComparer.Ordinal);
        foreach (var item in tax.Items("incomeByYear", required: false) ?? [])
        {
            var year = item.Text("year", "a tax year like 2026-27 or 2026") ?? "-";
            var amount = item.Amount("amount", _base, "the household");
            if (year != "-" && !TaxYearName().IsMatch(year))
            {
                item.Fault("year", $"is '{year}'", "a tax year like 2026-27 in India, 2026 in the United States");
            }
            else if (!incomes.TryAdd(year, amount))
            {
                item.Fault("year", $"'{year}' is listed twice", "each tax year once");
            }

            item.Close();
        }

        return incomes.ToImmutable();
    }

    [GeneratedRegex(@"\A[12][0-9]{3}(-[0-9]{2})?\z")]
    private static partial Regex TaxYearName();
}
