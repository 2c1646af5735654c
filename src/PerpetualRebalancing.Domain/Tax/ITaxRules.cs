using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>What the law makes of one unit of a lot that is sold. Amounts are base currency per unit.</summary>
/// <param name="Term">Long, short or never long.</param>
/// <param name="Bucket">Index of the bucket that its gain falls into, 0 to <see cref="ITaxRules.BucketCount"/> − 1.</param>
/// <param name="Proceeds">Consideration after what the law lets deduct.</param>
/// <param name="Cost">What was paid.</param>
/// <param name="DeemedCost">The cost that counts.</param>
public sealed record LotTax(LotTerm Term, int Bucket, decimal Proceeds, decimal Cost, decimal DeemedCost)
{
    /// <summary>The part of a loss per unit that would not count, at least 0.</summary>
    public decimal Disallowed { get; init; }

    /// <summary>Taxable gain per unit, negative for a loss that counts.</summary>
    public decimal GainPerUnit => Proceeds - DeemedCost + Disallowed;
}

/// <summary>The terms on which units are sold.</summary>
/// <param name="Price">Per unit, in the instrument's currency.</param>
/// <param name="Rate">The review's rate: base currency per unit of the instrument's currency, above zero.</param>
/// <param name="On">Trade date.</param>
public readonly record struct SaleTerms(UnitPrice Price, decimal Rate, DateOnly On)
{
    /// <summary>What the law lets deduct of the sale's charges, per unit and in the instrument's currency; without the exit load, which
    /// depends on the lot.</summary>
    public decimal ChargesPerUnit { get; init; }
}

/// <summary>What harvesting asks of a member's tax year.</summary>
/// <param name="To">Its last day.</param>
/// <param name="HasLosses">Whether it holds a loss, of its own or brought forward.</param>
public readonly record struct MemberYearView(DateOnly To, bool HasLosses);

/// <summary>The tax law as the engines see it on one day, with every member's year so far. Lots are classified one by one; the tax is
/// a function of a member's gains by bucket: f(ledger + sale) − f(ledger).</summary>
public interface ITaxRules
{
    /// <summary>How many buckets there are.</summary>
    int BucketCount { get; }

    /// <summary>Classifies a lot that is sold.</summary>
    /// <exception cref="KeyNotFoundException">The rules do not know the instrument's tax class on that day.</exception>
    LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale);

    /// <summary>The same for many lots of one account and instrument: what does not depend on the lot is looked up once.</summary>
    Func<TaxLot, LotTax> For(AccountId account, Instrument instrument, SaleTerms sale) => lot => Assess(lot, instrument, sale);

    /// <summary>What the losses of a sale keep of their effect when the same was bought lately: lots of which only a part is replaced are
    /// split into that part and the rest.</summary>
    /// <param name="account">Where the lots lie.</param>
    /// <param name="instrument">What is sold.</param>
    /// <param name="inOrder">The lots, in the order of the sale.</param>
    ImmutableArray<SellableLot> Disallow(AccountId account, Instrument instrument, ImmutableArray<SellableLot> inOrder) => inOrder;

    /// <summary>Whether a charge of a trade in an account counts: against the proceeds of a sale, in the cost of a purchase.</summary>
    /// <param name="account">Where the trade is.</param>
    /// <param name="charge">The name of the charge's line.</param>
    bool Deducts(AccountId account, string charge) => true;

    /// <summary>The name of a bucket in a member's ledger.</summary>
    BucketId Bucket(MemberId member, int index);

    /// <summary>The tax that gains cause on top of the member's year so far, unrounded, in the base currency; negative when losses save
    /// tax. Continuous in each gain within a <see cref="Piece"/>.</summary>
    /// <param name="member">The taxpayer.</param>
    /// <param name="gains">Gain per bucket in the household's base currency; losses are negative.</param>
    decimal Tax(MemberId member, ReadOnlySpan<decimal> gains);

    /// <summary>Under which rule purchases replace the member's losses, or null.</summary>
    WashSaleRule? WashSales(MemberId member) => null;

    /// <summary>Which continuous piece of the law the gains fall in: 0, and one more for every cliff they are over.</summary>
    int Piece(MemberId member, ReadOnlySpan<decimal> gains);

    /// <summary>In what order a sale in an account takes its lots.</summary>
    LotMethod LotsOf(AccountId account);

    /// <summary>A member's tax year.</summary>
    MemberYearView YearOf(MemberId member);

    /// <summary>Why nothing may be sold under these rules on this day, or null: a table that has expired.</summary>
    string? Blocked { get; }

    /// <summary>What a person should check about these rules although they still hold, or null: a table that is stale.</summary>
    string? Warning { get; }

    /// <summary>What an estimate of sales stands on, and what is uncertain in the rules it used: shown with it.</summary>
    IReadOnlyList<string> Assumptions(IEnumerable<(AccountId Account, Instrument Instrument)> sold);
}

/// <summary>The tax law as tables, which opens every member's year for a review.</summary>
public interface ITaxBook
{
    /// <summary>The rules for sales on a day, on top of what the ledger holds.</summary>
    /// <param name="policy">Who is taxed under which law.</param>
    /// <param name="state">What has happened.</param>
    /// <param name="on">The trade date.</param>
    ITaxRules Open(Household policy, HouseholdState state, DateOnly on);

    /// <summary>The tax on all gains in a member's ledger up to the tax year of a day, paid or not; rounded, base currency, not negative.</summary>
    Money Liability(Household policy, HouseholdState state, MemberId member, DateOnly on);

    /// <summary>By when the tax that more gains cause must have been paid: the first date by which the year asks for more with them; null
    /// when it never does.</summary>
    DateOnly? DueOn(Household policy, HouseholdState state, MemberId member, DateOnly on, ImmutableArray<GainEntry> gains);
}
