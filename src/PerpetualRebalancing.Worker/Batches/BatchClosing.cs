using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Ends batches and reviews.</summary>
internal static class BatchClosing
{
    /// <summary>Ends a batch before it was worked: the sell program's month is left as it is, and a person is told.</summary>
    public static void End(StoreTransaction transaction, BatchId id, BatchOutcome outcome, string why)
    {
        var batch = transaction.State.Batch(id)!;
        var state = outcome switch
        {
            BatchOutcome.Expired => LegState.Expired,
            BatchOutcome.Superseded => LegState.Superseded,
            BatchOutcome.Blocked => LegState.Rejected,
            _ => LegState.Cancelled,
        };
        foreach (var leg in batch.Legs.Where(l => !l.IsTerminal))
        {
            transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, state, null, null, null, why));
        }

        // The same plan may be made again after its batch ended, so its name alone does not name the occasion.
        transaction.Append(new Fact.BatchClosed(id, outcome, why));
        var occasion = FormattableString.Invariant($"{id}/{outcome}/{transaction.Sequence}");
        if (batch.Kind == ReviewKind.Scheduled && transaction.IsClaimed(batch.Slot))
        {
            transaction.FinishSlot(batch.Slot, outcome.ToString());
        }

        transaction.Raise(new Alert(outcome == BatchOutcome.Blocked ? Severity.Critical : Severity.Warning, outcome.ToString(), occasion, $"Batch {id} of {batch.Slot}: {why}"));
    }

    /// <summary>Closes a review: records the drift it left, and moves the sell program on when it was the slot's.</summary>
    public static ProgramEnd CloseReview(StoreTransaction transaction, Household policy, Plan plan, Drift after, ReviewInputs inputs) =>
        CloseReview(transaction, policy, plan.Slot, plan.Kind, plan.Program, after, after, inputs, Nothing(policy), Nothing(policy));

    /// <summary>Closes a review after its batch was worked. The drift it left is recorded; the one it is judged by may be the plan's.</summary>
    public static ProgramEnd CloseReview(
        StoreTransaction transaction, Household policy, Slot slot, ReviewKind kind, ProgramStep step, Drift after, Drift judged, ReviewInputs inputs,
        Func<AccountId, Money> unspentProceeds, Func<AccountId, Money> since)
    {
        Claims.Carry(transaction, inputs, unspentProceeds, since);
        var (next, end) = kind == ReviewKind.Scheduled
            ? SellProgram.Close(policy.Sell, step, judged)
            : (transaction.State.Program, ProgramEnd.None);
        transaction.Append(new Fact.ReviewClosed(slot, kind, step, after, next, end));
        if (kind == ReviewKind.Scheduled)
        {
            transaction.FinishSlot(slot, "Closed");
        }

        if (end == ProgramEnd.Reached)
        {
            transaction.Raise(new Alert(
                Severity.Information, "sell-program", $"{slot}/{end}",
                $"The sell program has ended: drift is {Canonical.Text(Math.Round(after.Points, 2))} points, and its minimum of {Canonical.Text(policy.Sell.Minimum.Points)} is reached."));
        }

        if (end is ProgramEnd.Incomplete or ProgramEnd.Holding)
        {
            transaction.Raise(new Alert(
                Severity.Warning, "sell-program", $"{slot}/{end}",
                $"The sell program ended at {Canonical.Text(Math.Round(after.Points, 2))} points, above its minimum of {Canonical.Text(policy.Sell.Minimum.Points)}"
                + (end == ProgramEnd.Holding ? "; the minimum stays the ceiling until it is reached." : "; it is incomplete.")));
        }

        return end;
    }

    private static Func<AccountId, Money> Nothing(Household policy) => account => Money.Zero(policy.Account(account).Currency);
}
