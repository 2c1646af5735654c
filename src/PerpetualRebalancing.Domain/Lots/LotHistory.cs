using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>Replays what happened in an account into the lots it holds: first in, first out, by the day of credit (ITA 2025 s.67(7),
/// CBDT Circular 768), per account and instrument, and per folio where units lie in folios.</summary>
/// <remarks>A folio is part of a lot's name (<c>account/instrument/folio/day</c>), not of the position: the household's ledger sees one
/// queue per account and instrument, in which the lots of all folios stand in the order they were credited. Within a day, splits and
/// what came stand before what went: units bought today can be sold today.</remarks>
public static class LotHistory
{
    private const int MostFaults = 20;

    /// <summary>Replays an account.</summary>
    /// <param name="account">Whose lots; they are named after it.</param>
    /// <param name="currency">The currency of all its prices.</param>
    /// <param name="transactions">What happened, in any order; those of one day and kind stay in the order given.</param>
    public static LotReplay Of(AccountId account, Currency currency, IEnumerable<Transaction> transactions)
    {
        var replay = new Replay(account, currency);
        foreach (var transaction in replay.Begin([.. transactions.OrderBy(t => t.At.On).ThenBy(Turn)]))
        {
            replay.Apply(transaction);
        }

        return replay.End();
    }

    private static int Turn(Transaction transaction) => transaction switch
    {
        Transaction.Counted { IsOpening: true } => 0,
        Transaction.Split => 1,
        Transaction.Bought or Transaction.Bonus or Transaction.SwitchedIn or Transaction.Reinvested or Transaction.TransferredIn => 2,
        Transaction.Sold or Transaction.SwitchedOut or Transaction.TransferredOut or Transaction.Reversed or Transaction.Consolidated => 3,
        Transaction.Replaced => 4,
        Transaction.Stated => 5,
        _ => 6,
    };

    private sealed class Replay(AccountId account, Currency currency)
    {
        private readonly LotQueue _queue = new(account);
        private readonly ImmutableArray<Disposal>.Builder _disposals = ImmutableArray.CreateBuilder<Disposal>();
        private readonly ImmutableArray<LotFault>.Builder _faults = ImmutableArray.CreateBuilder<LotFault>();
        private readonly Dictionary<InstrumentId, DateOnly> _statedUntil = [];
        private readonly Dictionary<InstrumentId, DateOnly> _stated = [];

        /// <summary>Looks ahead: which names are taken, and what a broker's list will answer for.</summary>
        public Transaction[] Begin(Transaction[] all)
        {
            foreach (var transaction in all)
            {
                switch (transaction)
                {
                    case Transaction.Bought bought:
                        _queue.Reserve(bought.Lot);
                        break;
                    case Transaction.TransferredIn moved:
                        _queue.Reserve(moved.Lot);
                        break;
                    case Transaction.Stated stated:
                        _statedUntil[stated.At.Instrument] = stated.At.On;
                        foreach (var lot in stated.Lots)
                        {
                            _queue.Reserve(lot.Name);
                        }

                        break;
                }
            }

            return all;
        }

        public void Apply(Transaction transaction)
        {
            if (_faults.Count >= MostFaults)
            {
                return;
            }

            switch (transaction)
            {
                case Transaction.Bought t:
                    Buy(t.At, t.Units, t.Price, t.Charges, t.Lot);
                    break;
                case Transaction.SwitchedIn t:
                    Buy(t.At, t.Units, t.Price, t.Charges, name: null);
                    break;
                case Transaction.Reinvested t:
                    Buy(t.At, t.Units, t.Price, t.Charges, name: null);
                    break;
                case Transaction.Bonus t:
                    Buy(t.At, t.Units, 0m, 0m, name: null);
                    break;
                case Transaction.TransferredIn t:
                    Add(t.At, new Held(t.At.Folio, t.Acquired, t.Acquired, t.Units.Units, t.CostPerUnit, isReplacement: false), t.Lot);
                    break;
                case Transaction.Sold t:
                    Sell(t.At, t.Units.Units, t.Price, t.Charges, t.Lots, t.IsBooked);
                    break;
                case Transaction.SwitchedOut t:
                    Sell(t.At, t.Units.Units, t.Price, t.Charges, [], isBooked: false);
                    break;
                case Transaction.TransferredOut t:
                    _ = Take(t.At, t.Units.Units);
                    break;
                case Transaction.Split t:
                    Split(t);
                    break;
                case Transaction.Consolidated t:
                    Consolidate(t);
                    break;
                case Transaction.Reversed t:
                    Reverse(t);
                    break;
                case Transaction.Replaced t:
                    _queue.Replace(t.Wash, t.Acquired);
                    break;
                case Transaction.Stated t:
                    State(t);
                    break;
                case Transaction.Counted t:
                    Count(t);
                    break;
                default:
                    throw new InvalidOperationException($"The history does not know {transaction.GetType().Name}.");
            }
        }

        public LotReplay End() => new(
            _queue.All.ToImmutableDictionary(q => q.Key, q => q.Value.Select(l => l.Lot(account, q.Key, currency)).ToImmutableArray()),
            _disposals.ToImmutable(), _faults.ToImmutable());

        private void Buy(Origin at, Quantity units, decimal price, decimal charges, LotId? name) =>
            Add(at, new Held(at.Folio, at.On, at.On, units.Units, charges == 0m ? price : price + (charges / units.Units), isReplacement: false), name);

        private void Add(Origin at, Held lot, LotId? name)
        {
            if (_queue.Units(at.Instrument, "") + lot.Units > LotQueue.MostUnits || lot.Cost > LotQueue.MostMoney || lot.Cost * lot.Units > LotQueue.MostMoney)
            {
                Fault(at, "units", $"{Canonical.Text(lot.Units)} at {Canonical.Text(lot.Cost)} would be more than {at.Instrument} can be worth", "units and a price that can be");
                return;
            }

            _queue.Add(at.Instrument, lot, name);
        }

        private void Sell(Origin at, decimal units, decimal price, decimal charges, ImmutableArray<LotPick> picks, bool isBooked)
        {
            if (units * price > LotQueue.MostMoney)
            {
                Fault(at, "price", $"{Canonical.Text(units)} at {Canonical.Text(price)} is more than {at.Instrument} can be worth", "units and a price that can be");
                return;
            }

            var taken = new List<Held>();
            foreach (var pick in picks)
            {
                if (_queue.TakeNamed(at.Instrument, pick.Lot, pick.Quantity.Units) is { } part)
                {
                    taken.Add(part);
                }
            }

            var rest = units - taken.Sum(t => t.Units);
            if (rest > 0m)
            {
                taken.AddRange(Take(at, rest));
            }

            // A sale of units that nobody has listed yet has no known cost.
            var isKnown = taken.Sum(t => t.Units) == units;
            _disposals.Add(new Disposal(
                at, new Quantity(units), price, charges, isKnown ? [.. taken.Select(t => t.Lot(account, at.Instrument, currency))] : [], isBooked));
        }

        private List<Held> Take(Origin at, decimal units)
        {
            var there = _queue.Units(at.Instrument, at.Folio);
            if (there < units)
            {
                if (!IsStatedLater(at))
                {
                    Fault(
                        at, "units", $"takes {Canonical.Text(units)} units of {at.Instrument}{In(at.Folio)}, but {Canonical.Text(there)} are there on {at.On:yyyy-MM-dd}",
                        "at most what earlier lines and imports brought; import from the first purchase on, with a corporate-actions file for splits, bonuses and transfers");
                }
            }

            return _queue.TakeOldest(at.Instrument, at.Folio, Math.Min(units, there));
        }

        private bool IsStatedLater(Origin at) => _statedUntil.TryGetValue(at.Instrument, out var until) && at.On <= until;

        /// <summary>Cost of acquisition and period of holding are those of the original units (s.55(2)(b)(v); Explanation 1 to s.2(42A)).</summary>
        private void Split(Transaction.Split split)
        {
            var lots = _queue.Of(split.At.Instrument);
            if (lots.Sum(l => l.Units) * split.New / split.Old > LotQueue.MostUnits
                || lots.Exists(l => l.Units * split.New / split.Old < LotQueue.FewestUnits || l.Cost * split.Old / split.New > LotQueue.MostMoney))
            {
                Fault(split.At, "ratio", $"{Canonical.Text(split.New)}:{Canonical.Text(split.Old)} would make of {split.At.Instrument} what cannot be", "the new units for so many old ones, like 10:1");
                return;
            }

            foreach (var lot in lots)
            {
                (lot.Units, lot.Cost) = (lot.Units * split.New / split.Old, lot.Cost * split.Old / split.New);
            }
        }

        private void Consolidate(Transaction.Consolidated merged)
        {
            var taken = Take(merged.At, merged.Units.Units);
            if (taken.Sum(t => t.Units) == merged.Units.Units)
            {
                _queue.Carry(taken, merged.Units.Units, merged.Into, merged.IntoFolio, merged.IntoUnits.Units);
            }
        }

        private void Reverse(Transaction.Reversed reversed)
        {
            var lots = _queue.Of(reversed.At.Instrument);
            var index = lots.FindLastIndex(l => l.Units == reversed.Units.Units && LotQueue.Fits(l.Folio, reversed.At.Folio));
            if (index < 0)
            {
                Fault(
                    reversed.At, "units", $"takes back a purchase of {reversed.Units} units of {reversed.At.Instrument}, and there is none",
                    "the units of a purchase before it");
                return;
            }

            lots.RemoveAt(index);
        }

        private void State(Transaction.Stated stated)
        {
            var instrument = stated.At.Instrument;
            var (listed, known) = (stated.Lots.Sum(l => l.Units.Units), _queue.Units(instrument, ""));
            if (_stated.TryGetValue(instrument, out var before) && before.AddDays(1) >= stated.Since && listed != known)
            {
                Fault(
                    stated.At, "units", $"lists {Canonical.Text(listed)} units of {instrument}, but earlier imports and the trades since lead to {Canonical.Text(known)}",
                    "files that agree: a trade, a split or a transfer is missing in one of them, or is there twice");
            }

            _queue.Clear(instrument);
            foreach (var lot in stated.Lots)
            {
                Add(stated.At, new Held(lot.Folio, lot.Acquired, lot.HeldSince, lot.Units.Units, lot.CostPerUnit, lot.IsReplacement), lot.Name);
            }

            _stated[instrument] = stated.At.On;
        }

        private void Count(Transaction.Counted counted)
        {
            var (at, known) = (counted.At, _queue.Units(counted.At.Instrument, counted.At.Folio));
            if (known != counted.Units.Units && !(counted.IsOpening && IsStatedLater(at)))
            {
                Fault(
                    at, counted.IsOpening ? "opening units" : "closing units",
                    $"counts {counted.Units} units of {at.Instrument}{In(at.Folio)} on {at.On:yyyy-MM-dd}, but what is known leads to {Canonical.Text(known)}",
                    counted.IsOpening ? "a statement from the first purchase on, or one that follows what was imported" : "files that agree to the last unit");
            }
        }

        private static string In(string folio) => folio.Length == 0 ? "" : $" in folio {folio}";

        private void Fault(Origin at, string field, string problem, string allowed) => _faults.Add(new LotFault(at, field, problem, allowed));
    }
}
