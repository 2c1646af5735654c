using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Demo;

/// <summary>One month of the demo, for its table.</summary>
/// <param name="Slot">Which month.</param>
/// <param name="Plan">What was planned.</param>
/// <param name="Hash">The plan's hash.</param>
/// <param name="Outcome">How the review ended.</param>
/// <param name="After">Portfolio drift when it closed; null while it is open.</param>
/// <param name="End">How the sell program ended, if it did.</param>
internal sealed record DemoMonth(Slot Slot, Plan Plan, string Hash, string Outcome, Drift? After, ProgramEnd End);

/// <summary>Lives a household's months on a simulated clock: incomes arrive, reviews fall due, a person approves at night, markets open
/// and close, trades settle, and reports are written. Only the clock and the person are simulated: review, batches, store and paper
/// broker are the product's own.</summary>
internal sealed class DemoRun(Desk desk, SimulatedTime clock, PlacingLease lease, Action<string, Tone> say, Action<JudgedPlan> show)
{
    private static readonly TimeSpan AfterOpen = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ToApproval = TimeSpan.FromHours(11.5);

    private readonly MonthlyReview _review = new(desk);
    private readonly BatchRunner _batches = new(desk, lease);
    private readonly List<DemoMonth> _months = [];
    private readonly CalendarBook _calendars = desk.ReadRules().Books.Calendars;
    private readonly Dictionary<(BatchId, LegId), LegState> _told = [];

    /// <summary>Lives months from the clock's month on, until the last one's batch is closed.</summary>
    public async Task<ImmutableArray<DemoMonth>> RunAsync(int months, CancellationToken cancellationToken)
    {
        var slot = Slot.Of(desk.LocalDate(clock.GetUtcNow()));
        for (var month = 1; month <= months; month++, slot = slot.Next)
        {
            await EarnAsync(slot, cancellationToken);
            var due = SlotSchedule.DueAt(desk.Policy.Schedule, _calendars[desk.Policy.Schedule.Venue], desk.Zone, slot);
            await LiveUntilAsync(due, cancellationToken);
            if (await ReviewAsync(slot, cancellationToken) is { } code)
            {
                await LiveUntilAsync(clock.GetUtcNow() + ToApproval, cancellationToken);
                await ApproveAsync(code, cancellationToken);
            }
        }

        // The last month goes on until its trades have settled.
        var patience = clock.GetUtcNow().AddDays(20);
        while (!desk.Store.State.Batches.IsEmpty && clock.GetUtcNow() < patience)
        {
            await StepAsync(NextMarketMoment(), cancellationToken);
        }

        return [.. _months.Select(Closed)];
    }

    private async Task EarnAsync(Slot slot, CancellationToken cancellationToken)
    {
        foreach (var income in desk.Policy.Income.Where(i => i.Monthly.IsPositive).OrderBy(i => i.DayOfMonth))
        {
            var day = new DateOnly(slot.Year, slot.Month, income.DayOfMonth).ToDateTime(new TimeOnly(8, 0));
            await LiveUntilAsync(new DateTimeOffset(day, desk.Zone.GetUtcOffset(day)), cancellationToken);
            Incomes.Record(desk, income.Account, income.Monthly, income.Kind, $"{income.Kind} of {slot}", $"{slot}/{income.Kind}/{income.Account}", "demo");
            Say($"{MoneyFormat.Text(income.Monthly)} of {income.Kind.ToString().ToLowerInvariant()} arrives at {income.Account}", Tone.Quiet);
        }
    }

    /// <summary>Runs the review of a slot.</summary>
    /// <returns>The code to approve, or null.</returns>
    private async Task<string?> ReviewAsync(Slot slot, CancellationToken cancellationToken)
    {
        var outcome = await _review.RunAsync(slot, ReviewKind.Scheduled, "demo", allowShortTerm: false, cancellationToken);
        Say(MoneyFormat.Sentence(RunSummary.Of(outcome)), outcome is ReviewOutcome.Blocked ? Tone.Bad : Tone.Strong);
        if (outcome.Judged is { } judged)
        {
            show(judged);
            _months.Add(new DemoMonth(slot, judged.Plan, judged.Hash, outcome.GetType().Name, null, ProgramEnd.None));
        }

        return outcome is ReviewOutcome.AwaitingApproval waiting ? waiting.Judged.Code.Value : null;
    }

    private async Task ApproveAsync(string code, CancellationToken cancellationToken)
    {
        var answer = await new Approvals(desk, _review).ApproveAsync(code, "you", cancellationToken);
        Say(answer.Words, answer is ApprovalAnswer.Approved ? Tone.Good : Tone.Warning);
        if (answer is ApprovalAnswer.Replanned { Review: ReviewOutcome.AwaitingApproval again })
        {
            _months[^1] = _months[^1] with { Plan = again.Judged.Plan, Hash = again.Judged.Hash };
            await ApproveAsync(again.Judged.Code.Value, cancellationToken);
        }
    }

    /// <summary>Stops at every market's opening on the way while a batch is open, as the service's checks do.</summary>
    private async Task LiveUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        while (!desk.Store.State.Batches.IsEmpty && NextMarketMoment() is var next && next < moment)
        {
            await StepAsync(next, cancellationToken);
        }

        await StepAsync(moment, cancellationToken);
    }

    private async Task StepAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        clock.MoveTo(moment);
        if (desk.Store.State.Batches.IsEmpty)
        {
            return;
        }

        lease.Renew();
        await _batches.AdvanceAsync(cancellationToken);
        foreach (var batch in desk.Store.State.Batches)
        {
            foreach (var leg in batch.Legs)
            {
                if (!_told.TryGetValue((batch.Id, leg.Plan.Id), out var state) || state != leg.State)
                {
                    _told[(batch.Id, leg.Plan.Id)] = leg.State;
                    Tell(leg);
                }
            }
        }
    }

    private DateTimeOffset NextMarketMoment()
    {
        var now = clock.GetUtcNow();
        return desk.Policy.Instruments.Select(i => i.Venue).Distinct()
            .Select(venue => _calendars[venue])
            .Select(c => c.NextSession(now).Open + AfterOpen is var open && open > now ? open : c.NextSession(c.NextSession(now).Close).Open + AfterOpen)
            .Min();
    }

    private void Tell(Leg leg)
    {
        if (leg.State is LegState.Planned or LegState.AwaitingApproval or LegState.Scheduled or LegState.Submitting or LegState.Acknowledged or LegState.Reconciled)
        {
            return;
        }

        var what = leg.Plan.Instrument is { } instrument ? $"{(leg.Plan.IsSale ? "sell" : "buy")} {instrument} at {leg.Plan.Account}"
            : leg.Plan.To is { } to ? $"send {MoneyFormat.Text(leg.Plan.Value)} from {leg.Plan.Account} to {to}"
            : $"pay out {MoneyFormat.Text(leg.Plan.Value)} at {leg.Plan.Account}";
        var traded = leg.Filled.IsZero ? "" : $" for {MoneyFormat.Text(leg.Moved)} and {MoneyFormat.Text(leg.Charges)} of charges";
        var tone = leg.State is LegState.Filled or LegState.PartlyFilled or LegState.InTransit or LegState.Arrived ? Tone.Plain : Tone.Warning;
        Say($"  {leg.Plan.Id} {what}: {MoneyFormat.Sentence(leg.Note)}{traded}", tone);
    }

    private DemoMonth Closed(DemoMonth month)
    {
        var closed = desk.Store.Facts().Select(f => f.Fact).OfType<Fact.ReviewClosed>().LastOrDefault(f => f.Slot == month.Slot && f.Kind == ReviewKind.Scheduled);
        return closed is null ? month : month with { After = closed.After, End = closed.End };
    }

    private void Say(string line, Tone tone) => say($"{MoneyFormat.Moment(clock.GetUtcNow(), desk.Zone)}  {line}", tone);
}
