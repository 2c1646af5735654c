using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Lays out what may be sold.</summary>
internal sealed class SaleShelf
{
    private readonly Book _book;
    private readonly List<SaleSource> _sources = [];
    private readonly decimal[] _gains;

    public SaleShelf(Book book)
    {
        _book = book;
        _gains = new decimal[book.Tax.BucketCount];
        BucketCount = book.Tax.BucketCount;
        Members = book.Policy.Members.Select(m => m.Id).ToImmutableArray();
        MemberOfAccount = book.Accounts.Select(a => Members.IndexOf(a.Account.Member)).ToArray();
    }

    /// <summary>Every source that was laid out, by its index.</summary>
    public IReadOnlyList<SaleSource> Sources => _sources;

    /// <summary>The taxpayers; channel = member × buckets + bucket.</summary>
    public ImmutableArray<MemberId> Members { get; }

    /// <summary>Index of the member of each account.</summary>
    public int[] MemberOfAccount { get; }

    /// <summary>Tax buckets per member.</summary>
    public int BucketCount { get; }

    /// <summary>Each member's tax on gains by member and bucket.</summary>
    public decimal[] Tax(decimal[] gains)
    {
        var tax = new decimal[Members.Length];
        for (var m = 0; m < tax.Length; m++)
        {
            tax[m] = _book.Tax.Tax(Members[m], gains.AsSpan(m * BucketCount, BucketCount));
        }

        return tax;
    }

    /// <summary>What can be sold of a class; null asks for the liquidity reserve.</summary>
    public SaleQueue Queue(ClassId? @class, bool longTermOnly, ISet<Position> excluded)
    {
        var sources = new List<SaleSource>();
        var locked = 0m;
        DateOnly? unlocked = null;
        foreach (var instrument in _book.Policy.Instruments.Where(i => i.Class == @class))
        {
            foreach (var account in _book.Declared.Where(a => instrument.Accounts.Contains(a.Account.Id) && !a.Blocked))
            {
                var position = new Position(account.Account.Id, instrument.Id);
                if (_book.Tax.Blocked is not null || excluded.Contains(position) || !_book.State.Lots.TryGetValue(position, out var lots) || !IsReconciled(account, instrument))
                {
                    continue;
                }

                if (Source(account, instrument, lots, longTermOnly, ref locked, ref unlocked) is { } source)
                {
                    sources.Add(source);
                }
            }
        }

        return sources.Count == 0
            ? SaleQueue.Nothing with { LockedUnits = new Quantity(locked), FirstUnlocked = unlocked }
            : Merge(sources, new Quantity(locked), unlocked);
    }

    /// <summary>What can be sold of one instrument in one account, short-term lots too, or null.</summary>
    public SaleSource? Only(AccountId account, Instrument instrument)
    {
        var view = _book.Accounts[_book.IndexOf(account)];
        var (locked, unlocked) = (0m, (DateOnly?)null);
        return _book.State.Lots.TryGetValue(new Position(account, instrument.Id), out var lots) && IsReconciled(view, instrument)
            ? Source(view, instrument, lots, longTermOnly: false, ref locked, ref unlocked)
            : null;
    }

    /// <summary>Lots must add up to the units that the account reports; else the instrument is not sellable, never a guess.</summary>
    public bool IsReconciled(AccountView account, Instrument instrument)
    {
        var reported = _book.Inputs.Read.Accounts.First(r => r.Account == account.Account.Id).Holdings
            .FirstOrDefault(h => h.Instrument == instrument.Id)?.Quantity ?? Quantity.Zero;
        return reported == _book.State.Held(account.Account.Id, instrument.Id);
    }

    private SaleSource? Source(
        AccountView account, Instrument instrument, ImmutableArray<TaxLot> all, bool longTermOnly, ref decimal locked, ref DateOnly? unlocked)
    {
        var today = _book.Inputs.Read.Today;
        var price = _book.QuoteOf(instrument.Id).Price;
        var (where, charges) = (account.Account.Id, _book.Inputs.Rules.Charges);

        // What does not grow with the sale is left out: it is the same for no lot, and deducting less is cautious.
        var deducted = charges.Estimate(instrument, Side.Sell, price, today, charge => _book.Tax.Deducts(where, charge)).Rate;
        var inOrder = LotOrder.Of(
            _book.Tax, account.Account, instrument, all, new SaleTerms(price, account.Fx, today) { ChargesPerUnit = price.Amount * deducted });
        var isQueue = _book.Tax.LotsOf(account.Account.Id) == LotMethod.Fifo;
        ImmutableArray<SellableLot>.Builder? some = null;
        var blocked = false;
        var taken = _book.UnitsOnSale(account.Account.Id, instrument.Id);
        for (var i = 0; i < inOrder.Length; i++)
        {
            // An open order of an earlier batch takes the front of the queue; its units cannot be sold twice.
            ref readonly var held = ref inOrder.ItemRef(i);
            var units = held.Lot.Remaining.Units;
            var gone = taken < units ? taken : units;
            taken -= gone;
            var isLocked = longTermOnly && gone < units && !held.Tax.Term.IsSellableLongTermOnly;
            if (isLocked && !blocked)
            {
                unlocked = held.Tax.Term is LotTerm.Short s && (unlocked is null || s.LongFrom < unlocked) ? s.LongFrom : unlocked;
            }

            // Where FIFO is the law, nothing behind a short-term lot can be reached.
            blocked |= isLocked && isQueue;
            var isKept = gone < units && !isLocked && !blocked;
            if ((!isKept || gone != 0m) && some is null)
            {
                some = ImmutableArray.CreateBuilder<SellableLot>();
                some.AddRange(inOrder, i);
            }

            if (isKept)
            {
                some?.Add(gone == 0m ? held : held with { Lot = held.Lot with { Remaining = new Quantity(units - gone) } });
            }
            else if (gone < units)
            {
                locked += units - gone;
            }
        }

        var lots = _book.Tax.Disallow(where, instrument, some?.DrainToImmutable() ?? inOrder);
        if (lots.IsEmpty)
        {
            return null;
        }

        var source = new SaleSource(
            _sources.Count, account.Index, instrument, price, price.Amount * account.Fx, lots,
            charges.Estimate(instrument, Side.Sell, price, today));
        _sources.Add(source);
        return source;
    }

    private SaleQueue Merge(List<SaleSource> sources, Quantity locked, DateOnly? unlocked)
    {
        var next = new int[sources.Count];

        // Alone a source has nobody to come before, and each rate asks for the tax of a year.
        var compares = sources.Count > 1;
        var rates = sources.Select(s => compares ? TaxRate(s, 0) : 0m).ToArray();
        var runs = ImmutableArray.CreateBuilder<SaleRun>();
        while (true)
        {
            var best = -1;
            for (var i = 0; i < sources.Count; i++)
            {
                if (next[i] < sources[i].Lots.Length && (best < 0 || Precedes(sources[i], rates[i], sources[best], rates[best])))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return new SaleQueue(runs.ToImmutable(), sources.Sum(s => s.ValueUpTo[^1]), locked, unlocked);
            }

            var source = sources[best];
            ref readonly var lot = ref source.Lots.ItemRef(next[best]);
            var channel = (MemberOfAccount[source.Account] * BucketCount) + lot.Tax.Bucket;
            var load = lot.UnderExitLoad ? source.Instrument.ExitLoad!.Rate : 0m;
            next[best]++;
            if (runs.Count > 0 && runs[^1] is var last && last.Source == source && last.Channel == channel && last.LoadRate == load)
            {
                runs[^1] = last with { End = next[best] };
            }
            else
            {
                runs.Add(new SaleRun(source, next[best] - 1, next[best], channel, load));
            }

            if (compares && next[best] < source.Lots.Length)
            {
                rates[best] = TaxRate(source, next[best]);
            }
        }
    }

    private static bool Precedes(SaleSource left, decimal leftRate, SaleSource right, decimal rightRate)
    {
        var (leftTag, rightTag) = (left.Instrument.Tag == InstrumentTag.Sell, right.Instrument.Tag == InstrumentTag.Sell);
        return leftTag != rightTag ? leftTag : leftRate < rightRate;
    }

    /// <summary>Tax per unit of money raised by the next lot of a source, alone.</summary>
    private decimal TaxRate(SaleSource source, int lot)
    {
        var tax = source.Lots[lot].Tax;
        var units = source.Lots[lot].Lot.Remaining.Units;
        var value = units * source.UnitValue;
        _gains[tax.Bucket] = tax.GainPerUnit * units;
        var due = _book.Tax.Tax(Members[MemberOfAccount[source.Account]], _gains);
        _gains[tax.Bucket] = 0m;
        return value == 0m ? 0m : due / value;
    }
}
