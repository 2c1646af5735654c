using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Places orders: at most once, then reconciled (semantics §6). Leg, client key and size are committed to disk before the
/// request leaves, in the transaction that checks the halt and the placing role; a placement is never retried.</summary>
internal sealed class OrderPlacement(Desk desk, PlacingLease lease, OrderReconciliation reconciliation)
{
    /// <summary>Places every scheduled leg that passes a test and whose market is open.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="which">Which legs.</param>
    /// <param name="size">Units to order for a leg; none is left for later.</param>
    /// <param name="cancellationToken">Stops between orders.</param>
    public async Task PlaceAsync(BatchId id, Func<Leg, bool> which, Func<Leg, Quantity> size, CancellationToken cancellationToken)
    {
        var batch = desk.Store.State.Batch(id);
        var waiting = batch?.Legs.Where(l => l.State == LegState.Scheduled && which(l)).ToArray() ?? [];
        if (batch is null || waiting.Length == 0 || desk.Store.State.Halt is not null)
        {
            return;
        }

        var rules = desk.ReadRules().Books;
        var due = waiting.Where(l => IsOpenNow(l, rules)).ToArray();
        if (due.Length == 0)
        {
            return;
        }

        foreach (var leg in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var units = size(leg);
            if (units.IsZero)
            {
                continue;
            }

            // Each order changes what its account has: the gates judge the next one on a new reading and with this one booked.
            var inputs = await desk.ReadAsync(batch.Slot, batch.Kind, true, rules, cancellationToken);
            if (Passes(batch, leg, units, inputs))
            {
                await PlaceAsync(batch, leg, units, inputs, cancellationToken);
                await reconciliation.ReconcileAsync(id, cancellationToken);
            }
        }
    }

    /// <summary>Whether an order for a leg may be sent at this moment: its exchange, or the fund house's business day, is open.</summary>
    public bool IsOpenNow(Leg leg, RuleBooks rules) => rules.Calendars[desk.Policy.Instrument(leg.Plan.Instrument!).Venue].IsOpen(desk.Time.GetUtcNow());

    /// <summary>The gates run again before each placement, on what was just read.</summary>
    private bool Passes(Batch batch, Leg leg, Quantity units, ReviewInputs inputs)
    {
        var plan = desk.Store.Plan(batch.PlanHash)!.Read();
        var price = inputs.Read.Quotes.First(q => q.Instrument == leg.Plan.Instrument).Price;
        var about = leg.Plan with { Quantity = units, Price = price, Value = (price * units).Rounded };
        var placed = Today(desk.Store.State, inputs);
        var judgement = AllGates.Judge(new GateInput(desk.Policy, desk.Store.State, inputs, plan, [about], inputs.Read.At, batch.LastDay, placed));
        if (judgement.Blocked.IsEmpty)
        {
            return true;
        }

        var why = string.Join(" ", judgement.Blocked.Select(v => $"{v.Gate}: {v.Verdict.Why}"));
        desk.Store.Transact("service", t => t.Raise(new Alert(
            Severity.Critical, "gate", $"{batch.Id}/{leg.Plan.Id}/{inputs.Read.Today:yyyy-MM-dd}", $"Leg {leg.Plan.Id} of batch {batch.Id} is not placed. {why}")));
        return false;
    }

    private async Task PlaceAsync(Batch batch, Leg leg, Quantity units, ReviewInputs inputs, CancellationToken cancellationToken)
    {
        var key = ClientKey.For(batch.Slot, batch.Id, leg.Plan.Id, ClientKey.AttemptOf(leg.ClientKey, leg.Plan.Id) + 1);
        var ticket = Ticket(key, leg, units, inputs);
        try
        {
            desk.Store.Transact("service", transaction =>
            {
                transaction.RequirePlacing(lease.Token);
                var state = transaction.State;
                if (state.Batch(batch.Id)?.Leg(leg.Plan.Id).State != LegState.Scheduled || HasDoubt(state, leg.Plan.Account))
                {
                    throw new PlacementWithdrawnException();
                }

                transaction.Append(new Fact.LegMoved(
                    batch.Id, leg.Plan.Id, LegState.Submitting, leg.Filled + units, key, transaction.Now, $"{units} units are on their way to the broker"));
            });
        }
        catch (Exception e) when (e is PlacementWithdrawnException or PlacingRefusedException)
        {
            // Somebody halted, took over, or took the leg back since it was read: it stays as it is.
            return;
        }

        var outcome = await desk.Broker.PlaceAsync(ticket, cancellationToken);
        desk.Store.Transact("service", transaction => Record(transaction, batch.Id, leg.Plan.Id, outcome));
    }

    private static void Record(StoreTransaction transaction, BatchId batch, LegId leg, PlacementOutcome outcome)
    {
        var (state, note) = outcome switch
        {
            PlacementOutcome.Acknowledged => (LegState.Acknowledged, "the broker has it"),
            PlacementOutcome.AlreadyPlaced => (LegState.Acknowledged, "the broker had it already"),
            PlacementOutcome.Rejected rejected => (LegState.Rejected, rejected.Why),
            PlacementOutcome.InDoubt doubt => (LegState.InDoubt, doubt.Why),
            _ => throw new InvalidOperationException($"Unknown placement outcome {outcome}."),
        };
        transaction.Append(new Fact.LegMoved(batch, leg, state, null, null, null, note));
        if (state is LegState.Rejected or LegState.InDoubt)
        {
            var severity = state == LegState.InDoubt ? Severity.Critical : Severity.Warning;
            var what = state == LegState.InDoubt
                ? "is in doubt: nobody knows whether the broker has it. Nothing else is placed on its account until its book is clear."
                : "was rejected by the broker.";
            transaction.Raise(new Alert(severity, state.ToString(), $"{batch}/{leg}/{state}", $"Leg {leg} of batch {batch} {what} {note}"));
        }
    }

    /// <summary>While a leg is in doubt, nothing else is placed on its account.</summary>
    private static bool HasDoubt(HouseholdState state, AccountId account) =>
        state.Batches.SelectMany(b => b.Legs).Any(l => l.Plan.Account == account && l.State is (LegState.InDoubt or LegState.Submitting));

    private OrderTicket Ticket(string key, Leg leg, Quantity units, ReviewInputs inputs)
    {
        var instrument = desk.Policy.Instrument(leg.Plan.Instrument!);
        var price = inputs.Read.Quotes.First(q => q.Instrument == instrument.Id).Price;
        var side = leg.Plan.IsSale ? Side.Sell : Side.Buy;
        if (instrument.Dealing == Dealing.Nav && side == Side.Buy)
        {
            // Units follow from the NAV of the day: an order for all of what was approved is for its amount, to the paisa.
            if (leg.Ordered.IsZero && units >= new Quantity(leg.Plan.Value.Amount / price.Amount).FlooredTo(instrument.UnitStep))
            {
                return new OrderTicket(key, leg.Plan.Account, instrument.Id, side, new OrderSize.Amount(leg.Plan.Value + leg.Plan.Charges));
            }

            var value = price.Amount * units.Units;
            var charges = inputs.Rules.Charges.Estimate(instrument, Side.Buy, price, inputs.Read.Today).On(value);
            return new OrderTicket(key, leg.Plan.Account, instrument.Id, side, new OrderSize.Amount(Dealt(instrument, price, value + charges)));
        }

        // The limit is the reference moved by the slippage buffer, to the tick on the cautious side.
        var buffer = instrument.Dealing == Dealing.Exchange ? desk.Policy.Limits.SlippageBuffer : 0m;
        var limit = side == Side.Buy
            ? Math.Floor(price.Amount * (1m + buffer) * 100m) / 100m
            : Math.Ceiling(price.Amount * (1m - buffer) * 100m) / 100m;
        return new OrderTicket(key, leg.Plan.Account, instrument.Id, side, new OrderSize.Units(units, new UnitPrice(limit, price.Currency)));
    }

    /// <summary>An amount as the fund takes it: in whole minor units, or in multiples of its own.</summary>
    private static Money Dealt(Instrument instrument, UnitPrice price, decimal amount)
    {
        var multiple = instrument.OrderMultiple.Amount;
        if (multiple <= 0m)
        {
            return new Money(amount, price.Currency).Floored;
        }

        // The plan and its sizing counted a multiple in units, and each lost less than a step of them.
        var meant = amount + (2m * instrument.UnitStep.Units * price.Amount) + (2m * Currency.MinorUnit);
        return new Money(Math.Floor(meant / multiple) * multiple, price.Currency);
    }

    private PlacedToday Today(HouseholdState state, ReviewInputs inputs)
    {
        var placed = state.Batches.SelectMany(b => b.Legs)
            .Where(l => l.Submitted is { } at && desk.LocalDate(at) == inputs.Read.Today).ToImmutableArray();
        var value = placed.Sum(l => inputs.Read.Fx.Convert(l.Plan.Value, desk.Policy.Base).Amount);
        return new PlacedToday(new Money(value, desk.Policy.Base), placed.Length);
    }

    /// <summary>The leg was taken back between reading and journalling; the transaction is undone and nothing is placed.</summary>
    private sealed class PlacementWithdrawnException : Exception;
}
