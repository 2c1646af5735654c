using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>Something that happened. Facts are appended and never rewritten; the state is a fold over them (semantics §1).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(PhaseSet), "phaseSet")]
[JsonDerivedType(typeof(JobLossSet), "jobLossSet")]
[JsonDerivedType(typeof(CashReceived), "cashReceived")]
[JsonDerivedType(typeof(CashLeft), "cashLeft")]
[JsonDerivedType(typeof(TaxPaid), "taxPaid")]
[JsonDerivedType(typeof(GainRecorded), "gainRecorded")]
[JsonDerivedType(typeof(TaxReassessed), "taxReassessed")]
[JsonDerivedType(typeof(WashSale), "washSale")]
[JsonDerivedType(typeof(LotsSet), "lotsSet")]
[JsonDerivedType(typeof(Earmarked), "earmarked")]
[JsonDerivedType(typeof(BatchPlanned), "batchPlanned")]
[JsonDerivedType(typeof(ApprovalGiven), "approvalGiven")]
[JsonDerivedType(typeof(BatchApproved), "batchApproved")]
[JsonDerivedType(typeof(LegMoved), "legMoved")]
[JsonDerivedType(typeof(LegHandedOver), "legHandedOver")]
[JsonDerivedType(typeof(LegFilled), "legFilled")]
[JsonDerivedType(typeof(MoneySent), "moneySent")]
[JsonDerivedType(typeof(MoneyArrived), "moneyArrived")]
[JsonDerivedType(typeof(Withdrawn), "withdrawn")]
[JsonDerivedType(typeof(BatchClosed), "batchClosed")]
[JsonDerivedType(typeof(ReviewClosed), "reviewClosed")]
[JsonDerivedType(typeof(Halted), "halted")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(ModeSet), "modeSet")]
public abstract record Fact
{
    private Fact()
    {
    }

    /// <summary>The household was recorded for the first time.</summary>
    /// <param name="Phase">Its phase.</param>
    /// <param name="Cash">Cash per account.</param>
    /// <param name="ReserveCash">Of it, what is earmarked for the liquidity reserve.</param>
    /// <param name="Lots">What it holds.</param>
    /// <param name="TaxDue">Taxes already caused and not yet paid.</param>
    public sealed record Opened(
        Phase Phase, ImmutableArray<ReserveCash> Cash, ImmutableArray<ReserveCash> ReserveCash, ImmutableArray<TaxLot> Lots,
        ImmutableArray<OpeningTax> TaxDue) : Fact
    {
        /// <summary>Gains and losses that were made in the current tax year before the household was recorded.</summary>
        public ImmutableArray<GainEntry> Gains { get; init; } = [];

        /// <summary>Unused capital losses of earlier tax years.</summary>
        public ImmutableArray<BroughtForwardLoss> Losses { get; init; } = [];
    }

    /// <summary>A person changed the phase.</summary>
    public sealed record PhaseSet(Phase Phase) : Fact;

    /// <summary>A person declared or ended a job loss.</summary>
    public sealed record JobLossSet(bool On) : Fact;

    /// <summary>Cash came in from outside.</summary>
    /// <param name="Account">Where.</param>
    /// <param name="Amount">Above zero, account currency.</param>
    /// <param name="Kind">What it is.</param>
    /// <param name="Note">Who said so.</param>
    public sealed record CashReceived(AccountId Account, Money Amount, IncomeKind Kind, string Note) : Fact;

    /// <summary>Cash left without a leg of ours: a person took it out.</summary>
    /// <param name="Account">Where.</param>
    /// <param name="Amount">Above zero, account currency.</param>
    /// <param name="Note">Who said so.</param>
    public sealed record CashLeft(AccountId Account, Money Amount, string Note) : Fact;

    /// <summary>A person paid tax.</summary>
    /// <param name="Member">Whose.</param>
    /// <param name="Account">The account it was paid from; its tax reserve goes down.</param>
    /// <param name="Amount">Above zero, account currency.</param>
    /// <param name="InBase">The same in base currency, by which the member's liability goes down.</param>
    /// <param name="On">Payment date.</param>
    /// <param name="Reference">Challan or confirmation number.</param>
    public sealed record TaxPaid(MemberId Member, AccountId Account, Money Amount, Money InBase, DateOnly On, string Reference) : Fact;

    /// <summary>A gain or loss was recorded by hand or from a statement, or an earlier entry was corrected by its difference.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Why">Plain English.</param>
    public sealed record GainRecorded(GainEntry Entry, string Why) : Fact;

    /// <summary>The tax on gains already in the ledger is another than was booked: an entry was corrected, a loss disallowed, or the law,
    /// the expected income or the profile changed.</summary>
    /// <param name="Member">The taxpayer.</param>
    /// <param name="Change">Base currency; by how much the liability grows.</param>
    /// <param name="Why">Plain English.</param>
    public sealed record TaxReassessed(MemberId Member, Money Change, string Why) : Fact;

    /// <summary>A loss is disallowed because identical units were bought within 30 days before or after it (IRC 1091).</summary>
    /// <param name="Member">Whose loss.</param>
    /// <param name="SoldOn">The day of the sale.</param>
    /// <param name="Sold">The lot that was sold.</param>
    /// <param name="Bucket">What the loss was booked as.</param>
    /// <param name="Replacement">Where the replacing units lie.</param>
    /// <param name="Lot">The lot they are of.</param>
    /// <param name="Quantity">How many units replace.</param>
    /// <param name="Disallowed">The part of the loss that does not count, base currency, above zero.</param>
    /// <param name="AddedCost">What it adds to the replacing units' cost, their currency; zero when the loss is lost for good (Rev. Rul. 2008-5).</param>
    /// <param name="HeldSince">Since when the replacing units count as held (s.1223(3)).</param>
    public sealed record WashSale(
        MemberId Member, DateOnly SoldOn, LotId Sold, BucketId Bucket, Position Replacement, LotId Lot, Quantity Quantity, Money Disallowed,
        Money AddedCost, DateOnly HeldSince) : Fact;

    /// <summary>The lots of a position were set by an import, its undoing, or by hand.</summary>
    /// <param name="Position">Where they lie.</param>
    /// <param name="Lots">All of its lots from now on, in FIFO order.</param>
    /// <param name="Why">Plain English.</param>
    public sealed record LotsSet(Position Position, ImmutableArray<TaxLot> Lots, string Why) : Fact;

    /// <summary>A claim on an account's cash changed.</summary>
    /// <param name="Account">Whose cash.</param>
    /// <param name="Kind">What the claim is for.</param>
    /// <param name="Change">Positive sets aside, negative releases; account currency.</param>
    /// <param name="Why">Plain English.</param>
    public sealed record Earmarked(AccountId Account, EarmarkKind Kind, Money Change, string Why) : Fact;

    /// <summary>A review planned a batch.</summary>
    /// <param name="Batch">The plan's short code.</param>
    /// <param name="PlanHash">SHA-256 of the plan's canonical form, hex.</param>
    /// <param name="Slot">The slot.</param>
    /// <param name="Kind">Scheduled or ad hoc.</param>
    /// <param name="Program">What the sell program said.</param>
    /// <param name="Legs">What it wants done.</param>
    /// <param name="NeedsApproval">Whether a person must answer first.</param>
    /// <param name="Expires">When the approval request expires.</param>
    /// <param name="LastDay">The last day on which a leg may be placed.</param>
    public sealed record BatchPlanned(
        BatchId Batch, string PlanHash, Slot Slot, ReviewKind Kind, ProgramStep Program, ImmutableArray<PlannedLeg> Legs,
        bool NeedsApproval, DateTimeOffset Expires, DateOnly LastDay) : Fact;

    /// <summary>One of the two people that a batch needs said yes.</summary>
    /// <param name="Batch">The batch.</param>
    /// <param name="PlanHash">What was approved.</param>
    /// <param name="By">Who.</param>
    public sealed record ApprovalGiven(BatchId Batch, string PlanHash, string By) : Fact;

    /// <summary>A person, or the policy, approved a batch.</summary>
    public sealed record BatchApproved(BatchId Batch, string PlanHash, string By) : Fact;

    /// <summary>A leg changed its state.</summary>
    /// <param name="Batch">Its batch.</param>
    /// <param name="Leg">Which leg.</param>
    /// <param name="State">The new state.</param>
    /// <param name="Ordered">Units ordered, once known.</param>
    /// <param name="ClientKey">The key the broker knows it by, once given.</param>
    /// <param name="Submitted">When its order was committed to disk, for <see cref="LegState.Submitting"/>.</param>
    /// <param name="Note">Why, in plain English.</param>
    public sealed record LegMoved(
        BatchId Batch, LegId Leg, LegState State, Quantity? Ordered, string? ClientKey, DateTimeOffset? Submitted, string Note) : Fact;

    /// <summary>A leg was handed to a person to order: from now on the program places nothing for it.</summary>
    /// <param name="Batch">Its batch.</param>
    /// <param name="Leg">Which leg; it waits for its session.</param>
    /// <param name="Why">Plain English.</param>
    public sealed record LegHandedOver(BatchId Batch, LegId Leg, string Why) : Fact;

    /// <summary>Units and cash changed hands.</summary>
    /// <param name="Batch">Its batch.</param>
    /// <param name="Leg">Which leg.</param>
    /// <param name="FillId">The broker's identity of the fill; a fill is booked once.</param>
    /// <param name="Account">Where.</param>
    /// <param name="Instrument">What.</param>
    /// <param name="Side">Which way.</param>
    /// <param name="Quantity">Units.</param>
    /// <param name="Price">Per unit.</param>
    /// <param name="Charges">Line by line.</param>
    /// <param name="TradeDate">By the venue's calendar.</param>
    /// <param name="SettlesOn">When cash and units are really there.</param>
    /// <param name="Lots">What a sale consumed.</param>
    /// <param name="NewLot">The lot a purchase created.</param>
    /// <param name="Member">The taxpayer.</param>
    /// <param name="Tax">The tax a sale caused, base currency: the member's liability grows by it; negative when its losses save tax.</param>
    public sealed record LegFilled(
        BatchId Batch, LegId Leg, string FillId, AccountId Account, InstrumentId Instrument, Side Side, Quantity Quantity, UnitPrice Price,
        ImmutableArray<ChargeLine> Charges, DateOnly TradeDate, DateOnly SettlesOn, ImmutableArray<LotPick> Lots, LotId? NewLot,
        MemberId? Member, Money Tax) : Fact
    {
        /// <summary>What of a purchase's charges the law does not count in the cost of its lot; null when it counts all.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Money? NotInCost { get; init; }

        /// <summary>The charges summed, in the account's currency.</summary>
        internal Money Charged => Charges.Aggregate(Money.Zero(Price.Currency), (sum, line) => sum + line.Amount);

        /// <summary>What the lot of a purchase cost, in the account's currency.</summary>
        internal Money CostOfLot => (Price * Quantity).Rounded + Charged - (NotInCost ?? Money.Zero(Price.Currency));
    }

    /// <summary>Money of a funding leg left its account.</summary>
    public sealed record MoneySent(BatchId Batch, LegId Leg, AccountId From, Money Amount, Money Fee) : Fact;

    /// <summary>Money of a funding leg arrived.</summary>
    public sealed record MoneyArrived(BatchId Batch, LegId Leg, AccountId To, Money Amount, decimal Rate) : Fact;

    /// <summary>Spending money was paid out of the reserve.</summary>
    public sealed record Withdrawn(BatchId Batch, LegId Leg, AccountId Account, Money Amount) : Fact;

    /// <summary>Nothing more will happen in a batch.</summary>
    /// <param name="Batch">Which.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Why">Plain English.</param>
    public sealed record BatchClosed(BatchId Batch, BatchOutcome Outcome, string Why) : Fact;

    /// <summary>A scheduled or ad hoc review closed: executed, or nothing needed doing. Advances the sell program when scheduled.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Kind">Scheduled or ad hoc.</param>
    /// <param name="Program">What the program said.</param>
    /// <param name="After">Portfolio drift at the close.</param>
    /// <param name="Next">The sell program from now on.</param>
    /// <param name="End">How the program ended, if it did.</param>
    public sealed record ReviewClosed(Slot Slot, ReviewKind Kind, ProgramStep Program, Drift After, SellProgram Next, ProgramEnd End) : Fact;

    /// <summary>A person, or a circuit breaker, stopped all placing.</summary>
    public sealed record Halted(string Why) : Fact;

    /// <summary>A person allowed placing again.</summary>
    public sealed record Resumed(string Why) : Fact;

    /// <summary>A person changed what may be done at an account.</summary>
    public sealed record ModeSet(AccountId Account, AccountMode Mode) : Fact;
}

/// <summary>A fact in its place in the log.</summary>
/// <param name="Sequence">1, 2, 3 …, without gaps.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="By">Who recorded it: <c>service</c>, or the person's login name.</param>
/// <param name="Fact">What happened.</param>
public sealed record RecordedFact(long Sequence, DateTimeOffset At, string By, Fact Fact);

/// <summary>What a claim on an account's cash is for (semantics §1).</summary>
public enum EarmarkKind
{
    /// <summary>Taxes already caused.</summary>
    Tax,

    /// <summary>Liquidity reserve held as cash.</summary>
    Reserve,

    /// <summary>Fresh core cash that a review could not place.</summary>
    Carried,

    /// <summary>Sale proceeds that a review could not place: never deployed above target.</summary>
    CarriedProceeds,
}

/// <summary>How a batch ended.</summary>
public enum BatchOutcome
{
    /// <summary>Every leg was filled, or carried and reported.</summary>
    Executed,

    /// <summary>There was nothing to trade.</summary>
    NothingToDo,

    /// <summary>A person said no.</summary>
    Rejected,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>A gate stopped it.</summary>
    Blocked,

    /// <summary>A newer plan took its place.</summary>
    Superseded,
}
