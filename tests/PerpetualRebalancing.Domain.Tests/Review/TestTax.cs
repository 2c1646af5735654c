using System.Collections.Immutable;
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
internal sealed class TestTax(ImmutableSortedDictionary<string, TestTaxClass> classes, decimal exemption) : ITaxRules
{
    private readonly string[] _names = [.. classes.Keys];

    public int BucketCount => _names.Length * 2;

    public IReadOnlyList<string> Assumptions => ["test rates"];

    public LotTax Assess(TaxLot lot, Instrument instrument, UnitPrice price, DateOnly tradeDate)
    {
        var law = classes.GetValueOrDefault(instrument.TaxClass)
            ?? throw new KeyNotFoundException($"There is no tax class {instrument.TaxClass}.");
        var bucket = Array.IndexOf(_names, instrument.TaxClass) * 2;
        var gain = price.Amount - lot.CostPerUnit.Amount;
        return law.Months is not { } months ? new LotTax(LotTerm.NeverLong.Value, bucket + 1, gain)
            : tradeDate >= lot.Acquired.AddMonths(months).AddDays(1) ? new LotTax(LotTerm.Long.Value, bucket, gain)
            : new LotTax(new LotTerm.Short(lot.Acquired.AddMonths(months).AddDays(1)), bucket + 1, gain);
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
