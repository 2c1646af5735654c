using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>How a household stands: what <c>status</c> answers.</summary>
/// <param name="Household">Whose.</param>
/// <param name="At">The moment of the answer.</param>
/// <param name="Phase">Accumulation or retirement.</param>
/// <param name="JobLoss">Whether a job loss is declared.</param>
/// <param name="Halt">Why placing is halted, or null.</param>
/// <param name="PricesOf">The day of the oldest price it is valued at.</param>
/// <param name="Standing">Values, drifts and reserves.</param>
/// <param name="Program">The sell program.</param>
/// <param name="Batches">Those on their way, oldest first.</param>
/// <param name="InTransit">Money between two accounts.</param>
/// <param name="TaxToPay">Unpaid tax on gains, by member and date.</param>
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
    Standing Standing,
    SellProgram Program,
    ImmutableArray<Batch> Batches,
    ImmutableArray<MoneyInTransit> InTransit,
    ImmutableArray<TaxObligation> TaxToPay,
    DateTimeOffset? NextRun,
    Slot? NextSlot,
    StatusRun? LastRun,
    string? Service,
    ImmutableArray<StatusAlert> Alerts)
{
    /// <summary>When the newest backup was made, or null when there is none.</summary>
    public DateTimeOffset? LastBackup { get; init; }
}

/// <summary>What <c>status</c> answers about a household that nothing is recorded of.</summary>
/// <param name="Household">Whose.</param>
/// <param name="IsRecorded">False.</param>
/// <param name="Next">What to do.</param>
public sealed record NotRecorded(HouseholdId Household, bool IsRecorded, string Next);

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
