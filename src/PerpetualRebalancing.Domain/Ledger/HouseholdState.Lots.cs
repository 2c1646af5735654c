using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Ledger;

public sealed partial record HouseholdState
{
    private HouseholdState WithLots(Position position, ImmutableArray<TaxLot> lots) =>
        this with { Lots = lots.IsEmpty ? Lots.Remove(position) : Lots.SetItem(position, lots) };

    private HouseholdState Consume(Fact.LegFilled fill)
    {
        var position = new Position(fill.Account, fill.Instrument);
        var queue = Lots.TryGetValue(position, out var held) ? held : [];
        var taken = Quantity.Zero;
        foreach (var pick in fill.Lots)
        {
            var index = queue.FindIndex(l => l.Id == pick.Lot);
            if (index < 0 || queue[index].Remaining < pick.Quantity)
            {
                throw new InvalidOperationException($"Fill {fill.FillId} takes {pick.Quantity} units of lot {pick.Lot}, which does not hold them.");
            }

            var rest = queue[index].Remaining - pick.Quantity;
            queue = rest.IsZero ? queue.RemoveAt(index) : queue.SetItem(index, queue[index] with { Remaining = rest });
            taken += pick.Quantity;
        }

        if (taken != fill.Quantity)
        {
            throw new InvalidOperationException($"Fill {fill.FillId} sells {fill.Quantity} units but consumes lots of {taken}.");
        }

        return WithLots(position, queue);
    }

    private HouseholdState Acquire(Fact.LegFilled fill)
    {
        var cost = fill.CostOfLot;
        var id = fill.NewLot ?? throw new InvalidOperationException($"Fill {fill.FillId} buys units but names no lot.");
        var lot = new TaxLot(id, fill.Account, fill.Instrument, fill.TradeDate, fill.Quantity, new Money(cost.Amount / fill.Quantity.Units, cost.Currency));
        var position = new Position(fill.Account, fill.Instrument);
        var queue = Lots.TryGetValue(position, out var held) ? held : [];
        return this with { Lots = Lots.SetItem(position, queue.Add(lot)) };
    }

    /// <summary>The loss is taken back by an entry of its own, and the replacing units become a lot of their own that carries it.</summary>
    private HouseholdState Disallow(Fact.WashSale wash)
    {
        var queue = Lots.GetValueOrDefault(wash.Replacement, []);
        var index = queue.FindIndex(l => l.Id == wash.Lot);
        if (index < 0 || queue[index].Remaining < wash.Quantity || queue[index].IsReplacement)
        {
            throw new InvalidOperationException(
                $"{wash.Quantity} units of lot {wash.Lot} cannot replace the loss of {wash.SoldOn:yyyy-MM-dd} on lot {wash.Sold}: they are not there, or replace another.");
        }

        var lot = queue[index];
        var rest = lot.Remaining - wash.Quantity;
        var replacing = lot with
        {
            // What is left of a lot only ever shrinks, so no two parts of it get one name.
            Id = rest.IsZero ? lot.Id : lot.Id.Part(rest),
            Remaining = wash.Quantity,
            CostPerUnit = new Money(lot.CostPerUnit.Amount + (wash.AddedCost.Amount / wash.Quantity.Units), lot.CostPerUnit.Currency),
            HeldSince = wash.HeldSince,
            IsReplacement = true,
        };
        queue = rest.IsZero ? queue.SetItem(index, replacing) : queue.SetItem(index, lot with { Remaining = rest }).Insert(index, replacing);
        return WithLots(wash.Replacement, queue) with
        {
            Gains = Gains.Add(new GainEntry(wash.Member, wash.SoldOn, wash.Bucket, wash.Disallowed)),
            OpenLosses = OpenLoss.Replaced(OpenLosses, wash),
        };
    }
}
