using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>What came of an answer to an approval request.</summary>
internal abstract record ApprovalAnswer
{
    private ApprovalAnswer()
    {
    }

    /// <summary>The answer as a sentence.</summary>
    public abstract string Words { get; }

    /// <summary>No open request has this code.</summary>
    public sealed record Unknown(string Code) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => $"No open request has the code '{Code}'; 'status' lists the open ones.";
    }

    /// <summary>It was answered before, or its time ran out.</summary>
    public sealed record TooLate(string Why) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => Why;
    }

    /// <summary>Approved; the batch is on its way.</summary>
    public sealed record Approved(BatchId Batch) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => $"Batch {Batch} is approved; each order is placed in its market's next session.";
    }

    /// <summary>The first of two people said yes; nothing is placed before the second does.</summary>
    public sealed record FirstOfTwo(BatchId Batch, string By) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => $"{By} said yes to batch {Batch}; it needs the yes of a second person, and nothing is placed before.";
    }

    /// <summary>Rejected; nothing is placed.</summary>
    public sealed record Rejected(BatchId Batch) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => $"Batch {Batch} is rejected; nothing of it is placed.";
    }

    /// <summary>The world moved beyond the tolerance: a new plan was made, and asked for.</summary>
    public sealed record Replanned(string Difference, ReviewOutcome Review) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => $"The world moved beyond what was asked ({Difference}), so it was planned again. {RunSummary.Of(Review)}";
    }

    /// <summary>A gate stops it now.</summary>
    public sealed record Blocked(Judgement Judgement) : ApprovalAnswer
    {
        /// <inheritdoc/>
        public override string Words => $"A gate stops it now: {string.Join("; ", Judgement.Blocked)}";
    }
}

/// <summary>Answers to approval requests. An approval binds to the plan's hash, expires, and runs the gates again on fresh prices (semantics §6).</summary>
internal sealed class Approvals(Desk desk, MonthlyReview review)
{
    /// <summary>Approves the open request of a code.</summary>
    /// <param name="code">The batch's short code, or its first characters, at least four.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="cancellationToken">Stops the reading of fresh prices.</param>
    /// <param name="shown">The hash of the plan that the person was shown; null for who names the code.</param>
    public async Task<ApprovalAnswer> ApproveAsync(string code, string by, CancellationToken cancellationToken, string? shown = null)
    {
        if (desk.Store.State.BatchOf(code) is not { } batch || (shown ?? batch.PlanHash) != batch.PlanHash)
        {
            return new ApprovalAnswer.Unknown(code);
        }

        if (Late(batch) is { } why)
        {
            return new ApprovalAnswer.TooLate(why);
        }

        var approved = desk.Store.Plan(batch.PlanHash)?.Read()
            ?? throw new InvalidOperationException($"The plan {batch.PlanHash} of batch {batch.Id} is not in the database.");
        var rules = desk.ReadRules().Books;
        var inputs = await desk.ReadAsync(batch.Slot, batch.Kind, approved.AllowsShortTerm, rules, cancellationToken);
        var answer = desk.Store.Transact<ApprovalAnswer>(by, transaction =>
        {
            if (transaction.State.Batch(batch.Id) is not { } now || Late(now) is not null)
            {
                return new ApprovalAnswer.TooLate($"Batch {batch.Id} was answered in the meantime.");
            }

            var fresh = review.Judge(Decision.Decide(desk.Policy, transaction.State, inputs), transaction.State, inputs);
            if (PlanDistance.Within(approved, fresh.Plan, desk.Policy.Approval.Tolerance) is { } difference)
            {
                BatchClosing.End(transaction, batch.Id, BatchOutcome.Superseded, $"Moved beyond the tolerance before it was approved: {difference}");
                return new ApprovalAnswer.Replanned(difference, new ReviewOutcome.AlreadyDone(batch.Slot));
            }

            var judged = review.Judge(approved, transaction.State, inputs);
            if (!judged.Judgement.Blocked.IsEmpty)
            {
                return new ApprovalAnswer.Blocked(judged.Judgement);
            }

            if (judged.NeedsTwo && now.GivenBy.IsEmpty)
            {
                transaction.Append(new Fact.ApprovalGiven(batch.Id, batch.PlanHash, by));
                return new ApprovalAnswer.FirstOfTwo(batch.Id, by);
            }

            if (judged.NeedsTwo && now.GivenBy.Contains(by))
            {
                return new ApprovalAnswer.TooLate($"{by} has said yes to batch {batch.Id} before; it waits for the yes of a second person.");
            }

            Approve(transaction, batch.Id, approved, string.Join(" and ", now.GivenBy.Add(by)));
            return new ApprovalAnswer.Approved(batch.Id);
        });
        return answer is ApprovalAnswer.Replanned moved
            ? moved with { Review = await review.RunAsync(batch.Slot, batch.Kind, by, approved.AllowsShortTerm, cancellationToken) }
            : answer;
    }

    /// <summary>Rejects the open request of a code.</summary>
    public ApprovalAnswer Reject(string code, string reason, string by)
    {
        if (desk.Store.State.BatchOf(code) is not { } batch)
        {
            return new ApprovalAnswer.Unknown(code);
        }

        return desk.Store.Transact<ApprovalAnswer>(by, transaction =>
        {
            if (transaction.State.Batch(batch.Id) is not { } now || Late(now) is not null)
            {
                return new ApprovalAnswer.TooLate($"Batch {batch.Id} was answered in the meantime.");
            }

            BatchClosing.End(transaction, batch.Id, BatchOutcome.Rejected, $"Rejected by {by}: {reason}");
            return new ApprovalAnswer.Rejected(batch.Id);
        });
    }

    /// <summary>Records an approval: claims are set, and every leg is scheduled.</summary>
    public static void Approve(StoreTransaction transaction, BatchId batch, Plan plan, string by)
    {
        var open = transaction.State.Batch(batch)!;
        transaction.Append(new Fact.BatchApproved(batch, open.PlanHash, by));
        Claims.Route(transaction, plan);
        foreach (var leg in open.Legs)
        {
            var why = leg.Plan.WaitsFor is { } funding ? $"approved by {by}; waits for the money of {funding}" : $"approved by {by}";
            transaction.Append(new Fact.LegMoved(batch, leg.Plan.Id, LegState.Scheduled, null, null, null, why));
        }
    }

    private string? Late(Batch batch) => batch.Approved ? $"Batch {batch.Id} is already approved."
        : desk.Time.GetUtcNow() >= batch.Expires ? $"The request for batch {batch.Id} expired; the next review asks again."
        : null;
}
