using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

/// <summary>The figures of 2026 for a single person (Rev. Proc. 2025-32), typed once more for tests that need no file. Other filing
/// statuses have the same brackets here, and their own loss limit and threshold.</summary>
internal static class UsTables
{
    private static readonly DateOnly Start = new(1950, 1, 1);

    public static readonly UnitedStatesLaw Law = new(Of());

    public static UnitedStatesTables Of(bool sameIndex = true, bool family = true, bool grossUp = true) => new()
    {
        Age = new TableAge(new(2026, 12, 15), new(2027, 4, 30)),
        Assumptions = ["an estimate"],
        SameIndexIsIdentical = new LawSwitch(sameIndex, $"same index {sameIndex}"),
        FamilyBuysForEachOther = new LawSwitch(family, $"family {family}"),
        GrossUpByStandardDeduction = new LawSwitch(grossUp, $"gross up {grossUp}"),
        Classes = [("us-equity", Row(new GainRule(12, false))), ("us-debt", Row(new GainRule(12, false))), ("us-collectible", Row(new GainRule(12, true)))],
        Ordinary = [Row(Same<ImmutableArray<TaxBracket>>(
            [new(12_400, 0.10m), new(50_400, 0.12m), new(105_700, 0.22m), new(201_775, 0.24m), new(256_225, 0.32m), new(640_600, 0.35m), new(null, 0.37m)]))],
        LongTerm = [Row(Same<ImmutableArray<TaxBracket>>([new(49_450, 0m), new(545_500, 0.15m), new(null, 0.20m)]))],
        Collectibles = [Row(0.28m)],
        StandardDeduction = [Row(Same(16_100m))],
        InvestmentIncome = [Row(new InvestmentIncomeTax(0.038m, new PerFiling<decimal>(200_000, 250_000, 125_000, 200_000)))],
        LossLimit = [Row(new PerFiling<decimal>(3_000, 3_000, 1_500, 3_000))],
        WashSaleDays = [Row(30)],
        EstimatedTax = [Row(new EstimatedTax([new(3, 4, 15), new(5, 6, 15), new(8, 9, 15), new(12, 1, 15)], 0m, 4, 15))],
    };

    public static IMemberYear Year(
        decimal? income, FilingStatus filing = FilingStatus.Single, decimal state = 0m, IEnumerable<(DateOnly On, int Bucket, decimal Amount)>? gains = null,
        decimal shortLoss = 0m, decimal longLoss = 0m, UnitedStatesLaw? law = null)
    {
        law ??= Law;
        var me = new MemberId("m");
        var losses = new[] { (IsLong: false, Amount: shortLoss), (IsLong: true, Amount: longLoss) }
            .Where(l => l.Amount > 0m).Select(l => new BroughtForwardLoss(me, new(2025, 1, 1), l.IsLong, Usd(l.Amount)));
        return law.Open(new YearLedger(
            me, new TaxProfile.UnitedStates(filing, state, LotMethod.Fifo), law.YearOf(new(2026, 6, 1)), income,
            [.. (gains ?? []).Select(g => new GainEntry(me, g.On, law.Buckets[g.Bucket].Id, Usd(g.Amount)))], [.. losses]));
    }

    public static Money Usd(decimal amount) => new(amount, Currency.Usd);

    private static Dated<T> Row<T>(T value) => new(Start, null, value, "a test", null);

    private static PerFiling<T> Same<T>(T value) => new(value, value, value, value);
}
