using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

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
