using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>How a household stands: what <c>status</c> answers.</summary>
/// <param name="Household">Whose.</param>
/// <param name="At">The moment of the answer.</param>
/// <param name="Phase">Accumulation or retirement.</param>
/// <param name="JobLoss">Whether a job loss is declared.</param>
/// <param name="Halt">Why placing is halted, or null.</param>
/// <param name="PricesOf">The day of the oldest price it is valued at.</param>
/// <param name="Core">Value of the core portfolio, base currency.</param>
/// <param name="Drift">How far it is off.</param>
/// <param name="Classes">In declared order.</param>
/// <param name="Reserves">Liquidity and tax reserve against what they should be.</param>
/// <param name="Program">The sell program.</param>
/// <param name="Batches">Those on their way, oldest first.</param>
/// <param name="InTransit">Money between two accounts.</param>
/// <param name="NextRun">When the next review is due, or null when nothing is scheduled.</param>
/// <param name="NextSlot">Its slot.</param>
/// <param name="LastRun">The last thing the program did, or null.</param>
/// <param name="Service">Who holds the placing role, or null when no service runs.</param>
/// <param name="Alerts">Those that nobody has acknowledged.</param>
public sealed record StatusReport(
    HouseholdId Household,
    DateTimeOffset At,
    Phase Phase,
    bool JobLoss,
    string? Halt,
    DateOnly? PricesOf,
    Money Core,
    DriftSummary Drift,
    ImmutableArray<StatusClass> Classes,
    StatusReserves Reserves,
    SellProgram Program,
    ImmutableArray<Batch> Batches,
    ImmutableArray<MoneyInTransit> InTransit,
    DateTimeOffset? NextRun,
    Slot? NextSlot,
    StatusRun? LastRun,
    string? Service,
    ImmutableArray<StatusAlert> Alerts);

/// <summary>A class as it stands.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Target">Its target.</param>
/// <param name="Value">Base currency.</param>
/// <param name="Drift">How far it is off.</param>
public sealed record StatusClass(ClassId Class, Weight Target, Money Value, Drift Drift);

/// <summary>The reserves as they stand, base currency.</summary>
/// <param name="Liquidity">Value of the liquidity reserve.</param>
/// <param name="LiquidityTarget">What it should be.</param>
/// <param name="TaxSetAside">Set aside for taxes.</param>
/// <param name="TaxDue">Taxes caused and not paid.</param>
public sealed record StatusReserves(Money Liquidity, Money LiquidityTarget, Money TaxSetAside, Money TaxDue);

/// <summary>Something the program did.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Kind">review, daily check …</param>
/// <param name="Outcome">One word.</param>
/// <param name="What">In a sentence.</param>
public sealed record StatusRun(DateTimeOffset At, string Kind, string Outcome, string What);

/// <summary>Something a person must know.</summary>
/// <param name="Id">Names it, for acknowledging.</param>
/// <param name="At">When it was raised.</param>
/// <param name="Severity">How urgent.</param>
/// <param name="Text">What happened and what to do.</param>
public sealed record StatusAlert(long Id, DateTimeOffset At, Severity Severity, string Text);
