using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What deciding a stored plan again gave.</summary>
/// <param name="Hash">The plan's hash, as it was approved.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="IsAsStored">True when the plan in the database is the one its hash was taken of.</param>
/// <param name="IsSame">True when deciding again gave the same plan, to the byte.</param>
/// <param name="Version">The version of the decision that made it, when it could be decided again.</param>
/// <param name="Recomputed">The hash of the plan that was decided again, when it was.</param>
/// <param name="Legs">What differs, leg by leg.</param>
/// <param name="Parts">What else differs.</param>
/// <param name="Words">The answer as a sentence or two.</param>
internal sealed record ReplayAnswer(
    string Hash, Slot Slot, bool IsAsStored, bool IsSame, int? Version, string? Recomputed, ImmutableArray<LegDifference> Legs,
    ImmutableArray<string> Parts, string Words)
{
    /// <summary>Puts an outcome into words.</summary>
    public static ReplayAnswer Of(StoredPlan plan, ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.Same same => new(
            plan.Hash, plan.Slot, true, true, Decision.Version, same.Hash, [], [], "Decided again from what was stored, the plan is the same to the byte."),
        ReplayOutcome.Differs d when d.Version != Decision.Version => new(
            plan.Hash, plan.Slot, true, false, d.Version, d.Recomputed, d.Difference.Legs, d.Difference.Parts,
            FormattableString.Invariant($"Version {d.Version} of the decision made this plan, and this program has version {Decision.Version}, which decides as follows. ")
            + "The stored plan is still the one its hash was taken of."),
        ReplayOutcome.Differs d => new(
            plan.Hash, plan.Slot, true, false, d.Version, d.Recomputed, d.Difference.Legs, d.Difference.Parts,
            "The same version of the decision gives ANOTHER plan from what is stored: the stored inputs or facts are not what it was decided on. 'audit verify' checks the facts."),
        ReplayOutcome.Altered altered => new(
            plan.Hash, plan.Slot, false, false, null, altered.Actual, [], [], $"The stored plan was CHANGED: its hash is now {altered.Actual}."),
        ReplayOutcome.Impossible impossible => new(plan.Hash, plan.Slot, true, false, null, null, [], [], impossible.Why),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };
}

/// <summary>What deciding again gave, for a person and for a machine.</summary>
internal static class ReplayView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ReplayAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, WorkerJson.Default.ReplayAnswer);

    /// <summary>For a person.</summary>
    public static Page Render(ReplayAnswer answer)
    {
        var page = new PageWriter($"Replay of plan {answer.Slot} · {answer.Hash[..10]}")
            .Paragraph(answer.Words, answer.IsSame ? Tone.Good : answer.Version is { } version && version != Decision.Version ? Tone.Warning : Tone.Bad)
            .Facts(
            [
                ("stored", new Cell(answer.Hash)),
                .. answer.Recomputed is { } again ? [("decided again", new Cell(again))] : Array.Empty<(string, Cell)>(),
            ]);
        if (answer.Recomputed is not null && answer.IsAsStored && !answer.IsSame)
        {
            page.Heading("Leg by leg");
            if (answer.Legs.IsEmpty)
            {
                page.Paragraph("Every leg is the same.");
            }

            page.Facts(answer.Legs.Select(l => (l.Leg, new Cell($"{l.What}: {MoneyFormat.Sentence(string.Join("; ", l.Changes))}"))))
                .Facts(answer.Parts.IsEmpty ? [] : [("also different", new Cell(string.Join(", ", answer.Parts)))]);
        }

        return page.Page();
    }
}
