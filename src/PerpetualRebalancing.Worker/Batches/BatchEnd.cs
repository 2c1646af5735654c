using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>How batches end: unanswered, out of time, or done and reconciled.</summary>
internal sealed class BatchEnd(Desk desk)
{
    private static readonly TimeSpan LastCall = TimeSpan.FromHours(24);

    private readonly LateSettlement _settlement = new(desk);

    /// <summary>Ends a batch whose approval request ran out; on its last day people are told once more.</summary>
    /// <returns>True when it did.</returns>
    public bool Expire(BatchId id) => desk.Store.Transact("service", transaction =>
    {
        if (transaction.State.Batch(id) is not { Approved: false } batch)
        {
            return false;
        }

        if (transaction.Now < batch.Expires)
        {
            if (batch.Expires - transaction.Now <= LastCall)
            {
                transaction.Raise(new Alert(
                    Severity.Warning, "expiring", FormattableString.Invariant($"{id}/expiring/{batch.Expires:yyyyMMddHHmm}"),
                    $"Batch {id} of {batch.Slot} still waits for your answer. Its request expires at {batch.Expires.UtcDateTime:yyyy-MM-dd HH:mm} UTC; after that nothing of it is placed."));
            }

            return false;
        }

        BatchClosing.End(transaction, id, BatchOutcome.Expired, "Nobody answered the approval request in time; nothing was placed.");
        return true;
    });

    /// <summary>After the last day, what was not placed expires; the money it would have used is carried.</summary>
    public void LetGo(BatchId id)
    {
        var today = desk.LocalDate(desk.Time.GetUtcNow());
        if (desk.Store.State.Batch(id) is not { } batch || today <= batch.LastDay)
        {
            return;
        }

        desk.Store.Transact("service", transaction =>
        {
            foreach (var leg in batch.Legs.Where(l => l.State is LegState.Scheduled or LegState.InTransit))
            {
                transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Expired, null, null, null, $"the batch's last day was {batch.LastDay:yyyy-MM-dd}"));
                transaction.Raise(new Alert(Severity.Warning, "Expired", $"{id}/{leg.Plan.Id}/Expired", $"Leg {leg.Plan.Id} of batch {id} was not done by {batch.LastDay:yyyy-MM-dd}; its money is carried."));
            }
        });
    }

    /// <summary>Closes a batch once every leg is terminal, settled, and the accounts agree with the ledger. What is late is waited
    /// for until a person was told of it.</summary>
    public async Task CloseAsync(BatchId id, CancellationToken cancellationToken)
    {
        await _settlement.ChaseAsync(id, cancellationToken);
        if (desk.Store.State.Batch(id) is not { } batch || !batch.Legs.All(l => l.IsTerminal && desk.IsSettled(l)))
        {
            return;
        }

        // Asked at every step while it is so, and of the accounts alone: prices and rates are nobody's business before the end.
        if (await _settlement.IsAwaitedAsync(batch, cancellationToken))
        {
            return;
        }

        var inputs = await desk.ReadAsync(batch.Slot, batch.Kind, true, desk.ReadRules().Books, cancellationToken);
        desk.Store.Transact("service", transaction =>
        {
            if (Disagreement(transaction.State, inputs) is { } difference)
            {
                transaction.Raise(new Alert(
                    Severity.Critical, "reconcile", $"{id}/{inputs.Read.Today:yyyy-MM-dd}",
                    $"Batch {id} cannot be closed: {difference}. Compare the broker's statement with 'status'."));
                return;
            }

            foreach (var fact in Observation.Of(transaction.State, inputs.Read.Accounts))
            {
                transaction.Append(fact);
            }

            foreach (var leg in batch.Legs.Where(l => l.State is LegState.Filled or LegState.Arrived))
            {
                transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Reconciled, null, null, null, "the account agrees"));
            }

            Close(transaction, batch, inputs);
        });
    }

    private void Close(StoreTransaction transaction, Batch batch, ReviewInputs inputs)
    {
        var stored = desk.Store.Plan(batch.PlanHash)!;
        var plan = stored.Read();
        var executed = batch.Legs.Any(l => !l.Filled.IsZero || l.Moved.IsPositive || l.Plan.Purpose == LegPurpose.Withdraw);
        if (!executed)
        {
            transaction.Append(new Fact.BatchClosed(batch.Id, BatchOutcome.Expired, "No leg was done."));
            if (batch.Kind == ReviewKind.Scheduled)
            {
                transaction.FinishSlot(batch.Slot, BatchOutcome.Expired.ToString());
            }

            return;
        }

        var after = Standing.Of(desk.Policy, transaction.State, inputs).Drift.Portfolio;
        var end = BatchClosing.CloseReview(
            transaction, desk.Policy, batch.Slot, batch.Kind, batch.Program, after, transaction.State.Batch(batch.Id)!.Judged(plan.Proof.Ideal.Portfolio, after), inputs,
            account => Unspent(batch, plan, account), Since(batch));
        var closed = transaction.State.Batch(batch.Id)!;
        transaction.Append(new Fact.BatchClosed(batch.Id, BatchOutcome.Executed, "Every leg is done or carried."));
        transaction.EnqueueAll(Letters.Report(desk, stored, closed, transaction.State, after, end, transaction.Head, TaxYearReport.Of(desk, null, inputs.Read.Fx)));
        transaction.RecordRun("batch", inputs.Read.At, "Executed", $"Batch {batch.Id} of {batch.Slot} is closed; portfolio drift is {Canonical.Text(Math.Round(after.Points, 2))} points.");
    }

    /// <summary>Cash that came in since a batch was planned, by account.</summary>
    private Func<AccountId, Money> Since(Batch batch)
    {
        var facts = desk.Store.Facts();
        var planned = facts.Last(f => f.Fact is Fact.BatchPlanned fact && fact.Batch == batch.Id).Sequence;
        var received = facts.Where(f => f.Sequence > planned).Select(f => f.Fact).OfType<Fact.CashReceived>().ToLookup(f => f.Account, f => f.Amount);
        return account => received[account].Aggregate(Money.Zero(desk.Policy.Account(account).Currency), (sum, amount) => sum + amount);
    }

    /// <summary>Sale proceeds of an account that no purchase used.</summary>
    private static Money Unspent(Batch batch, Plan plan, AccountId account)
    {
        var legs = batch.Legs.Where(l => l.Plan.Account == account).ToArray();
        var zero = plan.Flows.First(f => f.Account == account).Opening * 0m;
        var core = plan.Routing.Where(r => r.Account == account && r is { FromProceeds: true, To: Destination.Core }).Aggregate(zero, (sum, r) => sum + r.Amount);
        var spent = legs.Where(l => l.Plan.Purpose == LegPurpose.Invest).Aggregate(zero, (sum, l) => sum + l.Moved + l.Charges);
        return Money.Max(core - spent, zero);
    }

    private string? Disagreement(HouseholdState state, ReviewInputs inputs)
    {
        foreach (var reading in inputs.Read.Accounts)
        {
            foreach (var instrument in desk.Policy.Instruments.Where(i => i.Accounts.Contains(reading.Account)))
            {
                var reported = reading.Holdings.FirstOrDefault(h => h.Instrument == instrument.Id)?.Quantity ?? Quantity.Zero;
                var booked = state.Held(reading.Account, instrument.Id);
                if (reported != booked)
                {
                    return $"{reading.Account} reports {reported} units of {instrument.Id}, the ledger has {booked}";
                }
            }
        }

        return null;
    }
}
