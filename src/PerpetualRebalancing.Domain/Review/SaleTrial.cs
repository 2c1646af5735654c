using System.Numerics;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>One answer to "what if this much were sold": sale, costs, tax, reserve top-up and the single forward fill, solved
/// together (semantics §4). Reused for many amounts; all amounts are base currency.</summary>
/// <typeparam name="T"><see langword="decimal"/> for what is ordered, <see langword="double"/> to look for it.</typeparam>
internal sealed class SaleTrial<T>
    where T : unmanaged, INumber<T>
{
    private static readonly T Two = T.CreateChecked(2);
    private static readonly T Four = T.CreateChecked(4);

    private readonly SaleCase _case;
    private readonly SaleLayout<T> _given;
    private readonly T[] _net;
    private readonly T[] _gains;
    private readonly T[] _memberNet;
    private readonly T[] _after;
    private readonly T[] _buys;
    private readonly T[] _levels;
    private readonly T[] _pools;
    private readonly T[] _sold;
    private readonly decimal[] _taxed;
    private readonly bool _deploy;
    private (T Total, T End)? _last;
    private (T Total, T End)? _beforeLast;
    private bool _lastWithFixedCosts;

    public SaleTrial(SaleCase sale)
    {
        (_case, _given) = (sale, new SaleLayout<T>(sale));
        _deploy = sale.Book.Policy.Buy.Surplus == Policy.SurplusPolicy.Deploy;
        var classes = _given.Values.Length;
        _net = new T[sale.Book.Accounts.Length];
        _gains = new T[_given.Earlier.Length];
        _memberNet = new T[_given.EarlierTax.Length];
        _taxed = new decimal[sale.Shelf.BucketCount];
        (_after, _buys, _levels) = (new T[classes], new T[classes], new T[classes]);
        _pools = new T[_given.Cash.Length];
        _sold = new T[_given.Costs.Length];
        (Sales, Ends) = (new T[classes], new T[classes]);
    }

    /// <summary>What is sold of each class.</summary>
    public T[] Sales { get; }

    /// <summary>Value of each class at the end.</summary>
    public T[] Ends { get; }

    /// <summary>What was really sold: less than asked when the limits do not allow it.</summary>
    public T Sold { get; private set; }

    /// <summary>U, a fraction.</summary>
    public T Level { get; private set; }

    /// <summary>Value of all classes at the end.</summary>
    public T EndValue { get; private set; }

    /// <summary>Portfolio drift at the end, a fraction.</summary>
    public T EndDrift { get; private set; }

    /// <summary>Proceeds after costs and tax.</summary>
    public T Net { get; private set; }

    /// <summary>What of the proceeds goes to the liquidity reserve.</summary>
    public T ToReserve { get; private set; }

    /// <summary>One bit per source that sells something, and how many cliffs of the tax law the members are over.</summary>
    public (ulong Sources, int TaxPieces) Touched { get; private set; }

    /// <summary>Tries a total.</summary>
    /// <param name="total">What to sell, before costs and tax.</param>
    /// <param name="withFixedCosts">False leaves out the costs that jump when a new leg starts, so that the answer is continuous.</param>
    /// <param name="end">A guess of the value of all classes at the end; null asks for one from earlier answers.</param>
    public void Run(decimal total, bool withFixedCosts, T? end = null)
    {
        var asked = T.CreateTruncating(total);
        withFixedCosts &= _case.HasFixedCosts;
        if (_last is { } last && last.Total == asked && _lastWithFixedCosts == withFixedCosts)
        {
            return;
        }

        EndValue = Settle(T.Max(_given.Least, end ?? GuessEnd(asked)), asked, withFixedCosts);

        // The same sale has the same end, however much more was asked for.
        var answer = T.Min(asked, Sold);
        (_beforeLast, _last, _lastWithFixedCosts) =
            (_last is { } previous && previous.Total != answer ? previous : _beforeLast, (answer, EndValue), withFixedCosts);

        // Selling the whole portfolio is no way to bring its drift down.
        EndDrift = EndValue > T.Zero ? T.Zero : T.One;
        for (var i = 0; EndValue > T.Zero && i < Ends.Length; i++)
        {
            var drift = (Ends[i] / EndValue) - _given.Targets[i];
            EndDrift += drift > T.Zero ? drift : T.Zero;
        }
    }

    /// <summary>The end value is nearly straight in the total, so the line through the last two answers mostly needs one look.</summary>
    private T GuessEnd(T total)
    {
        if (_last is not { } last)
        {
            var end = _case.Goal == SaleGoal.Liquidity ? _given.Value - T.Min(total, _given.Value) : _given.Value;
            foreach (var cash in _given.Cash)
            {
                end += cash;
            }

            return end;
        }

        return _beforeLast is { } before && before.Total != last.Total
            ? last.End + ((total - last.Total) * ((last.End - before.End) / (last.Total - before.Total)))
            : last.End;
    }

    /// <summary>Finds the end value that the sale judged by it really leaves. What it leaves grows by less than what it was judged by,
    /// hardly less when the proceeds leave the core, so the difference falls and its root is found by secants inside a bracket.</summary>
    private T Settle(T end, T total, bool withFixedCosts)
    {
        (T End, T Miss)? before = null;
        T? low = null;
        (T End, T Miss)? high = null;
        for (var pass = 1; ; pass++)
        {
            var miss = EndAfter(end, total, withFixedCosts) - end;
            var isRoot = T.Abs(miss) <= _given.Tolerance;
            if ((isRoot && !IsOneOfMany(end, total, high)) || (end == _given.Least && miss <= T.Zero))
            {
                return end + miss;
            }

            low = isRoot || miss > T.Zero ? end : low;
            high = isRoot || miss > T.Zero ? high : (end, miss);
            if (high?.End - low <= _given.Tolerance)
            {
                // A fixed cost that comes and goes with the last paisa: the side with the smaller value pays it.
                return EndAfter(high!.Value.End, total, withFixedCosts);
            }

            var next = end + miss;
            if (before is { } b && (miss - b.Miss) / (end - b.End) is var slope && slope < T.Zero)
            {
                next = end - (miss / slope);
            }

            if (low is { } l && high is { } h && (next <= l || next >= h.End || pass % 4 == 0))
            {
                next = l + ((h.End - l) / Two);
            }

            before = (end, miss);
            end = T.Max(_given.Least, next);
        }
    }

    /// <summary>When more is asked for than the limits allow and the proceeds have nowhere to go, every smaller portfolio leaves itself:
    /// only the largest is meant. Far below it the difference has hardly changed.</summary>
    private bool IsOneOfMany(T end, T total, (T End, T Miss)? high) => Sold < total && high is { } h && -h.Miss * Four < h.End - end;

    private T EndAfter(T end, T total, bool withFixedCosts)
    {
        var fill = ReverseFill.Solve<T>(_given.Values, _given.Targets, _given.Caps, total, end, Sales, belowTarget: _case.Goal == SaleGoal.Liquidity);
        (Sold, Level) = (fill.Sold, fill.Level);
        Proceed(withFixedCosts);
        return _case.Goal == SaleGoal.Liquidity ? Keep() : Reinvest();
    }

    /// <summary>Walks each class's queue and books proceeds, costs and gains.</summary>
    private void Proceed(bool withFixedCosts)
    {
        Array.Clear(_net);
        Array.Clear(_sold);
        _given.Earlier.CopyTo(_gains, 0);
        Touched = default;
        for (var c = 0; c < Sales.Length; c++)
        {
            var left = Sales[c];
            foreach (ref readonly var run in _given.Runs[c].AsSpan())
            {
                if (left <= T.Zero)
                {
                    break;
                }

                var isWhole = left >= run.Value;
                var value = isWhole ? run.Value : left;
                _gains[run.Channel] += isWhole ? run.Gain : _given.GainOn(in run, left);
                _sold[run.Source] += value;
                _net[run.Account] += value * run.Kept;
                left -= value;
            }
        }

        for (var s = 0; s < _sold.Length; s++)
        {
            if (_sold[s] > T.Zero)
            {
                Touched = Touched with { Sources = Touched.Sources | (1UL << (s & 63)) };
                ref readonly var cost = ref _given.Costs[s];
                var proportional = _sold[s] * cost.Rate;
                _net[cost.Account] -= !withFixedCosts ? proportional : T.Max(proportional, cost.Minimum) + cost.Fixed;
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
            _memberNet[_case.Shelf.MemberOfAccount[a]] += T.Max(T.Zero, _net[a]);
        }

        for (var m = 0; m < _memberNet.Length; m++)
        {
            if (_memberNet[m] <= T.Zero)
            {
                continue;
            }

            var tax = T.Max(T.Zero, Tax(m) - _given.EarlierTax[m]);
            for (var a = 0; a < _net.Length; a++)
            {
                if (_case.Shelf.MemberOfAccount[a] == m && _net[a] > T.Zero)
                {
                    _net[a] -= tax * _net[a] / _memberNet[m];
                }
            }
        }

        Net = T.Zero;
        foreach (var net in _net)
        {
            Net += net;
        }
    }

    private T Tax(int member)
    {
        for (var b = 0; b < _taxed.Length; b++)
        {
            _taxed[b] = decimal.CreateTruncating(_gains[(member * _taxed.Length) + b]);
        }

        var (law, taxpayer) = (_case.Book.Tax, _case.Shelf.Members[member]);
        Touched = Touched with { TaxPieces = Touched.TaxPieces + law.Piece(taxpayer, _taxed) };
        return T.CreateTruncating(law.Tax(taxpayer, _taxed));
    }

    private T Keep()
    {
        for (var i = 0; i < Ends.Length; i++)
        {
            Ends[i] = _given.Values[i] - Sales[i];
        }

        ToReserve = Net;
        return _given.Value - Sold;
    }

    /// <summary>The reserve takes the first rupees, the rest joins the fresh cash in one forward fill.</summary>
    private T Reinvest()
    {
        var gap = _given.Gap;
        _given.Cash.CopyTo(_pools, 0);
        for (var a = 0; a < _net.Length; a++)
        {
            var net = T.Max(T.Zero, _net[a]);
            var toReserve = gap < net ? gap : net;
            gap -= toReserve;
            _pools[_case.ProceedsPool[a]] += net - toReserve;
        }

        ToReserve = _given.Gap - gap;
        for (var i = 0; i < _after.Length; i++)
        {
            _after[i] = _given.Values[i] - Sales[i];
        }

        PooledFill.SolveTotals(new PoolProblem<T>(_after, _given.Targets, _pools, _case.Masks, _deploy ? _given.Cash : default), _buys, _levels);
        var end = T.Zero;
        for (var i = 0; i < Ends.Length; i++)
        {
            Ends[i] = _buys[i] > T.Zero ? _after[i] + (_buys[i] / (T.One + _given.BuyRates[i])) : _after[i];
            end += Ends[i];
        }

        return end;
    }
}
