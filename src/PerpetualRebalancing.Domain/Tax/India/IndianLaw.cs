using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>The law of India for resident individuals (tax facts 1): which term and kind a lot's gain is of, and what a year of them
/// costs. Gains and losses are kept apart by kind, since the order of set-off belongs to the law.</summary>
public sealed class IndianLaw : ITaxLaw
{
    /// <summary>The month in which the tax year begins (s.3; from April 2026 s.3 of the act of 2025).</summary>
    public const int FirstMonth = 4;

    private readonly ClassTable _classes;
    private readonly int _shortLoss;
    private readonly int _longLoss;
    private readonly bool _convertsCostAtItsOwnMonth;

    /// <summary>Makes the law of its tables.</summary>
    /// <exception cref="ArgumentException">Two rows hold for one sale, or a row names a treatment that has no bucket.</exception>
    public IndianLaw(IndianTables tables)
    {
        Tables = tables;
        Buckets = [.. tables.Classes.Buckets.Select(b => new TaxBucket(b.Id, b.Name, b.Section))];
        _shortLoss = IndexOf(IndianGain.ShortLoss);
        _longLoss = IndexOf(IndianGain.LongLoss);
        _convertsCostAtItsOwnMonth = tables.Switches.Of(IndianSwitches.CostConversion).Value == IndianSwitches.Yes;
        _classes = new ClassTable(
            "The tax table of India", "config/tax/in.json",
            [.. tables.Classes.Classes.Select(row => new ClassEntry(row, BucketsOf(row.Long), BucketsOf(row.Short)))]);
    }

    /// <summary>The law as data.</summary>
    public IndianTables Tables { get; }

    /// <inheritdoc/>
    public string Id => "in";

    /// <inheritdoc/>
    public string Name => "India, resident individuals";

    /// <inheritdoc/>
    public Currency? Currency => Domain.Currency.Inr;

    /// <inheritdoc/>
    public TableAge Age => Tables.Age;

    /// <inheritdoc/>
    public ImmutableArray<TaxBucket> Buckets { get; }

    /// <inheritdoc/>
    public ImmutableArray<string> TaxClasses => _classes.TaxClasses;

    /// <inheritdoc/>
    public TaxYear YearOf(DateOnly day) => TaxYear.Of(day, FirstMonth);

    /// <inheritdoc/>
    public IMemberYear Open(YearLedger ledger) => OpenYear(ledger);

    /// <summary>Opens a member's year as the law's own type.</summary>
    /// <exception cref="ArgumentException">The profile is of another law, or an entry names a bucket it does not know or that its year has not.</exception>
    /// <exception cref="KeyNotFoundException">The tables do not hold the law of that year.</exception>
    public IndianYear OpenYear(YearLedger ledger) => ledger.Profile is TaxProfile.India profile
        ? new IndianYear(this, profile, ledger)
        : throw new ArgumentException($"{ledger.Member} is taxed under '{ledger.Profile.Law}', not under '{Id}'.");

    /// <inheritdoc/>
    public ImmutableArray<string> AssumptionsOf(Instrument instrument)
    {
        var rows = _classes.Of(instrument.TaxClass);
        if (rows.IsEmpty)
        {
            return [];
        }

        var tables = rows.Select(r => (IndianClassRow)r.Row).ToArray();
        var said = tables.Select(r => r.Note).OfType<string>()
            .Concat(tables.Select(r => r.Switch).OfType<string>().Select(s => Tables.Switches.Of(s).Says))
            .Select(sentence => $"{instrument.TaxClass}: {sentence}");
        if (instrument.Currency != Domain.Currency.Inr)
        {
            said = said.Append(Tables.Tt.IsEmpty
                ? "Gains in foreign currency are converted at the review's rate: config/tax/tt-rates.csv has no TT buying rates of SBI (rule 115)"
                : Tables.Switches.Of(IndianSwitches.CostConversion).Says);
        }

        if (instrument.FairValue2018 is null && rows.Any(r => r.Long.Any(b => Tables.Classes.Buckets[b].Gain == IndianGain.Long112A)))
        {
            said = said.Append(FormattableString.Invariant(
                $"Units acquired up to {Tables.GrandfatheredTo:yyyy-MM-dd} count at what was paid, since some instrument has no fairValue2018 (cautious)"));
        }

        return [.. said.Distinct(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public bool Deducts(string charge) => !Tables.NotDeducted.Contains(charge);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Price and cost are of different currencies.</exception>
    public LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale) => For(instrument, sale)(lot);

    /// <inheritdoc/>
    public Func<TaxLot, LotTax> For(Instrument instrument, SaleTerms sale)
    {
        var rows = _classes.On(instrument, sale.On);
        var currency = sale.Price.Currency;
        var atSale = currency == Domain.Currency.Inr ? null : Tables.Tt.For(currency, sale.On);
        var (value, charges) = (sale.Price.Amount * (atSale ?? sale.Rate), sale.ChargesPerUnit * (atSale ?? sale.Rate));
        return lot =>
        {
            if (lot.CostPerUnit.Currency != currency)
            {
                throw new InvalidOperationException(
                    $"Lot {lot.Id} cost {lot.CostPerUnit.Currency} and is priced in {currency}; convert its cost first.");
            }

            var (term, buckets) = rows.Classify(lot, lot.Acquired);
            var bucket = BucketOn(sale.On, buckets) ?? throw _classes.NoRow(lot, instrument, sale.On);
            var kind = Tables.Classes.Buckets[bucket];

            // An exit load is kept back from the consideration; other charges are spent on the transfer (s.48, from 2026 s.72).
            var load = instrument.LoadRate(lot.Acquired, sale.On);
            var consideration = load == 0m ? value : value * (1m - load);
            var proceeds = consideration - charges;
            var costRate = atSale is { } rate && _convertsCostAtItsOwnMonth ? Tables.Tt.For(currency, lot.Acquired) ?? rate : atSale ?? sale.Rate;
            var cost = lot.CostPerUnit.Amount * costRate;
            var deemed = cost;
            if (kind.IsIndexed)
            {
                deemed = cost * Tables.InflationOf(sale.On) / Tables.InflationOf(lot.Acquired);
            }
            else if (kind.Gain == IndianGain.Long112A && lot.Acquired <= Tables.GrandfatheredTo && instrument.FairValue2018 is { } fair)
            {
                deemed = Math.Max(cost, Math.Min(fair.Amount * costRate, consideration));
            }

            var isLoss = proceeds < deemed;
            return new LotTax(
                term, !isLoss ? bucket : kind.Gain is IndianGain.Long112 or IndianGain.Long112A ? _longLoss : _shortLoss, proceeds, cost, deemed);
        };
    }

    private int? BucketOn(DateOnly day, ImmutableArray<int> buckets)
    {
        foreach (var bucket in buckets)
        {
            if (Tables.Classes.Buckets[bucket].Covers(day))
            {
                return bucket;
            }
        }

        return null;
    }

    private int IndexOf(IndianGain gain)
    {
        var buckets = Tables.Classes.Buckets.Index().Where(b => b.Item.Gain == gain).ToArray();
        return buckets.Length == 1 ? buckets[0].Index : throw new ArgumentException($"There are {buckets.Length} buckets of {gain}; there must be one.");
    }

    private ImmutableArray<int> BucketsOf(string? treatment)
    {
        ImmutableArray<int> found = [.. Tables.Classes.Buckets.Index().Where(b => b.Item.Treatment == treatment).Select(b => b.Index)];
        return treatment is null || !found.IsEmpty ? found : throw new ArgumentException($"No bucket has the treatment '{treatment}'.");
    }
}
