using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Tests.Views;

/// <summary>A batch of the example plan, before and after it is worked.</summary>
internal static class ExampleBatch
{
    public static Batch Of(Plan plan, bool approved)
    {
        var hash = ExamplePlan.Hash(plan);
        return new Batch(
            new(hash[..10]), hash, plan.Slot, plan.Kind, plan.Program,
            [.. plan.Legs.Select(l => new Leg(
                l, approved ? LegState.Scheduled : LegState.AwaitingApproval, Quantity.Zero, Quantity.Zero, l.Value * 0m, l.Value * 0m, null, [], null, null, ""))],
            approved, new DateTimeOffset(2026, 9, 3, 4, 30, 0, TimeSpan.Zero), plan.Date.AddDays(10));
    }

    /// <summary>Every order is filled half a percent worse than planned, but for the last, which expired.</summary>
    public static Batch Worked(Plan plan)
    {
        var batch = Of(plan, approved: true);
        var last = batch.Legs[^1];
        return batch with
        {
            Legs = batch.Legs.Select(l => l == last
                ? l with { State = LegState.Expired, Note = "its session never came" }
                : l with
                {
                    State = l.Plan.Instrument is null ? LegState.Arrived : LegState.Reconciled,
                    Filled = l.Plan.Quantity,
                    Moved = (l.Plan.Value * (l.Plan.Instrument is null ? 1m : l.Plan.IsSale ? 0.995m : 1.005m)).Rounded,
                    Charges = l.Plan.Charges,
                }).ToImmutableArray(),
        };
    }
}
