using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Looks after one household while it holds the placing role: runs the reviews that are due, works open batches, does what
/// commands asked for, delivers messages. The scheduler only wakes it; what is due is decided here, from the slot table.</summary>
internal sealed class Caretaker(Desk desk, PlacingLease lease, Pulse? pulse = null) : IDisposable
{
    // The scheduler may wake it for a review and for a step at once; two of them would take each other's orders for lost ones.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>How long a review waits for a login, or for a service that does not answer, before it tries again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The kind of intent that asks for a review now.</summary>
    public const string ReviewIntent = "review";

    private DateTimeOffset _advanced = DateTimeOffset.MinValue;

    private readonly MonthlyReview _review = new(desk);
    private readonly BatchRunner _batches = new(desk, lease);
    private readonly MailAnswers _answers = new(desk, new MonthlyReview(desk));
    private readonly Deliveries _deliveries = new(desk, desk.Sender);
    private readonly SignsOfLife _signs = new(desk, lease, pulse);

    /// <summary>Runs every due review that nobody claimed, alerts about those that are too late, and says when the next one is due.</summary>
    public Task<DateTimeOffset> ReviewsDueAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        TaxDates.Tell(desk);
        Rounds.Make(desk);
        while (true)
        {
            switch (SlotTable.Due(desk).First(IsNews))
            {
                case SlotDue.Run due:
                    if (await RunAsync(due.Slot, ReviewKind.Scheduled, "service", allowShortTerm: false, cancellationToken) is ReviewOutcome.Unread)
                    {
                        return desk.Time.GetUtcNow() + Patience;
                    }

                    break;
                case SlotDue.Missed missed:
                    Tell(missed);
                    break;
                case SlotDue.Later later:
                    await SessionBudget.RemindAsync(desk, later.At, cancellationToken);
                    return later.At;
                default:
                    throw new InvalidOperationException("A slot is due, missed or later.");
            }
        }
    }, cancellationToken);

    /// <summary>Takes open batches as far as they get, answers intents, delivers messages.</summary>
    public Task TickAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        await StepAsync(cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Does something, alone: its own steps, and between them what a person asked for on the page.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await _signs.DuringAsync(step);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Approves the open request of a code; its next step places what can be placed.</summary>
    /// <param name="code">The batch's short code.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="shown">The hash of the plan that the person was shown.</param>
    /// <param name="cancellationToken">Stops the reading of fresh prices.</param>
    public Task<ApprovalAnswer> ApproveAsync(string code, string by, string shown, CancellationToken cancellationToken) =>
        InTurnAsync(() => new Approvals(desk, _review).ApproveAsync(code, by, cancellationToken, shown), cancellationToken);

    /// <summary>Rejects the open request of a code.</summary>
    public Task<ApprovalAnswer> RejectAsync(string code, string reason, string by, CancellationToken cancellationToken) =>
        InTurnAsync(() => Task.FromResult(new Approvals(desk, _review).Reject(code, reason, by)), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        if (!lease.Renew())
        {
            throw new PlacingTakenException(desk.Store.Placing());
        }

        Switches.Answer(desk.Store);
        foreach (var intent in desk.Store.PendingIntents().Where(i => i.Kind == ReviewIntent))
        {
            var asked = JsonSerializer.Deserialize(intent.Json, ServiceJson.Default.ReviewRequest)!;
            var outcome = await ReviewNowAsync(asked.AllowShortTerm, intent.By, cancellationToken);
            var answer = JsonSerializer.Serialize(new ReviewAnswer(CodeOf(outcome), RunSummary.Of(outcome)), ServiceJson.Default.ReviewAnswer);
            desk.Store.Transact("service", t => t.CompleteIntent(intent.Id, answer));
        }

        await desk.Outside.KeepAsync(cancellationToken);

        // Real brokers are asked at a pace they allow; what is nearer than that waits for a later step.
        var now = desk.Time.GetUtcNow();
        if (now - _advanced >= desk.Outside.Pace)
        {
            _advanced = now;
            await _answers.WorkAsync(cancellationToken);
            await _batches.AdvanceAsync(cancellationToken);
        }

        await _deliveries.DeliverAsync(cancellationToken);
    }

    /// <summary>Runs one cycle now: this month's review if it was not done yet, else an ad hoc one.</summary>
    public async Task<ReviewOutcome> ReviewNowAsync(bool allowShortTerm, string by, CancellationToken cancellationToken)
    {
        var slot = Slot.Of(desk.LocalDate(desk.Time.GetUtcNow()));
        var outcome = await RunAsync(slot, ReviewKind.Scheduled, by, allowShortTerm, cancellationToken);
        return outcome is ReviewOutcome.AlreadyDone && desk.Store.State.Batches.All(b => b.Slot != slot)
            ? await RunAsync(slot, ReviewKind.AdHoc, by, allowShortTerm, cancellationToken)
            : outcome;
    }

    /// <summary>How a command that asked for a review ends: one of <see cref="ExitCode"/>.</summary>
    public int CodeOf(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.Blocked or ReviewOutcome.Unread => ExitCode.Blocked,
        ReviewOutcome.AwaitingApproval => ExitCode.AwaitingApproval,
        ReviewOutcome.AlreadyDone done when desk.Store.State.Batches.Any(b => b.Slot == done.Slot && !b.Approved) => ExitCode.AwaitingApproval,
        _ => ExitCode.Done,
    };

    private async Task<ReviewOutcome> RunAsync(Slot slot, ReviewKind kind, string by, bool allowShortTerm, CancellationToken cancellationToken)
    {
        Switches.Answer(desk.Store);

        // What is at the broker is booked before anything is decided on it.
        await _batches.AdvanceAsync(cancellationToken);
        return await _review.RunAsync(slot, kind, by, allowShortTerm, cancellationToken);
    }

    /// <summary>A missed slot is told once; then it waits for a person and does not hold up the others.</summary>
    private bool IsNews(SlotDue due) => due is not SlotDue.Missed missed || desk.Store.Alerts().All(a => a.DedupeKey != Key(missed.Slot));

    private void Tell(SlotDue.Missed missed) => desk.Store.Transact("service", t => t.Raise(new Alert(
        Severity.Critical, "missed", Key(missed.Slot),
        $"The review of {missed.Slot} was due {missed.BusinessDaysLate} business days ago and did not run; more than {desk.Policy.Schedule.GraceDays} are too many to catch up by itself. "
        + "'review' runs one now.")));

    private static string Key(Slot slot) => $"missed/{slot}";
}
