using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>How a tax class is taxed in a test.</summary>
/// <param name="Months">After this many months a lot is long-term; null is never.</param>
/// <param name="Long">Rate of long-term gains.</param>
/// <param name="Short">Rate of all others.</param>
internal sealed record TestTaxClass(int? Months, decimal Long, decimal Short);

/// <summary>Two buckets per class, long-term and other; the first part of each member's long-term gains may be exempt.</summary>
internal sealed class TestTax(ImmutableSortedDictionary<string, TestTaxClass> classes, decimal exemption) : ITaxRules, ITaxBook
{
    private readonly string[] _names = [.. classes.Keys];

    public DateOnly YearEnd { get; init; } = new(2026, 7, 31);

    public bool HasLosses { get; init; }

    public int BucketCount => _names.Length * 2;

    public IReadOnlyList<string> Assumptions(IEnumerable<(AccountId Account, Instrument Instrument)> sold) => sold.Any() ? ["test rates"] : [];

    public string? Blocked => null;

    public string? Warning => null;

    public ITaxRules Open(Household policy, HouseholdState state, DateOnly on) => this;

    public Money Liability(Household policy, HouseholdState state, MemberId member, DateOnly on) =>
        throw new NotSupportedException("A decision asks what a sale adds, never for the whole.");

    public DateOnly? DueOn(Household policy, HouseholdState state, MemberId member, DateOnly on, ImmutableArray<GainEntry> gains) => null;

    public BucketId Bucket(MemberId member, int index) => new($"{_names[index / 2]}/{index % 2}");

    public int Piece(MemberId member, ReadOnlySpan<decimal> gains) => 0;

    public MemberYearView YearOf(MemberId member) => new(YearEnd, HasLosses);

    public LotMethod LotsOf(AccountId account) => LotMethod.Fifo;

    public LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale)
    {
        var law = classes.GetValueOrDefault(instrument.TaxClass)
            ?? throw new KeyNotFoundException($"There is no tax class {instrument.TaxClass}.");
        var bucket = Array.IndexOf(_names, instrument.TaxClass) * 2;
        var (proceeds, cost) = (sale.Price.Amount * sale.Rate, lot.CostPerUnit.Amount * sale.Rate);
        var (term, isLong) = law.Months is not { } months ? (LotTerm.NeverLong.Value, false)
            : sale.On >= lot.Acquired.AddMonths(months).AddDays(1) ? ((LotTerm)LotTerm.Long.Value, true)
            : (new LotTerm.Short(lot.Acquired.AddMonths(months).AddDays(1)), false);
        return new LotTax(term, bucket + (isLong ? 0 : 1), proceeds, cost, cost);
    }

    public decimal Tax(MemberId member, ReadOnlySpan<decimal> gains)
    {
        var (longGains, longTax, shortTax) = (0m, 0m, 0m);
        for (var i = 0; i < _names.Length; i++)
        {
            longGains += Math.Max(0m, gains[2 * i]);
            longTax += Math.Max(0m, gains[2 * i]) * classes[_names[i]].Long;
            shortTax += Math.Max(0m, gains[(2 * i) + 1]) * classes[_names[i]].Short;
        }

        return shortTax + (longGains > exemption ? longTax * (longGains - exemption) / longGains : 0m);
    }
}
