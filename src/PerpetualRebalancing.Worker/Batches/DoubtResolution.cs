using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Lets a person say what became of a leg in doubt whose account changed in a way that explains nothing (semantics §6). The
/// word is recorded as facts, in the person's name, unless the broker's own book or units say otherwise.</summary>
internal sealed class DoubtResolution(Desk desk)
{
    /// <summary>The order was filled, and the broker does not show it under our key.</summary>
    /// <param name="batch">The batch's short code, or its first characters, at least four.</param>
    /// <param name="leg">Which leg.</param>
    /// <param name="quantity">Units that changed hands.</param>
    /// <param name="price">Per unit, in the instrument's currency.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellationToken">Stops the reading of the account.</param>
    public Task<LegAnswer> FilledAsync(string batch, string leg, Quantity quantity, decimal price, string by, CancellationToken cancellationToken) =>
        ResolveAsync(batch, leg, by, (transaction, doubt) => Filled(transaction, doubt, quantity, price, by), cancellationToken);

    /// <summary>The order never reached the broker: it is placed again within the batch's days.</summary>
    /// <param name="batch">The batch's short code, or its first characters, at least four.</param>
    /// <param name="leg">Which leg.</param>
    /// <param name="reason">How the person knows.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellationToken">Stops the reading of the account.</param>
    public Task<LegAnswer> NotPlacedAsync(string batch, string leg, string reason, string by, CancellationToken cancellationToken) =>
        ResolveAsync(batch, leg, by, (transaction, doubt) => NotPlaced(transaction, doubt, reason, by), cancellationToken);

    private async Task<LegAnswer> ResolveAsync(
        string code, string name, string by, Func<StoreTransaction, Doubt, LegAnswer> decide, CancellationToken cancellationToken)
    {
        if (desk.Store.State.BatchOf(code) is not { } batch || batch.LegOf(name) is not { } leg)
        {
            return new LegAnswer(false, $"No open batch '{code}' has a leg '{name}'; 'status' lists them.", IsKnown: false);
        }

        if (leg.State != LegState.InDoubt)
        {
            return new LegAnswer(false, $"Leg {leg.Plan.Id} of batch {batch.Id} is {leg.State}, not in doubt: there is nothing to resolve.");
        }

        if (await desk.BrokerOf(leg.Plan.Account).FindAsync(leg.Plan.Account, leg.ClientKey!, cancellationToken) is { } order)
        {
            return new LegAnswer(false, $"The broker's book shows order {order.ClientKey}: {order.State}, {order.Filled} units filled. It is booked from there at the next step.");
        }

        var inputs = await desk.ReadForAsync([leg.Plan.Account], batch.Slot, batch.Kind, desk.ReadRules().Books, cancellationToken);
        return desk.Store.Transact(by, transaction =>
        {
            if (transaction.State.Batch(batch.Id)?.Leg(leg.Plan.Id) is not { State: LegState.InDoubt } now)
            {
                return new LegAnswer(false, $"Leg {leg.Plan.Id} of batch {batch.Id} was resolved in the meantime.");
            }

            var instrument = desk.Policy.Instrument(now.Plan.Instrument!);
            var reading = inputs.Read.Accounts.First(a => a.Account == now.Plan.Account);
            var reported = reading.Holdings.FirstOrDefault(h => h.Instrument == instrument.Id)?.Quantity ?? Quantity.Zero;
            var doubt = new Doubt(batch.Id, now, instrument, inputs.Rules.Calendars[instrument.Venue], reported, transaction.State.Held(now.Plan.Account, instrument.Id), inputs);
            var answer = decide(transaction, doubt);

            // What else the account shows is money that came in or was taken out, and is booked with it.
            foreach (var fact in answer.IsRecorded ? Observation.Of(transaction.State, [reading]) : [])
            {
                transaction.Append(fact);
            }

            return answer;
        });
    }

    private LegAnswer Filled(StoreTransaction transaction, Doubt doubt, Quantity quantity, decimal price, string by)
    {
        var (leg, instrument) = (doubt.Leg, doubt.Instrument);
        var open = leg.Ordered - leg.Filled;
        if (quantity.IsZero || quantity > open || quantity.FlooredTo(instrument.UnitStep) != quantity)
        {
            return doubt.Refuse($"{quantity} units cannot have been filled; allowed: up to the {open} that were ordered, in steps of {instrument.UnitStep}");
        }

        var change = doubt.Reported.Units - doubt.Known.Units;
        if (change != (leg.Plan.IsSale ? -quantity.Units : quantity.Units))
        {
            return doubt.Refuse($"the broker reports {doubt.Reported} units of {instrument.Id} and the ledger has {doubt.Known}, which is not a {(leg.Plan.IsSale ? "sale" : "purchase")} of {quantity}");
        }

        var day = doubt.Calendar.LocalDate(leg.Submitted!.Value);
        var (traded, usual, collar) = (new UnitPrice(price, instrument.Currency), desk.Outside.KnownPriceOn(instrument.Id, day) ?? doubt.Inputs.Read.Quotes.First(q => q.Instrument == instrument.Id).Price, desk.Policy.Limits.PriceCollar);
        if (Math.Abs((price / usual.Amount) - 1m) > collar)
        {
            return doubt.Refuse($"{traded} is more than {Canonical.Text(collar * 100m)} % from the price of {day:yyyy-MM-dd}, {usual}");
        }

        var side = leg.Plan.IsSale ? Side.Sell : Side.Buy;
        var charges = doubt.Inputs.Rules.Charges.For(instrument, side, quantity, traded, day, false, Quantity.Zero);
        var fill = new BrokerFill($"{leg.ClientKey}/{by}", quantity, traded, charges, day, doubt.Calendar.SettlementDate(day, instrument.SettlementDays));
        FillBooking.Book(transaction, desk.Policy, doubt.Batch, leg, fill, doubt.Inputs);
        var isAll = quantity == open || instrument.Dealing == Dealing.Nav;
        var words = $"{quantity} units at {traded} changed hands, says {by}{(isAll ? "" : "; the rest is carried")}";
        return doubt.Record(transaction, isAll ? LegState.Filled : LegState.Cancelled, words);
    }

    private static LegAnswer NotPlaced(StoreTransaction transaction, Doubt doubt, string reason, string by)
    {
        var day = doubt.Calendar.BusinessDaysAfter(doubt.Calendar.LocalDate(doubt.Leg.Submitted!.Value), 1);
        if (doubt.Calendar.LocalDate(transaction.Now) < day)
        {
            return doubt.Refuse($"the broker's book is not final before {day:yyyy-MM-dd}, and until then its silence proves nothing");
        }

        return doubt.Reported == doubt.Known
            ? doubt.Record(transaction, LegState.Scheduled, $"not placed, says {by}: {reason}")
            : doubt.Refuse($"the broker reports {doubt.Reported} units of {doubt.Instrument.Id} and the ledger has {doubt.Known}: something was traded");
    }

    /// <summary>A leg in doubt and what is known about it.</summary>
    private sealed record Doubt(
        BatchId Batch, Leg Leg, Instrument Instrument, ExchangeCalendar Calendar, Quantity Reported, Quantity Known, ReviewInputs Inputs)
    {
        public LegAnswer Refuse(string why) => new(false, $"Leg {Leg.Plan.Id} of batch {Batch} stays in doubt: {why}.");

        public LegAnswer Record(StoreTransaction transaction, LegState state, string words)
        {
            transaction.Append(new Fact.LegMoved(Batch, Leg.Plan.Id, state, null, null, null, words));
            return new LegAnswer(true, $"Leg {Leg.Plan.Id} of batch {Batch} is no longer in doubt: {words}.");
        }
    }
}
