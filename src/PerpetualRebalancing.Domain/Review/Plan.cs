using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>What a leg is for.</summary>
public enum LegPurpose
{
    /// <summary>Sells an overweight class for drift.</summary>
    Trim,

    /// <summary>Sells core holdings to raise the retirement reserve.</summary>
    LiquiditySale,

    /// <summary>Sells a reserve instrument to pay for spending.</summary>
    ReserveDraw,

    /// <summary>Buys a reserve instrument.</summary>
    ReserveTopUp,

    /// <summary>Buys an underweight class.</summary>
    Invest,

    /// <summary>Moves money between accounts; a person or a bank performs it.</summary>
    Fund,

    /// <summary>Pays spending money out of the reserve to the household.</summary>
    Withdraw,
}

/// <summary>One thing that the plan wants done.</summary>
/// <param name="Id">S1, B1, F1, W1 …, unique in the plan.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Account">Where it happens; the sending account of a funding.</param>
/// <param name="Instrument">What is traded; null when money is moved.</param>
/// <param name="Class">Its asset class; null for reserve legs and moved money.</param>
/// <param name="Quantity">Units at the plan's price; zero when money is moved. A purchase at NAV is by amount, and these are what it
/// should buy.</param>
/// <param name="Price">The price the plan assumed, in the instrument's currency.</param>
/// <param name="Value">Quantity times price, or the money moved, in the account's currency; for a purchase at NAV what is invested, which
/// is the order's amount less its charges.</param>
/// <param name="Charges">Estimated charges, account currency.</param>
/// <param name="Tax">Estimated tax that a sale causes, base currency.</param>
/// <param name="Lots">What a sale consumes, in order.</param>
/// <param name="To">The receiving account of a funding.</param>
/// <param name="WaitsFor">The funding leg that brings the money for this purchase.</param>
/// <param name="Reason">Why.</param>
public sealed record PlannedLeg(
    LegId Id,
    LegPurpose Purpose,
    AccountId Account,
    InstrumentId? Instrument,
    ClassId? Class,
    Quantity Quantity,
    UnitPrice? Price,
    Money Value,
    Money Charges,
    Money Tax,
    ImmutableArray<LotPick> Lots,
    AccountId? To,
    LegId? WaitsFor,
    Reason Reason)
{
    /// <summary>True for a leg that turns units into cash.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsSale => Purpose is LegPurpose.Trim or LegPurpose.LiquiditySale or LegPurpose.ReserveDraw;

    /// <summary>True for a leg that turns cash into units.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsPurchase => Purpose is LegPurpose.Invest or LegPurpose.ReserveTopUp;
}

/// <summary>Where routed cash goes (semantics §2), in order of priority.</summary>
public enum Destination
{
    /// <summary>Set aside for taxes already caused.</summary>
    TaxReserve,

    /// <summary>Set aside in the liquidity reserve.</summary>
    LiquidityReserve,

    /// <summary>Available to the buy engine.</summary>
    Core,
}

/// <summary>One line of the waterfall: cash of one account that goes to one destination.</summary>
/// <param name="Account">Whose cash.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Amount">In the account's currency, not negative.</param>
/// <param name="FromProceeds">True for sale proceeds, false for cash that was there.</param>
/// <param name="Reason">Why.</param>
public sealed record RoutingLine(AccountId Account, Destination To, Money Amount, bool FromProceeds, Reason Reason);

/// <summary>An account's money through the plan, to the last minor unit (semantics §2, conservation).</summary>
/// <param name="Account">Which account.</param>
/// <param name="Opening">Settled cash that was read.</param>
/// <param name="Earmarked">Of it, claims from before: tax and liquidity reserve, open legs; and for ad hoc reviews what was carried.</param>
/// <param name="Proceeds">What planned sales bring, before charges.</param>
/// <param name="Purchases">What planned purchases take, before charges.</param>
/// <param name="Charges">Of both.</param>
/// <param name="Withdrawn">Paid out.</param>
/// <param name="FundedOut">Sent to other accounts.</param>
/// <param name="ToTaxReserve">Newly set aside for tax.</param>
/// <param name="ToReserve">Newly set aside as reserve cash; negative when reserve cash is spent.</param>
/// <param name="Carried">Left for the next review.</param>
public sealed record AccountFlow(
    AccountId Account, Money Opening, Money Earmarked, Money Proceeds, Money Purchases, Money Charges,
    Money Withdrawn, Money FundedOut, Money ToTaxReserve, Money ToReserve, Money Carried)
{
    /// <summary>Opening + proceeds − everything that leaves − everything that stays: zero when money is conserved.</summary>
    public Money Residual =>
        Opening + Proceeds - Purchases - Charges - Withdrawn - FundedOut - ToTaxReserve - ToReserve - Carried - Earmarked;
}

/// <summary>What the plan does to one class.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Target">Its target.</param>
/// <param name="ValueBefore">Base currency.</param>
/// <param name="DriftBefore">Before anything.</param>
/// <param name="Bought">Base currency, at plan prices.</param>
/// <param name="Sold">Base currency, at plan prices.</param>
/// <param name="DriftAfter">After the plan, rounded to tradable units.</param>
/// <param name="Buying">Why it is bought or not.</param>
/// <param name="Selling">Why it is sold or not.</param>
public sealed record ClassOutcome(
    ClassId Class, Weight Target, Money ValueBefore, Drift DriftBefore, Money Bought, Money Sold, Drift DriftAfter,
    Reason Buying, Reason Selling);

/// <summary>The three measures of how far a portfolio is off (semantics §3).</summary>
/// <param name="Portfolio">Sum of the positive drifts.</param>
/// <param name="WorstUnderweight">The most negative drift, zero or below.</param>
/// <param name="SumOfSquares">Sum of squared drifts, fractions.</param>
public sealed record DriftSummary(Drift Portfolio, Drift WorstUnderweight, decimal SumOfSquares);

/// <summary>The law of buy-only correction, checked on this plan's purchase (semantics §3).</summary>
/// <param name="Expected">Σ min(driftᵢ, c/(1+c)·wᵢ) over the overweight classes.</param>
/// <param name="Achieved">Portfolio drift before the purchase minus after it, before rounding.</param>
public sealed record BuyLaw(Drift Expected, Drift Achieved);

/// <summary>The plan's proof that it is what the engines should have answered.</summary>
/// <param name="BuyLevels">The water level each bought class was filled to.</param>
/// <param name="SellLevel">The level overweights were trimmed to, when something was sold.</param>
/// <param name="BuyResidual">Largest violation of the optimality conditions of the purchase, a fraction; 0 is exact.</param>
/// <param name="SellResidual">The same for the sale.</param>
/// <param name="Law">The law of buy-only correction.</param>
/// <param name="Before">Before the review.</param>
/// <param name="Projected">After the buy engine alone: what the sell program is judged by.</param>
/// <param name="Ideal">After the plan, before rounding to tradable units.</param>
/// <param name="After">After the plan as it will be ordered.</param>
/// <param name="RoundingResidual">Core cash that rounding left unspent, base currency.</param>
/// <param name="SoldForReserve">How much of the sale is for a reserve gap and taxes rather than for buying, base currency.</param>
public sealed record Proof(
    ImmutableArray<ClassLevel> BuyLevels,
    Drift? SellLevel,
    decimal BuyResidual,
    decimal SellResidual,
    BuyLaw Law,
    DriftSummary Before,
    DriftSummary Projected,
    DriftSummary Ideal,
    DriftSummary After,
    Money RoundingResidual,
    Money SoldForReserve);

/// <summary>A class and the level it was filled to.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Level">Drift after the purchase, before rounding.</param>
public sealed record ClassLevel(ClassId Class, Drift Level);

/// <summary>The reserves around a plan, base currency.</summary>
/// <param name="LiquidityBefore">Value of the liquidity reserve before.</param>
/// <param name="LiquidityAfter">After.</param>
/// <param name="LiquidityTarget">What it should be.</param>
/// <param name="TaxBefore">Tax set aside before.</param>
/// <param name="TaxAfter">After.</param>
/// <param name="TaxLiability">Estimated tax caused and not paid, with this plan's sales.</param>
public sealed record Reserves(
    Money LiquidityBefore, Money LiquidityAfter, Money LiquidityTarget, Money TaxBefore, Money TaxAfter, Money TaxLiability);

/// <summary>Something a person should know or answer.</summary>
/// <param name="Severity">How urgent.</param>
/// <param name="Text">Plain English: what, with numbers, and what to do.</param>
public sealed record Notice(Severity Severity, string Text);

/// <summary>How urgent a notice is.</summary>
public enum Severity
{
    /// <summary>For the record.</summary>
    Information,

    /// <summary>Should be looked at.</summary>
    Warning,

    /// <summary>Needs a person.</summary>
    Critical,
}

/// <summary>The review's answer: every leg with its reason, and a reason for everything not traded (semantics §1).</summary>
/// <param name="DecisionVersion">The version of the decision code that made it.</param>
/// <param name="Household">Whose plan.</param>
/// <param name="Slot">The slot it belongs to.</param>
/// <param name="Kind">Scheduled or ad hoc.</param>
/// <param name="Date">The day it was made for.</param>
/// <param name="AllowsShortTerm">A person allowed short-term lots for it.</param>
/// <param name="CoreBefore">Value of the core portfolio, base currency.</param>
/// <param name="CoreAfter">After the plan.</param>
/// <param name="Routing">The waterfall.</param>
/// <param name="Program">What the sell program does.</param>
/// <param name="Legs">In the order they are worked: sales, withdrawals, fundings, purchases.</param>
/// <param name="Classes">In declared order.</param>
/// <param name="Reserves">The reserves before and after.</param>
/// <param name="Flows">Each account's money, conserved.</param>
/// <param name="Proof">Why the plan is right.</param>
/// <param name="Notices">Warnings and questions.</param>
/// <param name="Assumptions">What the tax estimate assumed.</param>
public sealed record Plan(
    int DecisionVersion,
    HouseholdId Household,
    Slot Slot,
    ReviewKind Kind,
    DateOnly Date,
    bool AllowsShortTerm,
    Money CoreBefore,
    Money CoreAfter,
    ImmutableArray<RoutingLine> Routing,
    ProgramStep Program,
    ImmutableArray<PlannedLeg> Legs,
    ImmutableArray<ClassOutcome> Classes,
    Reserves Reserves,
    ImmutableArray<AccountFlow> Flows,
    Proof Proof,
    ImmutableArray<Notice> Notices,
    ImmutableArray<string> Assumptions)
{
    /// <summary>Sales that only taxes ask for: not part of what is ordered, a person decides and does them.</summary>
    public ImmutableArray<HarvestProposal> Proposals { get; init; } = [];
}
