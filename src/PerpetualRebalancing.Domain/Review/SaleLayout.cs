using System.Numerics;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>A <see cref="SaleRun"/> in the number type of a trial.</summary>
/// <param name="Source">Index of its source.</param>
/// <param name="Account">Index of its account.</param>
/// <param name="Channel">Where its gain is counted.</param>
/// <param name="First">Index of its first lot.</param>
/// <param name="End">Index after its last lot.</param>
/// <param name="Value">What it is worth, base currency.</param>
/// <param name="Gain">Its gain, base currency.</param>
/// <param name="Kept">What the exit load leaves of a unit of value.</param>
internal readonly record struct SaleRun<T>(int Source, int Account, int Channel, int First, int End, T Value, T Gain, T Kept);

/// <summary>What a sale of one source costs, base currency.</summary>
/// <param name="Account">Index of its account.</param>
/// <param name="Rate">Fraction of the value.</param>
/// <param name="Fixed">Whatever the size.</param>
/// <param name="Minimum">Smallest proportional part.</param>
internal readonly record struct SaleCost<T>(int Account, T Rate, T Fixed, T Minimum);

/// <summary>A <see cref="SaleCase"/> in the number type of a trial; amounts are base currency.</summary>
internal sealed class SaleLayout<T>
    where T : unmanaged, INumber<T>
{
    public SaleLayout(SaleCase sale)
    {
        Runs = Array.ConvertAll(sale.Queues, RunsOf);
        ValueUpTo = [.. sale.Shelf.Sources.Select(s => Convert(s.ValueUpTo))];
        GainUpTo = [.. sale.Shelf.Sources.Select(s => Convert(s.GainUpTo))];
        Costs = CostsOf(sale);
        (Values, Targets, Caps) = (Convert(sale.Book.Values), Convert(sale.Book.Targets), Convert(sale.Caps));
        (Cash, BuyRates) = (Convert(sale.Cash), Convert(sale.BuyRates));
        (Earlier, EarlierTax) = (Convert(sale.Earlier), Convert(sale.EarlierTax));
        (Gap, Value) = (T.CreateTruncating(sale.Gap), T.CreateTruncating(sale.Value));

        // Binary numbers of a large portfolio are coarser than a hundredth of a minor unit.
        Tolerance = T.CreateTruncating((Currency.MinorUnit / 100m) + (typeof(T) == typeof(decimal) ? 0m : sale.Value * 1e-12m));

        // Where proceeds have nowhere to go, selling down to target never ends; of nothing there is no drift.
        Least = T.CreateTruncating(sale.Goal == SaleGoal.Drift ? Currency.MinorUnit : 0m);
    }

    /// <summary>Each class's queue.</summary>
    public SaleRun<T>[][] Runs { get; }

    /// <summary>What the first so many lots of each source are worth.</summary>
    public T[][] ValueUpTo { get; }

    /// <summary>The gain on the first so many lots of each source.</summary>
    public T[][] GainUpTo { get; }

    /// <summary>Each source's costs.</summary>
    public SaleCost<T>[] Costs { get; }

    /// <summary>Value of each class before the sale.</summary>
    public T[] Values { get; }

    /// <summary>Target of each class, a fraction.</summary>
    public T[] Targets { get; }

    /// <summary>The most that can be sold of each class.</summary>
    public T[] Caps { get; }

    /// <summary>Fresh core cash of each pool.</summary>
    public T[] Cash { get; }

    /// <summary>Proportional cost of buying each class, a fraction.</summary>
    public T[] BuyRates { get; }

    /// <summary>Gains of sales before this one, by member and bucket.</summary>
    public T[] Earlier { get; }

    /// <summary>Their tax, by member.</summary>
    public T[] EarlierTax { get; }

    /// <summary>What the reserve lacks.</summary>
    public T Gap { get; }

    /// <summary>Value of all classes before the sale.</summary>
    public T Value { get; }

    /// <summary>How near to what it was judged by a sale must end.</summary>
    public T Tolerance { get; }

    /// <summary>The smallest end value that a sale is judged by.</summary>
    public T Least { get; }

    /// <summary>The gain on the first part of a run, base currency: whole lots, and of the last one a share.</summary>
    /// <param name="run">The run.</param>
    /// <param name="part">What is sold of it, less than all of it.</param>
    public T GainOn(in SaleRun<T> run, T part)
    {
        var (values, gains) = (ValueUpTo[run.Source], GainUpTo[run.Source]);
        var at = values[run.First] + part;
        var (lot, after) = (run.First, run.End);
        while (after - lot > 1)
        {
            var middle = lot + ((after - lot) / 2);
            (lot, after) = values[middle] <= at ? (middle, after) : (lot, middle);
        }

        // Between binary numbers of a large portfolio a very small lot may be worth nothing.
        var whole = gains[lot] - gains[run.First];
        var size = values[after] - values[lot];
        return size > T.Zero ? whole + ((at - values[lot]) * (gains[after] - gains[lot]) / size) : whole;
    }

    // Decimals are what they are made from, and nothing writes to them.
    private static T[] Convert(decimal[] amounts) => amounts is T[] same ? same : Array.ConvertAll(amounts, T.CreateTruncating);

    private static SaleRun<T>[] RunsOf(SaleQueue queue)
    {
        var runs = new SaleRun<T>[queue.Runs.Length];
        for (var i = 0; i < runs.Length; i++)
        {
            var run = queue.Runs[i];
            runs[i] = new SaleRun<T>(
                run.Source.Index, run.Source.Account, run.Channel, run.First, run.End, T.CreateTruncating(run.Value),
                T.CreateTruncating(run.Source.GainUpTo[run.End] - run.Source.GainUpTo[run.First]), T.CreateTruncating(1m - run.LoadRate));
        }

        return runs;
    }

    private static SaleCost<T>[] CostsOf(SaleCase sale)
    {
        var costs = new SaleCost<T>[sale.Shelf.Sources.Count];
        for (var i = 0; i < costs.Length; i++)
        {
            var source = sale.Shelf.Sources[i];
            var fx = sale.Book.Accounts[source.Account].Fx;
            costs[i] = new SaleCost<T>(
                source.Account, T.CreateTruncating(source.Charges.Rate), T.CreateTruncating(source.Charges.Fixed * fx),
                T.CreateTruncating(source.Charges.Minimum * fx));
        }

        return costs;
    }
}
