using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>One answer to "what if this much were sold": sale, costs, tax, reserve top-up and the single forward fill, solved
/// together (semantics §4). Reused for many amounts; all amounts are base currency.</summary>
internal sealed class SaleTrial
{
    private const decimal Tolerance = Currency.MinorUnit / 100m;

    private readonly Book _book;
    private readonly SaleShelf _shelf;
    private readonly SaleQueue[] _queues;
    private readonly SaleGoal _goal;
    private readonly decimal _gap;
    private readonly decimal[] _caps;
    private readonly decimal[] _cash;
    private readonly uint[] _masks;
    private readonly decimal[] _net;
    private readonly decimal[] _gains;
    private readonly decimal[] _earlier;
    private readonly decimal[] _earlierTax;
    private readonly int[] _proceedsPool;
    private readonly decimal[] _memberNet;
    private readonly decimal[] _after;
    private readonly decimal[] _levels;
    private readonly decimal[] _pools;
    private readonly decimal[] _sourceValue;
    private readonly decimal[] _buyRate;
    private readonly decimal[] _fresh;
    private readonly decimal _value;
    private readonly bool _deploy;
    private (decimal Total, decimal End)? _last;
    private (decimal Total, decimal End)? _beforeLast;
    private bool _lastWithFixedCosts;

    public SaleTrial(Book book, SaleShelf shelf, SaleQueue[] queues, Waterfall waterfall, SaleGoal goal, BuyChoices choices, decimal[] earlier)
    {
        var accounts = book.Accounts.Length;
        var classes = book.Targets.Length;
        (_book, _shelf, _queues, _goal) = (book, shelf, queues, goal);
        _gap = waterfall.ReserveGap;
        _caps = queues.Select(q => q.Cap).ToArray();
        _value = book.Values.Sum();
        for (var i = 0; i < classes; i++)
        {
            // A class that is not overweight is not sold for drift, not even when what leaves the core would make it so.
            var isCandidate = goal == SaleGoal.Liquidity || book.Values[i] > book.Targets[i] * _value;
            _caps[i] = isCandidate ? Math.Min(_caps[i], book.Values[i]) : 0m;
        }

        // What its own account cannot place waits for a transfer and counts as not bought: proceeds are a pool of their own there.
        _proceedsPool = Enumerable.Range(0, accounts).ToArray();
        var masks = choices.Masks.ToList();
        foreach (var account in shelf.Sources.Select(s => s.Account).Distinct().Where(a => choices.OwnMasks[a] != choices.Masks[a]))
        {
            _proceedsPool[account] = masks.Count;
            masks.Add(choices.OwnMasks[account]);
        }

        _masks = [.. masks];
        _cash = new decimal[_masks.Length];
        choices.PoolCash(book, waterfall.Core).CopyTo(_cash, 0);
        _fresh = _cash.ToArray();
        _buyRate = choices.CostRates;
        _deploy = book.Policy.Buy.Surplus == Policy.SurplusPolicy.Deploy;
        _net = new decimal[accounts];
        _pools = new decimal[_masks.Length];
        (_earlier, _earlierTax) = (earlier, shelf.Tax(earlier));
        _gains = new decimal[earlier.Length];
        _memberNet = new decimal[shelf.Members.Length];
        _after = new decimal[classes];
        _levels = new decimal[classes];
        _sourceValue = new decimal[Math.Max(1, shelf.Sources.Count)];
        Sales = new decimal[classes];
        Buys = new decimal[classes];
        Ends = new decimal[classes];
    }

    /// <summary>What is sold of each class.</summary>
    public decimal[] Sales { get; }

    /// <summary>What is bought of each class.</summary>
    public decimal[] Buys { get; }

    /// <summary>Value of each class at the end.</summary>
    public decimal[] Ends { get; }

    /// <summary>The most that can be sold of each class.</summary>
    public decimal[] Caps => _caps;

    /// <summary>What was really sold: less than asked when the limits do not allow it.</summary>
    public decimal Sold { get; private set; }

    /// <summary>U, a fraction.</summary>
    public decimal Level { get; private set; }

    /// <summary>Value of all classes at the end.</summary>
    public decimal EndValue { get; private set; }

    /// <summary>Portfolio drift at the end, a fraction.</summary>
    public decimal EndDrift { get; private set; }

    /// <summary>Proceeds after costs and tax.</summary>
    public decimal Net { get; private set; }

    /// <summary>What of the proceeds goes to the liquidity reserve.</summary>
    public decimal ToReserve { get; private set; }

    /// <summary>One bit per source that sells something, and how many cliffs of the tax law the members are over.</summary>
    public (ulong Sources, int TaxPieces) Touched { get; private set; }

    /// <summary>Tries a total.</summary>
    /// <param name="total">What to sell, before costs and tax.</param>
    /// <param name="withFixedCosts">False leaves out the costs that jump when a new leg starts, so that the answer is continuous.</param>
    public void Run(decimal total, bool withFixedCosts = true)
    {
        if (_last is { } last && last.Total == total && _lastWithFixedCosts == withFixedCosts)
        {
            return;
        }

        var end = Settle(Math.Max(0m, GuessEnd(total)), total, withFixedCosts);
        total = Math.Min(total, Sold);
        (_beforeLast, _last, _lastWithFixedCosts) = (_last is { } previous && previous.Total != total ? previous : _beforeLast, (total, end), withFixedCosts);
        EndValue = end;

        // Selling the whole portfolio is no way to bring its drift down.
        EndDrift = end > 0m ? 0m : 1m;
        for (var i = 0; end > 0m && i < Ends.Length; i++)
        {
            EndDrift += Math.Max(0m, (Ends[i] / end) - _book.Targets[i]);
        }
    }

    /// <summary>The end value is nearly straight in the total, so the line through the last two answers mostly needs one look.</summary>
    private decimal GuessEnd(decimal total) => (_last, _beforeLast) switch
    {
        ({ } last, { } before) when last.Total != before.Total =>
            last.End + ((total - last.Total) * ((last.End - before.End) / (last.Total - before.Total))),
        ({ } last, _) => last.End - ((total - last.Total) * 0.05m),
        _ => _value + _cash.Sum() - (_goal == SaleGoal.Liquidity ? Math.Min(total, _value) : 0m),
    };

    /// <summary>Finds the end value that the sale judged by it really leaves. What it leaves grows by less than what it was judged by,
    /// hardly less when the proceeds leave the core, so the difference falls and its only root is found by secants inside a bracket.</summary>
    private decimal Settle(decimal end, decimal total, bool withFixedCosts)
    {
        (decimal End, decimal Miss)? before = null;
        decimal? low = null;
        decimal? high = null;
        for (var pass = 1; ; pass++)
        {
            var miss = EndAfter(end, total, withFixedCosts) - end;
            if (Math.Abs(miss) <= Tolerance)
            {
                return end + miss;
            }

            low = miss > 0m ? end : low;
            high = miss > 0m ? high : end;
            if (high - low <= Tolerance)
            {
                // A fixed cost that comes and goes with the last paisa: the side with the smaller value pays it.
                return EndAfter(high!.Value, total, withFixedCosts);
            }

            var next = before is { } b && (miss - b.Miss) / (end - b.End) is < 0m and var slope ? end - (miss / slope) : end + miss;
            if (low is { } l && high is { } h && (next <= l || next >= h || pass % 4 == 0))
            {
                next = l + ((h - l) / 2m);
            }

            before = (end, miss);
            end = Math.Max(0m, next);
        }
    }

    private decimal EndAfter(decimal end, decimal total, bool withFixedCosts)
    {
        var fill = ReverseFill.Solve(_book.Values, _book.Targets, _caps, total, end, Sales, belowTarget: _goal == SaleGoal.Liquidity);
        (Sold, Level) = (fill.Sold, fill.Level);
        Proceed(withFixedCosts);
        return _goal == SaleGoal.Liquidity ? Keep() : Reinvest();
    }

    /// <summary>Walks each class's queue and books proceeds, costs and gains.</summary>
    private void Proceed(bool withFixedCosts)
    {
        Array.Clear(_net);
        _earlier.CopyTo(_gains, 0);
        Array.Clear(_sourceValue);
        Touched = default;
        for (var c = 0; c < Sales.Length; c++)
        {
            var left = Sales[c];
            foreach (var segment in _queues[c].Segments)
            {
                if (left <= 0m)
                {
                    break;
                }

                var value = Math.Min(left, segment.Value);
                left -= value;
                _gains[segment.Channel] += value * segment.GainRate;
                _sourceValue[segment.Source.Index] += value;
                _net[segment.Source.Account] += value * (1m - segment.LoadRate);
            }
        }

        foreach (var source in _shelf.Sources)
        {
            var value = _sourceValue[source.Index];
            if (value > 0m)
            {
                Touched = Touched with { Sources = Touched.Sources | (1UL << (source.Index & 63)) };
                var fx = _book.Accounts[source.Account].Fx;
                _net[source.Account] -= withFixedCosts ? source.Charges.On(value / fx) * fx : value * source.Charges.Rate;
            }
        }

        PayTax();
    }

    /// <summary>Sets each member's tax aside out of the proceeds of that member's accounts, in proportion; a loss that saves tax of the
    /// year is no cash of today.</summary>
    private void PayTax()
    {
        Array.Clear(_memberNet);
        for (var a = 0; a < _net.Length; a++)
        {
            _memberNet[_shelf.MemberOfAccount[a]] += Math.Max(0m, _net[a]);
        }

        for (var m = 0; m < _memberNet.Length; m++)
        {
            if (_memberNet[m] <= 0m)
            {
                continue;
            }

            var gains = _gains.AsSpan(m * _shelf.BucketCount, _shelf.BucketCount);
            Touched = Touched with { TaxPieces = Touched.TaxPieces + _book.Tax.Piece(_shelf.Members[m], gains) };
            var tax = Math.Max(0m, _book.Tax.Tax(_shelf.Members[m], gains) - _earlierTax[m]);
            for (var a = 0; a < _net.Length; a++)
            {
                if (_shelf.MemberOfAccount[a] == m && _net[a] > 0m)
                {
                    _net[a] -= tax * _net[a] / _memberNet[m];
                }
            }
        }

        Net = _net.Sum();
    }

    private decimal Keep()
    {
        for (var i = 0; i < Ends.Length; i++)
        {
            Ends[i] = _book.Values[i] - Sales[i];
            Buys[i] = 0m;
        }

        ToReserve = Net;
        return _value - Sold;
    }

    /// <summary>The reserve takes the first rupees, the rest joins the fresh cash in one forward fill.</summary>
    private decimal Reinvest()
    {
        var gap = _gap;
        _cash.CopyTo(_pools, 0);
        for (var a = 0; a < _net.Length; a++)
        {
            var toReserve = Math.Min(gap, Math.Max(0m, _net[a]));
            gap -= toReserve;
            _pools[_proceedsPool[a]] += Math.Max(0m, _net[a]) - toReserve;
        }

        ToReserve = _gap - gap;

        for (var i = 0; i < _after.Length; i++)
        {
            _after[i] = _book.Values[i] - Sales[i];
        }

        PooledFill.SolveTotals(new PoolProblem<decimal>(_after, _book.Targets, _pools, _masks, _deploy ? _fresh : default), Buys, _levels);
        var end = 0m;
        for (var i = 0; i < Ends.Length; i++)
        {
            Ends[i] = _after[i] + (Buys[i] / (1m + _buyRate[i]));
            end += Ends[i];
        }

        return end;
    }
}
