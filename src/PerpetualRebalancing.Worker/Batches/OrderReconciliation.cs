using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Brings legs that are, or may be, at the broker to what the broker's book says.</summary>
internal sealed class OrderReconciliation(Desk desk)
{
    /// <summary>A leg whose order was not filled in full is placed again in the next session at most this often (attempts in all).</summary>
    private const int MaxAttempts = 3;

    /// <summary>Brokers end a day's orders some minutes after the close; who asks earlier takes back what still trades.</summary>
    private static readonly TimeSpan AfterClose = TimeSpan.FromMinutes(20);

    /// <summary>Looks up every order of a batch that is at the broker, and books what happened to it.</summary>
    public async Task ReconcileAsync(BatchId id, CancellationToken cancellationToken)
    {
        ReviewInputs? inputs = null;
        var legs = desk.Store.State.Batch(id)?.Legs.Where(l => l.IsAtBroker && !desk.IsByHand(l)) ?? [];
        foreach (var account in legs.GroupBy(l => l.Plan.Account))
        {
            ImmutableArray<BrokerOrder>? book = null;
            foreach (var leg in account)
            {
                BrokerOrder? order;
                try
                {
                    book ??= await BookAsync([.. account], cancellationToken);
                    order = await FindAsync(leg, book.Value, cancellationToken);
                    if (order is null)
                    {
                        await DoubtAsync(id, leg, cancellationToken);
                        continue;
                    }

                    order = await TakenBackAsync(leg, order, cancellationToken);
                }
                catch (Exception e) when (e is UpstreamException or AccountUnreadException)
                {
                    Outages.Tell(desk, e);
                    continue;
                }

                inputs ??= await desk.ReadForAsync([], Slot.Of(desk.LocalDate(desk.Time.GetUtcNow())), ReviewKind.AdHoc, desk.ReadRules().Books, cancellationToken);
                desk.Store.Transact("service", transaction => Book(transaction, id, leg.Plan.Id, order, inputs));
            }
        }
    }

    /// <summary>The account's orders since the first of the legs was placed: one question instead of one for each leg.</summary>
    private async Task<ImmutableArray<BrokerOrder>> BookAsync(Leg[] legs, CancellationToken cancellationToken)
    {
        if (legs.Length == 1)
        {
            return [];
        }

        var calendars = desk.ReadRules().Books.Calendars;
        var since = legs.Min(l => calendars[desk.Policy.Instrument(l.Plan.Instrument!).Venue].LocalDate(l.Submitted!.Value));
        return await desk.BrokerOf(legs[0].Plan.Account).OrdersAsync(legs[0].Plan.Account, since, cancellationToken);
    }

    /// <summary>A list may leave out what a question for one key still shows, and may name a key twice: then the broker is asked for the key.</summary>
    private async Task<BrokerOrder?> FindAsync(Leg leg, ImmutableArray<BrokerOrder> book, CancellationToken cancellationToken) =>
        book.Where(o => o.ClientKey == leg.ClientKey).ToArray() is [var one]
            ? one
            : await desk.BrokerOf(leg.Plan.Account).FindAsync(leg.Plan.Account, leg.ClientKey!, cancellationToken);

    /// <summary>An order is for one day: what its session left open is taken back, and placed again in the next one. Dealing at NAV has
    /// no session to end.</summary>
    private async Task<BrokerOrder> TakenBackAsync(Leg leg, BrokerOrder order, CancellationToken cancellationToken)
    {
        var instrument = desk.Policy.Instrument(leg.Plan.Instrument!);
        var calendar = desk.ReadRules().Books.Calendars[instrument.Venue];
        var isOver = leg.Submitted is { } at && calendar.SessionOn(calendar.LocalDate(at)) is { } session && desk.Time.GetUtcNow() > session.Close + AfterClose;
        return order.IsTerminal || instrument.Dealing == Dealing.Nav || !isOver
            ? order
            : await desk.BrokerOf(leg.Plan.Account).CancelAsync(leg.Plan.Account, order.ClientKey, cancellationToken) switch
            {
                CancelOutcome.Cancelled cancelled => cancelled.Order,
                CancelOutcome.TooLate late => late.Order,

                // Nobody knows: the next look asks again.
                _ => order,
            };
    }

    private void Book(StoreTransaction transaction, BatchId id, LegId legId, BrokerOrder order, ReviewInputs inputs)
    {
        var leg = transaction.State.Batch(id)!.Leg(legId);
        foreach (var fill in order.Fills.Where(f => !leg.Fills.Contains(f.FillId)))
        {
            FillBooking.Book(transaction, desk.Policy, id, leg, fill, inputs);
        }

        var now = transaction.State.Batch(id)!.Leg(legId);
        var (state, note) = Next(now, order);
        if (state == now.State)
        {
            return;
        }

        transaction.Append(new Fact.LegMoved(id, legId, state, null, null, null, note));
        if (state is LegState.Cancelled or LegState.Rejected)
        {
            transaction.Raise(new Alert(Severity.Warning, state.ToString(), $"{id}/{legId}/{state}", $"Leg {legId} of batch {id}: {note}"));
        }
    }

    private static (LegState State, string Note) Next(Leg leg, BrokerOrder order)
    {
        var filled = leg.Filled >= leg.Ordered || (order.State == BrokerOrderState.Filled && !leg.Filled.IsZero);
        return order.State switch
        {
            _ when filled => (LegState.Filled, $"{leg.Filled} units filled"),
            _ when !order.IsTerminal => leg.Filled.IsZero
                ? (LegState.Acknowledged, "the broker has it")
                : (LegState.PartlyFilled, $"{leg.Filled} of {leg.Ordered} units filled"),
            BrokerOrderState.Rejected when leg.Filled.IsZero => (LegState.Rejected, order.Note),
            _ when ClientKey.AttemptOf(leg.ClientKey, leg.Plan.Id) < MaxAttempts =>
                (LegState.Scheduled, $"{leg.Filled} of {leg.Ordered} units filled; the rest is placed again in the next session"),
            _ => (LegState.Cancelled, $"{leg.Filled} of {leg.Ordered} units filled in {MaxAttempts} sessions; the rest is carried"),
        };
    }

    /// <summary>The book does not show the order. That proves nothing before the close; after it, with units and cash as before, it was
    /// not placed; anything else goes to a person (semantics §6).</summary>
    private async Task DoubtAsync(BatchId id, Leg leg, CancellationToken cancellationToken)
    {
        if (leg.State is LegState.Submitting or LegState.Acknowledged or LegState.PartlyFilled)
        {
            desk.Store.Transact("service", t =>
            {
                t.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.InDoubt, null, null, null, "the broker's book does not show the order"));
                t.Raise(new Alert(
                    Severity.Critical, "InDoubt", $"{id}/{leg.Plan.Id}/InDoubt",
                    $"Leg {leg.Plan.Id} of batch {id} is in doubt: the broker's book does not show order {leg.ClientKey}. Look for it at the broker; nothing else is placed on {leg.Plan.Account} meanwhile."));
            });
            return;
        }

        var calendar = desk.ReadRules().Books.Calendars[desk.Policy.Instrument(leg.Plan.Instrument!).Venue];
        var nextDay = calendar.BusinessDaysAfter(calendar.LocalDate(leg.Submitted!.Value), 1);
        if (calendar.LocalDate(desk.Time.GetUtcNow()) < nextDay)
        {
            return;
        }

        var reading = await desk.ReadAsync(leg.Plan.Account, cancellationToken);
        desk.Store.Transact("service", transaction =>
        {
            if (AsBefore(transaction.State, reading))
            {
                transaction.Append(new Fact.LegMoved(
                    id, leg.Plan.Id, LegState.Scheduled, null, null, null, "not placed: after the close, book, units and cash are as before"));
                return;
            }

            transaction.Raise(new Alert(
                Severity.Critical, "InDoubt", $"{id}/{leg.Plan.Id}/{nextDay:yyyy-MM-dd}",
                $"Leg {leg.Plan.Id} of batch {id} stays in doubt: the broker's book does not show order {leg.ClientKey}, but units or cash of {leg.Plan.Account} changed. A person must look, and say with 'orders resolve {id} {leg.Plan.Id}' what happened."));
        });
    }

    private bool AsBefore(HouseholdState state, AccountReading reading) =>
        state.Accounts[reading.Account].Cash == reading.Settled + reading.Unsettled
        && desk.Policy.Instruments.Where(i => i.Accounts.Contains(reading.Account)).All(i =>
            state.Held(reading.Account, i.Id) == (reading.Holdings.FirstOrDefault(h => h.Instrument == i.Id)?.Quantity ?? Quantity.Zero));
}
