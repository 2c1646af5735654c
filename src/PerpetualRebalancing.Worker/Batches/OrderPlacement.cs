using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Places orders: at most once, then reconciled (semantics §6). Leg, client key and size are committed to disk before the
/// request leaves, in the transaction that checks the halt and the placing role; a placement is never retried.</summary>
internal sealed class OrderPlacement(Desk desk, PlacingLease lease, OrderReconciliation reconciliation)
{
    /// <summary>How long an account is left alone after it answered that a person must do something first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly Dictionary<AccountId, DateTimeOffset> _waiting = [];
    private readonly LoginDeadline _deadline = new(desk);

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
            if (units.IsZero || IsWaiting(leg.Plan.Account))
            {
                continue;
            }

            try
            {
                // Each order changes what its account has: the gates judge the next one on a new reading and with this one booked.
                var inputs = await desk.ReadForAsync(leg.IsHandedOver ? [] : [leg.Plan.Account], batch.Slot, batch.Kind, rules, cancellationToken);
                if ((desk.IsByHand(leg) || await IsOursAloneAsync(batch, leg, cancellationToken)) && Passes(batch, leg, units, inputs))
                {
                    await PlaceAsync(batch, leg, units, inputs, cancellationToken);
                    await reconciliation.ReconcileAsync(id, cancellationToken);
                }
            }
            catch (Exception e) when (e is AccountUnreadException or UpstreamException)
            {
                // The legs of other accounts do not wait for this one.
                Outages.Tell(desk, e);
                if (e is AccountUnreadException unread)
                {
                    _deadline.Pass(batch, leg, unread);
                }
            }
        }
    }

    private bool IsWaiting(AccountId account) => _waiting.TryGetValue(account, out var since) && desk.Time.GetUtcNow() - since < Patience;

    /// <summary>An open order that we did not place stops the batch's legs of its account: what it does to cash and units was not planned.</summary>
    private async Task<bool> IsOursAloneAsync(Batch batch, Leg leg, CancellationToken cancellationToken)
    {
        var account = leg.Plan.Account;
        var today = desk.ReadRules().Books.Calendars[desk.Policy.Instrument(leg.Plan.Instrument!).Venue].LocalDate(desk.Time.GetUtcNow());
        var book = await desk.BrokerOf(account).OrdersAsync(account, today, cancellationToken);
        if (ForeignOrders.Among(book, desk.Store.State, NextKey(batch, leg)).FirstOrDefault() is not { } foreign)
        {
            return true;
        }

        var name = foreign.ClientKey.Length == 0 ? "without a key" : foreign.ClientKey;
        desk.Store.Transact("service", t => t.Raise(new Alert(
            Severity.Critical, "foreign", $"{account}/{foreign.ClientKey}/{today:yyyy-MM-dd}",
            $"{account} has an open order {name} that we did not place: {foreign.Side} {foreign.Ordered} {foreign.Instrument}. Nothing of batch {batch.Id} is placed there until it is done or taken back. Did you place it?")));
        return false;
    }

    private static string NextKey(Batch batch, Leg leg) => ClientKey.For(batch.Slot, batch.Id, leg.Plan.Id, ClientKey.AttemptOf(leg.ClientKey, leg.Plan.Id) + 1);

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

        // Who is asked to order it answers by ordering it.
        var unasked = desk.IsByHand(leg) ? [] : Unasked(batch, judgement);
        if (judgement.Blocked.IsEmpty && unasked.Length == 0)
        {
            return true;
        }

        var why = string.Join(" ", judgement.Blocked.Select(v => $"{v.Gate}: {v.Verdict.Why}").Concat(unasked.Select(v => $"{v.Gate}, which the approval did not cover: {v.Verdict.Why}")));
        desk.Store.Transact("service", t => t.Raise(new Alert(
            Severity.Critical, "gate", $"{batch.Id}/{leg.Plan.Id}/{inputs.Read.Today:yyyy-MM-dd}", $"Leg {leg.Plan.Id} of batch {batch.Id} is not placed. {why}")));
        return false;
    }

    /// <summary>Questions of gates that had none when the batch was approved: nobody has answered them, so the leg waits.</summary>
    private GateVerdict[] Unasked(Batch batch, Judgement judgement)
    {
        if (judgement.NeedsApproval.IsEmpty)
        {
            return [];
        }

        var asked = JsonSerializer.Deserialize(desk.Store.Plan(batch.PlanHash)!.Verdict, DomainJson.Default.ImmutableArrayGateVerdict)
            .Where(v => v.Verdict is Verdict.NeedsApproval).Select(v => v.Gate).ToHashSet(StringComparer.Ordinal);
        return [.. judgement.NeedsApproval.Where(v => !asked.Contains(v.Gate))];
    }

    private async Task PlaceAsync(Batch batch, Leg leg, Quantity units, ReviewInputs inputs, CancellationToken cancellationToken)
    {
        var key = NextKey(batch, leg);
        var ticket = Ticket(key, leg, units, inputs);
        var body = ticket.Size is OrderSize.Units sized ? $"{sized.Quantity} units at {sized.Limit} or better are on their way to the broker" : $"an order for {((OrderSize.Amount)ticket.Size).Money} is on its way to the broker";
        try
        {
            desk.Store.Transact("service", transaction =>
            {
                transaction.RequirePlacing(lease.Token);
                var state = transaction.State;
                if (state.Batch(batch.Id)?.Leg(leg.Plan.Id) is not { State: LegState.Scheduled } now || now.IsHandedOver != leg.IsHandedOver || HasDoubt(state, leg.Plan.Account))
                {
                    throw new PlacementWithdrawnException();
                }

                transaction.Append(new Fact.LegMoved(
                    batch.Id, leg.Plan.Id, LegState.Submitting, leg.Filled + units, key, transaction.Now, body));
                if (desk.IsByHand(leg))
                {
                    transaction.Append(new Fact.LegMoved(batch.Id, leg.Plan.Id, LegState.Acknowledged, null, null, null, Request(ticket)));
                }
            });
        }
        catch (Exception e) when (e is PlacementWithdrawnException or PlacingRefusedException)
        {
            // Somebody halted, took over, or took the leg back since it was read: it stays as it is.
            return;
        }

        if (desk.IsByHand(leg))
        {
            return;
        }

        var outcome = await desk.BrokerOf(ticket.Account).PlaceAsync(ticket, cancellationToken);
        if (outcome is PlacementOutcome.Waits)
        {
            _waiting[ticket.Account] = desk.Time.GetUtcNow();
        }

        desk.Store.Transact("service", transaction => Record(transaction, batch.Id, leg.Plan.Id, outcome));
    }

    private string Request(OrderTicket ticket) => ticket.Size is OrderSize.Units { Limit: var limit } && desk.Policy.Instrument(ticket.Instrument).Dealing == Dealing.Exchange
        ? $"a person is asked to order it at {limit} or better"
        : "a person is asked to order it";

    private static void Record(StoreTransaction transaction, BatchId batch, LegId leg, PlacementOutcome outcome)
    {
        var (state, note) = outcome switch
        {
            PlacementOutcome.Acknowledged => (LegState.Acknowledged, "the broker has it"),
            PlacementOutcome.AlreadyPlaced => (LegState.Acknowledged, "the broker had it already"),
            PlacementOutcome.Rejected rejected => (LegState.Rejected, rejected.Why),
            PlacementOutcome.Waits waits => (LegState.Scheduled, waits.Link is { } link ? $"{waits.Why} {link}" : waits.Why),
            PlacementOutcome.InDoubt doubt => (LegState.InDoubt, doubt.Why),
            _ => throw new InvalidOperationException($"Unknown placement outcome {outcome}."),
        };
        transaction.Append(new Fact.LegMoved(batch, leg, state, null, null, null, note));
        if (state != LegState.Acknowledged)
        {
            var severity = state == LegState.Rejected ? Severity.Warning : Severity.Critical;
            var what = state switch
            {
                LegState.InDoubt => "is in doubt: nobody knows whether the broker has it. Nothing else is placed on its account until its book is clear.",
                LegState.Scheduled => "was not placed, and waits for you.",
                _ => "was rejected by the broker.",
            };
            // What a person must do today, such as following a link of the day, is told again each day.
            var occasion = state == LegState.Scheduled ? FormattableString.Invariant($"{batch}/{leg}/{state}/{transaction.Now:yyyy-MM-dd}") : $"{batch}/{leg}/{state}";
            transaction.Raise(new Alert(severity, state.ToString(), occasion, $"Leg {leg} of batch {batch} {what} {note}"));
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
            ? Math.Floor(price.Amount * (1m + buffer) / instrument.Tick) * instrument.Tick
            : Math.Ceiling(price.Amount * (1m - buffer) / instrument.Tick) * instrument.Tick;
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
