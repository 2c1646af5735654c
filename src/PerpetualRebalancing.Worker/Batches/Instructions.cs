using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>The rail without an order API (semantics §6): a person gets a sheet that says exactly what to order, orders it, and says what
/// came of it. Until then the leg counts as at the broker, and after some days the person is reminded.</summary>
internal sealed class Instructions(Desk desk)
{
    /// <summary>Business days after which a person is asked what became of an instruction, then every day.</summary>
    private const int Patience = 3;

    /// <summary>Sends the sheet of a batch's instructions that no sheet lists yet.</summary>
    public void Tell(BatchId id)
    {
        // Every step of every batch comes by here: without an instruction nothing is written.
        if (Open(desk.Store.State, id).Length == 0)
        {
            return;
        }

        desk.Store.Transact("service", transaction =>
        {
            var given = Open(transaction.State, id);
            if (given.Length > 0)
            {
                transaction.EnqueueAll(Letters.Instructions(desk, desk.Store.Plan(transaction.State.Batch(id)!.PlanHash)!.Read(), id, given));
            }
        });
    }

    /// <summary>After a restored backup an instruction is in doubt like an order, and there is no broker to ask: only the person knows.</summary>
    public void AskAfterRestoring(BatchId id)
    {
        foreach (var leg in desk.Store.State.Batch(id)?.Legs.Where(l => l.State == LegState.InDoubt && desk.IsByHand(l)) ?? [])
        {
            desk.Store.Transact("service", transaction =>
            {
                transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Acknowledged, null, null, null, "restored: a person says whether it was ordered"));
                transaction.Raise(new Alert(
                    Severity.Critical, "instruction", $"restored/{id}/{leg.Plan.Id}/{transaction.Sequence}",
                    $"Leg {leg.Plan.Id} of batch {id} may have been ordered by you before the database was restored. Look at {leg.Plan.Account}, then say it with 'orders done {id} {leg.Plan.Id} --units U --price NAV' or 'orders failed {id} {leg.Plan.Id} --reason TEXT'."));
            });
        }
    }

    /// <summary>Reminds a person of instructions that nobody answered for.</summary>
    public void Chase(BatchId id)
    {
        foreach (var leg in Open(desk.Store.State, id))
        {
            var calendar = desk.ReadRules().Books.Calendars[desk.Policy.Instrument(leg.Plan.Instrument!).Venue];
            var today = calendar.LocalDate(desk.Time.GetUtcNow());
            if (today > calendar.BusinessDaysAfter(calendar.LocalDate(leg.Submitted!.Value), Patience))
            {
                desk.Store.Transact("service", t => t.Raise(new Alert(
                    Severity.Warning, "instruction", $"{id}/{leg.Plan.Id}/{today:yyyy-MM-dd}",
                    $"Nobody said what became of leg {leg.Plan.Id} of batch {id} ({leg.Note}). Say it with 'orders done {id} {leg.Plan.Id} --units U --price NAV' or 'orders failed {id} {leg.Plan.Id} --reason TEXT'.")));
            }
        }
    }

    /// <summary>A person ordered it, and units changed hands.</summary>
    /// <param name="batch">The batch's short code, or its first characters, at least four.</param>
    /// <param name="name">Which leg.</param>
    /// <param name="units">Units that were allotted or redeemed.</param>
    /// <param name="price">NAV, or price per unit.</param>
    /// <param name="on">The day of the NAV.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellationToken">Stops the reading of prices.</param>
    /// <param name="fillId">The broker's identity of it; null when a person says it.</param>
    public async Task<LegAnswer> DoneAsync(
        string batch, string name, Quantity units, decimal price, DateOnly on, string by, CancellationToken cancellationToken, string? fillId = null)
    {
        if (Find(batch, name) is not var (id, leg))
        {
            return Unknown(batch, name);
        }

        var instrument = desk.Policy.Instrument(leg.Plan.Instrument!);
        var calendar = desk.ReadRules().Books.Calendars[instrument.Venue];
        var inputs = await desk.ReadForAsync([], Slot.Of(desk.LocalDate(desk.Time.GetUtcNow())), ReviewKind.AdHoc, desk.ReadRules().Books, cancellationToken);
        if (WrongWith(leg, instrument, units, price, on, inputs) is { } why)
        {
            return new LegAnswer(false, $"Leg {leg.Plan.Id} of batch {id} stays open: {why}.");
        }

        return desk.Store.Transact(fillId is null ? by : "service", transaction =>
        {
            if (transaction.State.Batch(id)?.Leg(leg.Plan.Id) is not { State: LegState.Acknowledged } now)
            {
                return new LegAnswer(false, $"Leg {leg.Plan.Id} of batch {id} was answered for in the meantime.");
            }

            var fill = new BrokerFill(fillId ?? $"{leg.ClientKey}/{by}", units, new UnitPrice(price, instrument.Currency), null, on, calendar.SettlementDate(on, instrument.SettlementDays));
            FillBooking.Book(transaction, desk.Policy, id, now, fill, inputs);
            transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Filled, null, null, null, $"{units} units at {price} on {on:yyyy-MM-dd}, says {by}"));
            return new LegAnswer(true, $"{units} units of {instrument.Id} at {fill.Price} on {on:yyyy-MM-dd} are booked for leg {leg.Plan.Id} of batch {id}.");
        });
    }

    /// <summary>It was not, or could not be, ordered; its money is carried.</summary>
    public LegAnswer Failed(string batch, string name, string reason, string by) => Find(batch, name) is not var (id, leg)
        ? Unknown(batch, name)
        : desk.Store.Transact(by, transaction =>
        {
            transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Cancelled, null, null, null, $"not done, says {by}: {reason}"));
            return new LegAnswer(true, $"Leg {leg.Plan.Id} of batch {id} is given up: {reason}.");
        });

    private static string? WrongWith(Leg leg, Instrument instrument, Quantity units, decimal price, DateOnly on, ReviewInputs inputs)
    {
        if (units.FlooredTo(instrument.UnitStep) != units)
        {
            return $"{units} units cannot have been dealt in, only multiples of {instrument.UnitStep}";
        }

        if (on > inputs.Read.Today || on < DateOnly.FromDateTime(leg.Submitted!.Value.UtcDateTime).AddDays(-1))
        {
            return $"{on:yyyy-MM-dd} is not a day since it was instructed";
        }

        var usual = leg.Plan.Price!.Value.Amount;
        if (Math.Abs((price / usual) - 1m) > 0.25m)
        {
            return $"{price} is more than 25 % from {usual}, which it was planned at; units and price may be the wrong way round";
        }

        // What the program had filled before it handed the leg over is not there to be dealt in again.
        return leg.Plan.IsSale && units > leg.Ordered - leg.Filled ? $"{units} units are more than the {leg.Ordered - leg.Filled} that were instructed"
            : leg.Plan.IsPurchase && price * units.Units > (leg.Plan.Value.Amount * 1.1m) - leg.Moved.Amount ? $"{price * units.Units:0.00} is more than was approved, {leg.Plan.Value - leg.Moved}"
            : null;
    }

    private (BatchId Batch, Leg Leg)? Find(string code, string name)
    {
        return desk.Store.State.BatchOf(code) is { } batch && batch.LegOf(name) is { } leg && IsOpen(leg) ? (batch.Id, leg) : null;
    }

    private static LegAnswer Unknown(string batch, string name) =>
        new(false, $"No open batch '{batch}' has an instruction '{name}' to answer for; 'orders' lists them.", IsKnown: false);

    private Leg[] Open(HouseholdState state, BatchId id) => state.Batch(id)?.Legs.Where(IsOpen).ToArray() ?? [];

    private bool IsOpen(Leg leg) => leg.State == LegState.Acknowledged && desk.IsByHand(leg);
}
