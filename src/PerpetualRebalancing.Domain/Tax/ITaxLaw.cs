using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>How long a table may be trusted.</summary>
/// <param name="StaleAt">From this day on every plan carries a warning; null for a table that does not age.</param>
/// <param name="ExpiresAt">From this day on nothing is sold; null for a table that does not age.</param>
public readonly record struct TableAge(DateOnly? StaleAt, DateOnly? ExpiresAt);

/// <summary>The law of one country, as dated tables.</summary>
public interface ITaxLaw
{
    /// <summary>What <see cref="TaxProfile.Law"/> names.</summary>
    string Id { get; }

    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>The currency of its amounts, which must be the household's base currency; null when it has none.</summary>
    Currency? Currency { get; }

    /// <summary>How long it may be trusted.</summary>
    TableAge Age { get; }

    /// <summary>Every kind of gain it knows; the index is what <see cref="LotTax.Bucket"/> counts.</summary>
    ImmutableArray<TaxBucket> Buckets { get; }

    /// <summary>The tax classes it knows.</summary>
    ImmutableArray<string> TaxClasses { get; }

    /// <summary>The tax year of a day.</summary>
    TaxYear YearOf(DateOnly day);

    /// <summary>Classifies a lot that is sold by its owner.</summary>
    /// <exception cref="KeyNotFoundException">It does not know the instrument's tax class on that day.</exception>
    LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale);

    /// <summary>The same for many lots of one instrument: what does not depend on the lot is worked out once.</summary>
    Func<TaxLot, LotTax> For(Instrument instrument, SaleTerms sale) => lot => Assess(lot, instrument, sale);

    /// <summary>Whether a charge of a trade counts: against the proceeds of a sale, in the cost of a purchase.</summary>
    /// <param name="charge">The name of the charge's line.</param>
    bool Deducts(string charge) => true;

    /// <summary>What is assumed or uncertain about selling an instrument, whenever it was bought.</summary>
    ImmutableArray<string> AssumptionsOf(Instrument instrument);

    /// <summary>When a loss of a day does not count because the same thing was bought around it; null where the law knows no such rule.</summary>
    WashSaleRule? WashSales(DateOnly on) => null;

    /// <summary>Opens a member's year.</summary>
    /// <exception cref="ArgumentException">The profile is of another law, or an entry names a bucket it does not know.</exception>
    IMemberYear Open(YearLedger ledger);
}

/// <summary>What a member's tax year holds so far.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="Profile">What the law asks about the member.</param>
/// <param name="Year">The year.</param>
/// <param name="OtherIncome">The full year's expected other income in base currency; null when unknown, and then the top slab is assumed.</param>
/// <param name="Gains">Its entries, all within the year.</param>
/// <param name="Losses">Losses of earlier years, as they stood when the year began.</param>
public sealed record YearLedger(
    MemberId Member, TaxProfile Profile, TaxYear Year, decimal? OtherIncome, ImmutableArray<GainEntry> Gains,
    ImmutableArray<BroughtForwardLoss> Losses);

/// <summary>One member's tax year under the member's law: f, and what it is made of.</summary>
public interface IMemberYear
{
    /// <summary>f(ledger + gains) − f(ledger): base currency, unrounded; negative when losses save tax.</summary>
    /// <param name="gains">By bucket, base currency, losses negative; one entry per bucket of the law, further entries are ignored.</param>
    decimal Tax(ReadOnlySpan<decimal> gains);

    /// <summary>Which continuous piece of f the ledger and the gains fall in.</summary>
    int Piece(ReadOnlySpan<decimal> gains);

    /// <summary>The year as an accountant would lay it out, with more gains on top.</summary>
    YearStatement Statement(ReadOnlySpan<decimal> gains);

    /// <summary>What of this year's and earlier years' losses the next year may still use.</summary>
    ImmutableArray<BroughtForwardLoss> CarriedForward();

    /// <summary>When the tax on the ledger's gains falls due: cumulative amounts in base currency, by date.</summary>
    ImmutableArray<TaxInstalment> Instalments();

    /// <summary>What was assumed, and what is uncertain in the rules that were used.</summary>
    ImmutableArray<string> Assumptions { get; }
}

/// <summary>A line of a year's statement.</summary>
/// <param name="Label">For people.</param>
/// <param name="Section">The section of the act.</param>
/// <param name="Amount">Base currency.</param>
public sealed record StatementLine(string Label, string Section, decimal Amount);

/// <summary>A member's year by section.</summary>
/// <param name="Lines">In the order of the computation.</param>
/// <param name="GainsTax">The tax that the gains cause: f with them less f without, base currency.</param>
/// <param name="Total">The whole year's tax on gains and expected income, base currency.</param>
public sealed record YearStatement(ImmutableArray<StatementLine> Lines, decimal GainsTax, decimal Total);

/// <summary>A date by which tax must have been paid.</summary>
/// <param name="DueOn">The last day.</param>
/// <param name="Cumulative">What must have been paid by then for the year's gains, base currency.</param>
public sealed record TaxInstalment(DateOnly DueOn, decimal Cumulative);
