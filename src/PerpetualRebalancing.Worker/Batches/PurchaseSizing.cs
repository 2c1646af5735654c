using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Sizes approved purchases by the cash that is really there, and places those whose market is open (semantics §6).</summary>
internal sealed class PurchaseSizing(Desk desk, OrderPlacement placement)
{
    /// <summary>Places what can be bought now.</summary>
    public async Task PlaceAsync(Batch batch, CancellationToken cancellationToken)
    {
        var waiting = batch.Legs.Where(l => l.Plan.IsPurchase && l.State == LegState.Scheduled && HasItsMoney(batch, l)).ToArray();
        if (waiting.Length == 0)
        {
            return;
        }

        var rules = desk.ReadRules().Books;
        if (!waiting.Any(l => placement.IsOpenNow(l, rules)))
        {
            return;
        }

        var readable = new List<AccountId>();
        foreach (var account in waiting.Where(l => !l.IsHandedOver).Select(l => l.Plan.Account).Distinct())
        {
            if (await desk.SessionAsync(account, cancellationToken) is var session and not SessionState.Ready)
            {
                // The purchases of other accounts do not wait for its login.
                var outage = new AccountUnreadException(account, session);
                Outages.Tell(desk, outage);
                foreach (var leg in waiting.Where(l => l.Plan.Account == account && placement.IsOpenNow(l, rules)))
                {
                    new LoginDeadline(desk).Pass(batch, leg, outage);
                }

                continue;
            }

            readable.Add(account);
        }

        waiting = [.. waiting.Where(IsReadable)];
        if (waiting.Length == 0)
        {
            return;
        }

        var inputs = await desk.ReadForAsync([.. readable], batch.Slot, batch.Kind, rules, cancellationToken);
        var state = desk.Store.State;
        var first = waiting.Where(l => l.Ordered.IsZero && l.Plan.Purpose == LegPurpose.Invest).Select(l => l.Plan).ToImmutableArray();
        var sized = Decision.SizePurchases(desk.Policy, state, inputs, first);
        foreach (var leg in waiting.Where(l => first.Contains(l.Plan) && !sized.ContainsKey(l.Plan.Id) && placement.IsOpenNow(l, rules)))
        {
            desk.Store.Transact("service", t => t.Append(new Fact.LegMoved(
                batch.Id, leg.Plan.Id, LegState.Cancelled, null, null, null, "the cash that is there does not pay for it within the approval")));
        }

        await placement.PlaceAsync(batch.Id, leg => leg.Plan.IsPurchase && IsReadable(leg) && HasItsMoney(batch, leg), Units, cancellationToken);

        // What a person orders is sized by the ledger, where its account cannot be read.
        bool IsReadable(Leg leg) => leg.IsHandedOver || readable.Contains(leg.Plan.Account);

        Quantity Units(Leg leg) => !leg.Ordered.IsZero ? leg.Ordered - leg.Filled
            : leg.Plan.Purpose == LegPurpose.ReserveTopUp ? ReserveUnits(leg, inputs)
            : sized.GetValueOrDefault(leg.Plan.Id, Quantity.Zero);
    }

    private static bool HasItsMoney(Batch batch, Leg leg) => leg.Plan.WaitsFor is not { } funding || batch.Leg(funding).State == LegState.Arrived;

    private Quantity ReserveUnits(Leg leg, ReviewInputs inputs)
    {
        var instrument = desk.Policy.Instrument(leg.Plan.Instrument!);
        var price = inputs.Read.Quotes.First(q => q.Instrument == instrument.Id).Price;
        return new Quantity(leg.Plan.Value.Amount / price.Amount).FlooredTo(instrument.UnitStep);
    }
}
