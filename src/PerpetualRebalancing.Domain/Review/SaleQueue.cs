using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>One instrument in one account that may be sold, and the lots that policy and law allow. Amounts are base currency.</summary>
internal sealed class SaleSource
{
    /// <param name="index">Its number in the review.</param>
    /// <param name="account">Index of the account.</param>
    /// <param name="instrument">What is sold.</param>
    /// <param name="price">Its price, in its currency.</param>
    /// <param name="unitValue">Its price in base currency.</param>
    /// <param name="lots">What may be sold of its lots, in the order of the account's method; at least one.</param>
    /// <param name="charges">The smooth form of what a sale costs.</param>
    public SaleSource(
        int index, int account, Instrument instrument, UnitPrice price, decimal unitValue, ImmutableArray<SellableLot> lots, ChargeEstimate charges)
    {
        (Index, Account, Instrument, Price, UnitValue, Lots, Charges) = (index, account, instrument, price, unitValue, lots, charges);
        (ValueUpTo, GainUpTo) = (new decimal[lots.Length + 1], new decimal[lots.Length + 1]);
        var units = 0m;
        for (var i = 0; i < lots.Length; i++)
        {
            ref readonly var lot = ref lots.ItemRef(i);
            var remaining = lot.Lot.Remaining.Units;
            units += remaining;
            ValueUpTo[i + 1] = ValueUpTo[i] + (remaining * unitValue);
            GainUpTo[i + 1] = GainUpTo[i] + (remaining * lot.Tax.GainPerUnit);
        }

        Units = new Quantity(units);
    }

    /// <summary>Its number in the review: a bit of the mask of sources that a sale touches.</summary>
    public int Index { get; }

    /// <summary>Index of the account.</summary>
    public int Account { get; }

    /// <summary>What is sold.</summary>
    public Instrument Instrument { get; }

    /// <summary>Its price, in its currency.</summary>
    public UnitPrice Price { get; }

    /// <summary>Its price in base currency.</summary>
    public decimal UnitValue { get; }

    /// <summary>What may be sold of its lots, in the order of the account's method.</summary>
    public ImmutableArray<SellableLot> Lots { get; }

    /// <summary>Units in them.</summary>
    public Quantity Units { get; }

    /// <summary>The smooth form of what a sale costs.</summary>
    public ChargeEstimate Charges { get; }

    /// <summary>What the first so many lots are worth; one entry more than lots.</summary>
    public decimal[] ValueUpTo { get; }

    /// <summary>The gain on the first so many lots, losses negative; one entry more than lots.</summary>
    public decimal[] GainUpTo { get; }
}

/// <summary>Lots of one source that follow each other in the order in which a class is sold, whose gain is of one kind.</summary>
/// <param name="Source">Whose lots.</param>
/// <param name="First">Index of the first.</param>
/// <param name="End">Index after the last.</param>
/// <param name="Channel">Where their gain is counted: member × buckets + bucket.</param>
/// <param name="LoadRate">The exit load, as a fraction of the proceeds.</param>
internal readonly record struct SaleRun(SaleSource Source, int First, int End, int Channel, decimal LoadRate)
{
    /// <summary>What they are worth, base currency.</summary>
    public decimal Value => Source.ValueUpTo[End] - Source.ValueUpTo[First];
}

/// <summary>What can be sold of one class, in the order it is sold: instruments tagged Sell first, then least tax per rupee raised,
/// then declared order; FIFO inside each account and instrument (semantics §4).</summary>
internal sealed record SaleQueue(ImmutableArray<SaleRun> Runs, decimal Cap, Quantity LockedUnits, DateOnly? FirstUnlocked)
{
    /// <summary>Nothing can be sold.</summary>
    public static readonly SaleQueue Nothing = new([], 0m, Quantity.Zero, null);

    /// <summary>The sources, in the order in which they are first sold.</summary>
    public IEnumerable<SaleSource> Sources => Runs.Select(r => r.Source).Distinct();

    /// <summary>What each source sells when so much of the class is sold, base currency: a source's runs may alternate with another's,
    /// and it sells the sum of its own.</summary>
    public List<(SaleSource Source, decimal Value)> Sold(decimal sale)
    {
        var sold = new List<(SaleSource Source, decimal Value)>();
        foreach (var run in Runs)
        {
            if (sale <= 0m)
            {
                break;
            }

            var value = Math.Min(sale, run.Value);
            sale -= value;
            var at = sold.FindIndex(s => s.Source == run.Source);
            if (at < 0)
            {
                sold.Add((run.Source, value));
            }
            else
            {
                sold[at] = (run.Source, sold[at].Value + value);
            }
        }

        return sold;
    }
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
        AccountView account, Instrument instrument, ImmutableArray<TaxLot> all, bool longTermOnly, ref decimal locked, ref DateOnly? unlocked)
    {
        var today = _book.Inputs.Read.Today;
        var price = _book.QuoteOf(instrument.Id).Price;
        var inOrder = LotOrder.Of(_book.Tax, account.Account, instrument, all, new SaleTerms(price, account.Fx, today));
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

        var lots = some?.DrainToImmutable() ?? inOrder;
        if (lots.IsEmpty)
        {
            return null;
        }

        var source = new SaleSource(
            _sources.Count, account.Index, instrument, price, price.Amount * account.Fx, lots,
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
