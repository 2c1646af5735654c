using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>One instrument in one account that may be sold, and the lots that policy and law allow.</summary>
/// <param name="Index">Its number in the review: a bit of the mask of sources that a sale touches.</param>
/// <param name="Account">Index of the account.</param>
/// <param name="Instrument">What is sold.</param>
/// <param name="Price">Its price, in its currency.</param>
/// <param name="UnitValue">Its price in base currency.</param>
/// <param name="Lots">What may be sold of its lots, in the order of the account's method.</param>
/// <param name="Units">Units in them.</param>
/// <param name="Charges">The smooth form of what a sale costs.</param>
internal sealed record SaleSource(
    int Index, int Account, Instrument Instrument, UnitPrice Price, decimal UnitValue, ImmutableArray<SellableLot> Lots, Quantity Units, ChargeEstimate Charges);

/// <summary>A lot that may be sold, and what the law makes of it.</summary>
internal readonly record struct SellableLot(TaxLot Lot, LotTax Tax, bool UnderExitLoad);

/// <summary>A lot's place in the order in which a class is sold. Amounts are base currency.</summary>
internal readonly record struct SaleSegment(SaleSource Source, int Channel, decimal Value, decimal GainRate, decimal LoadRate);

/// <summary>What can be sold of one class, in the order it is sold: instruments tagged Sell first, then least tax per rupee raised,
/// then declared order; FIFO inside each account and instrument (semantics §4).</summary>
internal sealed record SaleQueue(ImmutableArray<SaleSegment> Segments, decimal Cap, Quantity LockedUnits, DateOnly? FirstUnlocked)
{
    /// <summary>Nothing can be sold.</summary>
    public static readonly SaleQueue Nothing = new([], 0m, Quantity.Zero, null);
}

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
        AccountView account, Instrument instrument, ImmutableArray<TaxLot> lots, bool longTermOnly, ref decimal locked, ref DateOnly? unlocked)
    {
        var today = _book.Inputs.Read.Today;
        var price = _book.QuoteOf(instrument.Id).Price;
        var inOrder = LotOrder.Of(_book.Tax, account.Account, instrument, lots, new SaleTerms(price, account.Fx, today));
        var isQueue = _book.Tax.LotsOf(account.Account.Id) == LotMethod.Fifo;
        var sellable = ImmutableArray.CreateBuilder<SellableLot>(lots.Length);
        var units = 0m;
        var blocked = false;
        var taken = _book.UnitsOnSale(account.Account.Id, instrument.Id);
        foreach (var (held, tax) in inOrder)
        {
            // An open order of an earlier batch takes the front of the queue; its units cannot be sold twice.
            var gone = Math.Min(taken, held.Remaining.Units);
            taken -= gone;
            if (gone == held.Remaining.Units)
            {
                continue;
            }

            var lot = gone == 0m ? held : held with { Remaining = new Quantity(held.Remaining.Units - gone) };
            var isLocked = longTermOnly && !tax.Term.IsSellableLongTermOnly;
            if (isLocked && !blocked)
            {
                unlocked = tax.Term is LotTerm.Short s && (unlocked is null || s.LongFrom < unlocked) ? s.LongFrom : unlocked;
            }

            // Where FIFO is the law, nothing behind a short-term lot can be reached.
            blocked |= isLocked && isQueue;
            if (isLocked || blocked)
            {
                locked += lot.Remaining.Units;
                continue;
            }

            sellable.Add(new SellableLot(lot, tax, instrument.LoadRate(lot.Acquired, today) > 0m));
            units += lot.Remaining.Units;
        }

        if (units == 0m)
        {
            return null;
        }

        var source = new SaleSource(
            _sources.Count, account.Index, instrument, price, price.Amount * account.Fx, sellable.ToImmutable(), new Quantity(units),
            _book.Inputs.Rules.Charges.Estimate(instrument, Side.Sell, price, today));
        _sources.Add(source);
        return source;
    }

    private SaleQueue Merge(List<SaleSource> sources, Quantity locked, DateOnly? unlocked)
    {
        var next = new int[sources.Count];

        // Alone a source has nobody to come before, and each rate asks for the tax of a year.
        var compares = sources.Count > 1;
        var rates = sources.Select(s => compares ? TaxRate(s, 0) : 0m).ToArray();
        var segments = ImmutableArray.CreateBuilder<SaleSegment>();
        var cap = 0m;
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
                return new SaleQueue(segments.ToImmutable(), cap, locked, unlocked);
            }

            var source = sources[best];
            var (lot, tax, underLoad) = source.Lots[next[best]];
            var value = lot.Remaining.Units * source.UnitValue;
            segments.Add(new SaleSegment(
                source, (MemberOfAccount[source.Account] * BucketCount) + tax.Bucket, value, tax.GainPerUnit / source.UnitValue,
                underLoad ? source.Instrument.ExitLoad!.Rate : 0m));
            cap += value;
            next[best]++;
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
