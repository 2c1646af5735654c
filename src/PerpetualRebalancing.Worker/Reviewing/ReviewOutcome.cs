using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>A plan with its name, what the gates said of it, and why a person must be asked; nothing to ask means it may go on.</summary>
internal sealed record JudgedPlan(Plan Plan, string Hash, Judgement Judgement, ImmutableArray<string> Asks)
{
    /// <summary>Whether one person's yes is not enough.</summary>
    public bool NeedsTwo { get; init; }

    /// <summary>The plan's short code, which names its batch: ten characters of its hash.</summary>
    public BatchId Code => new(Hash[..10]);
}

/// <summary>How a review ended.</summary>
internal abstract record ReviewOutcome
{
    private ReviewOutcome()
    {
    }

    /// <summary>The plan, when one was made.</summary>
    public virtual JudgedPlan? Judged => null;

    /// <summary>The slot's review was already done, or somebody else does it.</summary>
    public sealed record AlreadyDone(Slot Slot) : ReviewOutcome;

    /// <summary>An account, a price or a rate cannot be read now; the slot stays due.</summary>
    public sealed record Unread(Slot Slot, string Why) : ReviewOutcome;

    /// <summary>Nothing was recorded: a dry run.</summary>
    public sealed record DryRun(JudgedPlan Plan) : ReviewOutcome
    {
        /// <inheritdoc/>
        public override JudgedPlan Judged => Plan;
    }

    /// <summary>There is nothing to trade; the review is closed.</summary>
    public sealed record NothingToDo(JudgedPlan Plan) : ReviewOutcome
    {
        /// <inheritdoc/>
        public override JudgedPlan Judged => Plan;
    }

    /// <summary>A gate stopped the plan.</summary>
    public sealed record Blocked(JudgedPlan Plan) : ReviewOutcome
    {
        /// <inheritdoc/>
        public override JudgedPlan Judged => Plan;
    }

    /// <summary>A person was asked.</summary>
    public sealed record AwaitingApproval(JudgedPlan Plan, DateTimeOffset Expires) : ReviewOutcome
    {
        /// <inheritdoc/>
        public override JudgedPlan Judged => Plan;
    }

    /// <summary>The policy approved the plan; its batch is on its way.</summary>
    public sealed record Approved(JudgedPlan Plan) : ReviewOutcome
    {
        /// <inheritdoc/>
        public override JudgedPlan Judged => Plan;
    }
}
