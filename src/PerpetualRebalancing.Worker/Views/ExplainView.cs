using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>A stored plan in words.</summary>
/// <param name="Hash">The plan's hash.</param>
/// <param name="Household">Its name, as it was then.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="At">When it was decided.</param>
/// <param name="DecisionVersion">By which version of the decision.</param>
/// <param name="DecidedOn">The last fact it knew.</param>
/// <param name="Program">What the sell program did in it.</param>
/// <param name="Legs">Leg by leg.</param>
/// <param name="NotTraded">Why everything else was left alone.</param>
/// <param name="Gates">What the gates asked or blocked.</param>
/// <param name="End">What became of it as a whole.</param>
internal sealed record PlanExplanation(
    string Hash, string Household, Slot Slot, DateTimeOffset At, int DecisionVersion, long DecidedOn, string Program,
    ImmutableArray<LegExplanation> Legs, ImmutableArray<string> NotTraded, ImmutableArray<string> Gates, string End)
{
    /// <summary>Puts a plan into words.</summary>
    /// <param name="stored">The plan.</param>
    /// <param name="policy">What it was decided under.</param>
    /// <param name="facts">The household's log, for what became of it.</param>
    public static PlanExplanation Of(StoredPlan stored, Household policy, ImmutableArray<RecordedFact> facts)
    {
        var plan = stored.Read();
        var later = facts.Where(f => f.Sequence > stored.DecidedOn).ToArray();
        var batch = later.FirstOrDefault(f => f.Fact is Fact.BatchPlanned p && p.PlanHash == stored.Hash)?.Fact is Fact.BatchPlanned planned ? planned.Batch : null;
        var verdicts = JsonSerializer.Deserialize(stored.Verdict, DomainJson.Default.ImmutableArrayGateVerdict);
        var closed = later.Select(f => f.Fact).OfType<Fact.BatchClosed>().LastOrDefault(c => c.Batch == batch);
        return new PlanExplanation(
            stored.Hash, policy.Name, stored.Slot, stored.At, plan.DecisionVersion, stored.DecidedOn,
            LegText.Program(plan.Program, policy.Sell, plan.Proof.Ideal.Portfolio),
            [.. plan.Legs.Select(leg => Explain(leg, policy, later.Where(f => f.Fact is Fact.LegMoved m && m.Batch == batch && m.Leg == leg.Id)))],
            [.. PlanView.NotTraded(plan, policy).Select(n => $"{n.Classes}: {n.Why}")],
            [.. verdicts.Where(v => v.Verdict is not Verdict.Cleared).Select(v => MoneyFormat.Sentence(v.ToString()))],
            closed is not null ? $"{closed.Outcome}: {MoneyFormat.FullSentence(closed.Why)}"
            : batch is not null ? "It is open: 'status' shows how far it is."
            : "There was nothing to trade, and the review was closed with it.");
    }

    private static LegExplanation Explain(PlannedLeg leg, Household policy, IEnumerable<RecordedFact> moves)
    {
        var size = leg.Instrument is null ? "" : $"{MoneyFormat.Units(leg.Quantity)} ";
        return new LegExplanation(
            leg.Id,
            $"{LegText.Verb(leg)} {size}{LegText.What(leg)} at {leg.Account}, {MoneyFormat.Text(leg.Value)}: {LegText.Purpose(leg, policy)}",
            PlanView.LegReason(leg),
            [.. moves.Select(f => (f, Moved: (Fact.LegMoved)f.Fact)).Select(m => new LegStep(m.f.At, m.Moved.State, m.f.By, MoneyFormat.Sentence(m.Moved.Note)))]);
    }
}

/// <summary>A leg in words.</summary>
/// <param name="Leg">Its name.</param>
/// <param name="What">What it does, where, how much and what for.</param>
/// <param name="Why">Why it is that much.</param>
/// <param name="History">What became of it.</param>
internal sealed record LegExplanation(LegId Leg, string What, string Why, ImmutableArray<LegStep> History);

/// <summary>A step on a leg's way.</summary>
/// <param name="At">When.</param>
/// <param name="State">Where it was from then on.</param>
/// <param name="By">Who recorded it.</param>
/// <param name="Why">Why.</param>
internal sealed record LegStep(DateTimeOffset At, LegState State, string By, string Why);

/// <summary>A stored plan in words, for a person and for a machine.</summary>
internal static class ExplainView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(PlanExplanation plan) => JsonSerializer.SerializeToUtf8Bytes(plan, WorkerJson.Default.PlanExplanation);

    /// <summary>For a person.</summary>
    public static Page Render(PlanExplanation plan)
    {
        var page = new PageWriter($"Why plan {plan.Slot} · {plan.Hash[..10]} is what it is").Facts(
            ("household", plan.Household),
            ("decided", FormattableString.Invariant($"{plan.At:yyyy-MM-dd HH:mm} UTC by version {plan.DecisionVersion} of the decision, knowing facts 1 to {plan.DecidedOn}")),
            ("sell program", plan.Program),
            ("what became of it", plan.End));
        foreach (var leg in plan.Legs)
        {
            page.Heading($"{leg.Leg}  {leg.What}").Paragraph(leg.Why)
                .Facts(leg.History.Select(h => (FormattableString.Invariant($"{h.At:yyyy-MM-dd HH:mm} UTC"), new Cell($"{h.State.ToString().ToLowerInvariant()}, {h.Why} ({h.By})", Tone.Quiet))));
        }

        page.Heading("Not traded").Facts(plan.NotTraded.Select(n => ("", new Cell(n))));
        return (plan.Gates.IsEmpty ? page : page.Heading("Gates").Facts(plan.Gates.Select(g => ("", new Cell(g))))).Page();
    }
}
