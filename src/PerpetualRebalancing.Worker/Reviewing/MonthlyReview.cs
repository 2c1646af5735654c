using System.Text.Json;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Watching;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>One review, from claim to act. It places nothing itself: what it approves, <see cref="BatchRunner"/> works.</summary>
internal sealed class MonthlyReview(Desk desk)
{
    /// <summary>Runs the review of a slot, or an ad hoc one when the slot's is done.</summary>
    public async Task<ReviewOutcome> RunAsync(Slot slot, ReviewKind kind, string by, bool allowShortTerm, CancellationToken cancellationToken)
    {
        using var review = Spans.Review(slot, kind);
        try
        {
            var outcome = await StepsAsync(slot, kind, by, allowShortTerm, cancellationToken);
            Spans.Ended(review, outcome.GetType().Name);
            return outcome;
        }
        catch (Exception e) when (Spans.Failed(review, e))
        {
            throw;
        }
    }

    private async Task<ReviewOutcome> StepsAsync(Slot slot, ReviewKind kind, string by, bool allowShortTerm, CancellationToken cancellationToken)
    {
        // open: one review per household and slot; who comes second has nothing to do.
        using (Spans.Step("open"))
        {
            if (kind == ReviewKind.Scheduled && !desk.Store.Transact(by, t => t.ClaimSlot(slot) || t.ReclaimSlot(slot)))
            {
                return new ReviewOutcome.AlreadyDone(slot);
            }
        }

        // gather: raw inputs are on disk before anything is made of them.
        var rules = desk.ReadRules();
        ReviewInputs inputs;
        try
        {
            using var gather = Spans.Step("gather");
            inputs = await desk.ReadAsync(slot, kind, allowShortTerm, rules.Books, cancellationToken);
        }
        catch (Exception e) when (e is AccountUnreadException or UpstreamException)
        {
            Outages.Tell(desk, e);
            return new ReviewOutcome.Unread(slot, e.Message);
        }

        (long Id, string Policy) snapshot;
        using (Spans.Step("keep"))
        {
            snapshot = desk.Store.Transact(by, t => Keep(t, inputs.Read, rules));
        }

        // decide, judge, record and act are one commit: a crash leaves all of it, or a slot that is run again.
        return desk.Store.Transact(by, transaction =>
        {
            foreach (var fact in Happened(transaction.State, inputs))
            {
                transaction.Append(fact);
            }

            TellMissingIncome(transaction, inputs.Read);
            Supersede(transaction, slot);
            var judged = DecideAndJudge(transaction.State, inputs);
            using var record = Spans.Step("record");
            transaction.SavePlan(judged.Plan, snapshot.Policy, transaction.Sequence, snapshot.Id, JsonSerializer.Serialize(judged.Judgement.Verdicts, DomainJson.Default.ImmutableArrayGateVerdict));
            var outcome = Act(transaction, judged, inputs);
            transaction.RecordRun("review", inputs.Read.At, outcome.GetType().Name, RunSummary.Of(outcome));
            return outcome;
        });
    }

    /// <summary>The plan of a review that records nothing.</summary>
    public async Task<ReviewOutcome.DryRun> DryRunAsync(Slot slot, ReviewKind kind, bool allowShortTerm, CancellationToken cancellationToken)
    {
        var inputs = await desk.ReadAsync(slot, kind, allowShortTerm, desk.ReadRules().Books, cancellationToken);
        var state = Happened(desk.Store.State, inputs).Aggregate(desk.Store.State, (s, fact) => s.Apply(fact));
        return new ReviewOutcome.DryRun(Judge(Decision.Decide(desk.Policy, state, inputs), state, inputs));
    }

    /// <summary>Judges a plan as if all its legs were about to be placed.</summary>
    public JudgedPlan Judge(Plan plan, HouseholdState state, ReviewInputs inputs)
    {
        var lastDay = inputs.Read.Today.AddDays(desk.Policy.Approval.BatchDays);
        var input = new GateInput(desk.Policy, state, inputs, plan, plan.Legs, inputs.Read.At, lastDay, new PlacedToday(Money.Zero(desk.Policy.Base), 0));
        var judgement = AllGates.Judge(input);
        return new JudgedPlan(plan, DomainJson.Hash(DomainJson.Bytes(plan)), judgement, ApprovalNeed.Of(input, judgement)) { NeedsTwo = ApprovalNeed.NeedsTwo(input) };
    }

    private JudgedPlan DecideAndJudge(HouseholdState state, ReviewInputs inputs)
    {
        Plan plan;
        using (Spans.Step("decide"))
        {
            plan = Decision.Decide(desk.Policy, state, inputs);
        }

        using var judge = Spans.Step("judge");
        return Judge(plan, state, inputs);
    }

    /// <summary>What happened without us since the last look: cash that came or went, and tax that the law now sees differently.</summary>
    private IEnumerable<Fact> Happened(HouseholdState state, ReviewInputs inputs) =>
        [.. Observation.Of(state, inputs.Read.Accounts), .. TaxReassessment.Of(desk.Policy, state, inputs.Rules.Tax, inputs.Read.Today)];

    private ReviewOutcome Act(StoreTransaction transaction, JudgedPlan judged, ReviewInputs inputs)
    {
        var plan = judged.Plan;
        if (plan.Legs.IsEmpty && judged.Judgement.Blocked.IsEmpty)
        {
            Claims.Route(transaction, plan);
            BatchClosing.CloseReview(transaction, desk.Policy, plan, Standing.Of(desk.Policy, transaction.State, inputs).Drift.Portfolio, inputs);
            transaction.EnqueueAll(Letters.NothingToDo(desk, judged, transaction.Head));
            return new ReviewOutcome.NothingToDo(judged);
        }

        var expires = inputs.Read.At.AddDays(desk.Policy.Approval.ExpiresAfterDays);
        transaction.Append(new Fact.BatchPlanned(
            judged.Code, judged.Hash, plan.Slot, plan.Kind, plan.Program, plan.Legs, !judged.Asks.IsEmpty, expires, inputs.Read.Today.AddDays(desk.Policy.Approval.BatchDays)));
        var planned = transaction.Sequence;
        foreach (var notice in plan.Notices.Where(n => n.Severity == Severity.Critical))
        {
            transaction.Raise(new Alert(Severity.Critical, "plan", $"{judged.Code}/{notice.Text}", notice.Text));
        }

        TellProgramAndReserve(transaction, plan);
        if (!judged.Judgement.Blocked.IsEmpty)
        {
            BatchClosing.End(transaction, judged.Code, BatchOutcome.Blocked, string.Join(" ", judged.Judgement.Blocked.Select(v => v.Verdict.Why)));
            return new ReviewOutcome.Blocked(judged);
        }

        if (judged.Asks.IsEmpty)
        {
            Approvals.Approve(transaction, judged.Code, plan, "policy");
            return new ReviewOutcome.Approved(judged);
        }

        transaction.EnqueueAll(Letters.ApprovalRequest(desk, judged, expires, planned));
        return new ReviewOutcome.AwaitingApproval(judged, expires);
    }

    private void TellProgramAndReserve(StoreTransaction transaction, Plan plan)
    {
        var words = LegText.Program(plan.Program, desk.Policy.Sell, plan.Proof.Ideal.Portfolio);
        var started = plan.Program is ProgramStep.Sell { Month: 1 } or ProgramStep.NoSale { Month: 1 };
        if (plan.Program is ProgramStep.Sell or ProgramStep.NoSale)
        {
            transaction.Raise(new Alert(
                Severity.Information, "sell-program", $"{plan.Slot}/program", $"{(started ? "A sell program starts. " : "")}{MoneyFormat.FullSentence(words)}"));
        }

        var floor = desk.Policy.Expenses.Monthly * desk.Policy.Reserve.FloorMonths;
        if (transaction.State.Phase == Phase.Retirement && plan.Reserves.LiquidityAfter < floor)
        {
            transaction.Raise(new Alert(
                Severity.Critical, "reserve", $"{plan.Slot}/reserve",
                $"The retirement reserve is {plan.Reserves.LiquidityAfter} after the plan of {plan.Slot}, below its floor of {floor} ({Canonical.Text(desk.Policy.Reserve.FloorMonths)} months)."));
        }
    }

    private (long Id, string Policy) Keep(StoreTransaction transaction, Snapshot snapshot, RuleFiles rules)
    {
        var policy = transaction.SaveDocument(File.ReadAllBytes(desk.Settings.HouseholdFile));
        var inputs = rules.Documents.Select(d => new SnapshotInput(d.Name, transaction.SaveDocument(d.Content)))
            .Prepend(new SnapshotInput("household", policy));
        var id = transaction.SaveSnapshot(snapshot.Slot, inputs);
        transaction.ValidateSnapshot(id, transaction.SaveDocument(DomainJson.Bytes(snapshot)));
        return (id, policy);
    }

    private void TellMissingIncome(StoreTransaction transaction, Snapshot snapshot)
    {
        var seen = desk.Store.Facts().Where(f => Slot.Of(desk.LocalDate(f.At)) == snapshot.Slot).Select(f => f.Fact).OfType<Fact.CashReceived>().ToArray();
        foreach (var source in ExpectedIncome.Missing(desk.Policy.Income, seen, snapshot.Today))
        {
            transaction.Raise(new Alert(
                Severity.Warning, "income", $"income/{snapshot.Slot}/{source.Account}/{source.Kind}",
                $"{source.Kind} of {source.Monthly} was expected at {source.Account} by day {source.DayOfMonth} of {snapshot.Slot} and was not seen. Only cash that is there is invested."));
        }
    }

    /// <summary>A newer review takes the place of what an older batch has not placed yet; orders at the broker stay and count as in transit.</summary>
    private static void Supersede(StoreTransaction transaction, Slot slot)
    {
        foreach (var batch in transaction.State.Batches)
        {
            foreach (var leg in batch.Legs.Where(l => l.State is LegState.Planned or LegState.AwaitingApproval or LegState.Scheduled))
            {
                // A purchase whose money is on its way keeps waiting for it.
                if (leg.Plan.WaitsFor is { } funding && batch.Leg(funding).State == LegState.InTransit)
                {
                    continue;
                }

                transaction.Append(new Fact.LegMoved(batch.Id, leg.Plan.Id, LegState.Superseded, null, null, null, $"the review of {slot} takes its place"));
            }

            if (transaction.State.Batch(batch.Id)!.Legs.All(l => l.State == LegState.Superseded))
            {
                BatchClosing.End(transaction, batch.Id, BatchOutcome.Superseded, $"The review of {slot} takes its place.");
            }
        }
    }
}
