using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>What the law makes of one unit of a lot that is sold.</summary>
/// <param name="Term">Long, short or never long.</param>
/// <param name="Bucket">Index of the rate bucket that its gain falls into, 0 to <see cref="ITaxRules.BucketCount"/> − 1.</param>
/// <param name="GainPerUnit">Taxable gain per unit, negative for a loss, in the instrument's currency.</param>
public readonly record struct LotTax(LotTerm Term, int Bucket, decimal GainPerUnit);

/// <summary>The tax law as the engines see it. Lots are classified one by one; the tax is a function of a member's gains by bucket
/// on top of what the member's year already holds: f(ledger + sale) − f(ledger). A flat table and a full year ledger both fit.</summary>
public interface ITaxRules
{
    /// <summary>How many rate buckets there are.</summary>
    int BucketCount { get; }

    /// <summary>Classifies a lot that is sold.</summary>
    /// <param name="lot">The lot.</param>
    /// <param name="instrument">What it is a lot of.</param>
    /// <param name="price">Sale price per unit in the instrument's currency.</param>
    /// <param name="tradeDate">The day of the sale.</param>
    /// <exception cref="KeyNotFoundException">The rules do not know the instrument's tax class on that day.</exception>
    LotTax Assess(TaxLot lot, Instrument instrument, UnitPrice price, DateOnly tradeDate);

    /// <summary>The tax that gains cause on top of the member's year so far. Continuous and non-decreasing in each gain except at
    /// surcharge cliffs.</summary>
    /// <param name="member">The taxpayer.</param>
    /// <param name="gains">Gain per bucket in the household's base currency; negative entries are losses.</param>
    /// <returns>Extra tax in the base currency, unrounded; not negative.</returns>
    decimal Tax(MemberId member, ReadOnlySpan<decimal> gains);

    /// <summary>What the rules assumed, and what is uncertain in them: shown with every estimate.</summary>
    IReadOnlyList<string> Assumptions { get; }
}
