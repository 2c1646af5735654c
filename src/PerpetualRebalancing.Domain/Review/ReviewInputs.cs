using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>The dated rule tables that a review decides by.</summary>
/// <param name="Tax">The tax law.</param>
/// <param name="Charges">The charge schedules.</param>
/// <param name="Calendars">The exchange calendars.</param>
public sealed record RuleBooks(ITaxBook Tax, ChargeBook Charges, CalendarBook Calendars);

/// <summary>Everything that was read for one review. It is stored, so that the review can be replayed.</summary>
/// <param name="At">The instant of the review.</param>
/// <param name="Today">The day of the review at the schedule's time zone: the trade date the plan assumes.</param>
/// <param name="Slot">The slot the review belongs to.</param>
/// <param name="Kind">Scheduled or ad hoc.</param>
/// <param name="AllowShortTerm">A person allowed short-term lots for this review, after being shown their tax.</param>
/// <param name="Accounts">One reading per account.</param>
/// <param name="Quotes">One price per held or buyable instrument.</param>
/// <param name="Fx">Rates from every account currency to the base currency.</param>
public sealed record Snapshot(
    DateTimeOffset At,
    DateOnly Today,
    Slot Slot,
    ReviewKind Kind,
    bool AllowShortTerm,
    ImmutableArray<AccountReading> Accounts,
    ImmutableArray<Quote> Quotes,
    FxTable Fx);

/// <summary>What a review decides on. With the policy and the state it determines the plan (semantics §1).</summary>
/// <param name="Read">What was read.</param>
/// <param name="Rules">The rule tables.</param>
public sealed record ReviewInputs(Snapshot Read, RuleBooks Rules);
