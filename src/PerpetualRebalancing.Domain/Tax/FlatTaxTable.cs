using System.Collections.Frozen;
using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>Tax at flat rates by tax class, holding period and date (tax facts 1.1 to 1.3). It knows no exemption, no loss set-off
/// between rates and no surcharge, and says so in <see cref="Assumptions"/>.</summary>
/// <remarks>Every row has two buckets: twice its index for long-term gains, and the next one for all others.</remarks>
public sealed class FlatTaxTable : ITaxLaw
{
    private readonly FrozenDictionary<string, ImmutableArray<IndexedRow>> _byClass;
    private readonly decimal[] _rates;

    /// <summary>Makes the table.</summary>
    /// <param name="rows">The rows of all classes, in any order.</param>
    /// <param name="assumptions">What holds for the whole table; the rows' own notes follow.</param>
    /// <exception cref="ArgumentException">Two rows hold for one sale.</exception>
    public FlatTaxTable(ImmutableArray<FlatTaxRow> rows, ImmutableArray<string> assumptions)
    {
        foreach (var (index, row) in rows.Index())
        {
            if (rows.Take(index).FirstOrDefault(row.Overlaps) is { } other)
            {
                throw new ArgumentException(
                    $"Two rows of tax class '{row.TaxClass}' hold for the same sales: from {other.From:yyyy-MM-dd} and from {row.From:yyyy-MM-dd}.");
            }
        }

        Rows = rows;
        Buckets = [.. rows.SelectMany(BucketsOf)];
        TaxClasses = [.. rows.Select(row => row.TaxClass).Distinct(StringComparer.Ordinal)];
        Assumptions = [.. assumptions, .. rows.Where(row => row.Note is not null).Select(row => $"{row.TaxClass}: {row.Note}").Distinct()];
        _rates = [.. rows.SelectMany(row => new[] { row.LongRate, row.ShortRate })];

        // In order of transfer dates, so that one pass from a sale onwards finds the day a lot becomes long-term.
        _byClass = rows.Select((row, index) => new IndexedRow(row, index * 2)).GroupBy(item => item.Row.TaxClass)
            .ToFrozenDictionary(group => group.Key, group => group.OrderBy(item => item.Row.From).ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>The rows, in the order of the file.</summary>
    public ImmutableArray<FlatTaxRow> Rows { get; }

    /// <inheritdoc/>
    public string Id => "flat";

    /// <inheritdoc/>
    public string Name => "flat rates";

    /// <inheritdoc/>
    public Currency? Currency => null;

    /// <inheritdoc/>
    public TableAge Age => default;

    /// <inheritdoc/>
    public ImmutableArray<TaxBucket> Buckets { get; }

    /// <inheritdoc/>
    public ImmutableArray<string> TaxClasses { get; }

    /// <summary>What was assumed, and what is uncertain in the rows.</summary>
    public ImmutableArray<string> Assumptions { get; }

    /// <inheritdoc/>
    public TaxYear YearOf(DateOnly day) => TaxYear.Of(day, 1);

    /// <inheritdoc/>
    public ImmutableArray<string> AssumptionsOf(Instrument instrument) => [];

    /// <inheritdoc/>
    public IMemberYear Open(YearLedger ledger) => new FlatYear(this, _rates, ledger);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Price and cost are of different currencies.</exception>
    public LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale)
    {
        if (lot.CostPerUnit.Currency != sale.Price.Currency)
        {
            throw new InvalidOperationException(
                $"Lot {lot.Id} cost {lot.CostPerUnit.Currency} and is priced in {sale.Price.Currency}; convert its cost first.");
        }

        var (term, bucket) = Classify(lot, instrument, sale.On);
        var cost = lot.CostPerUnit.Amount * sale.Rate;
        return new LotTax(term, bucket, sale.Price.Amount * sale.Rate * (1m - instrument.LoadRate(lot.Acquired, sale.On)), cost, cost);
    }

    private (LotTerm Term, int Bucket) Classify(TaxLot lot, Instrument instrument, DateOnly tradeDate)
    {
        if (!_byClass.TryGetValue(instrument.TaxClass, out var rows))
        {
            throw new KeyNotFoundException(
                $"The tax table has no class '{instrument.TaxClass}' for {instrument.Id}; it has {string.Join(", ", _byClass.Keys.Order(StringComparer.Ordinal))}.");
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i].Row;
            if (!row.Covers(tradeDate) || !row.IsAbout(lot.Acquired))
            {
                continue;
            }

            return row.LongTermMonths is { } months && tradeDate >= HoldingPeriod.LongFrom(lot.HeldSince, months)
                ? (LotTerm.Long.Value, rows[i].LongBucket)
                : (NotLong(rows, i, lot.HeldSince), rows[i].LongBucket + 1);
        }

        throw new KeyNotFoundException(
            $"The tax table has no row of class '{instrument.TaxClass}' for a sale on {tradeDate:yyyy-MM-dd} of units acquired on "
            + $"{lot.Acquired:yyyy-MM-dd}. Add the law of that day to the tax files.");
    }

    private static IEnumerable<TaxBucket> BucketsOf(FlatTaxRow row)
    {
        var dates = row.AcquiredFrom is { } acquired ? $"{row.From:yyyy-MM-dd}/{acquired:yyyy-MM-dd}" : $"{row.From:yyyy-MM-dd}";
        yield return new TaxBucket(new BucketId($"{row.TaxClass}/long/{dates}"), $"{row.TaxClass}, long-term", row.Source);
        yield return new TaxBucket(new BucketId($"{row.TaxClass}/other/{dates}"), $"{row.TaxClass}, other", row.Source);
    }

    // A later row may shorten the period, or open it for what was never long-term before: then waiting has a value after all.
    private static LotTerm NotLong(ImmutableArray<IndexedRow> rows, int current, DateOnly acquired)
    {
        for (var i = current; i < rows.Length; i++)
        {
            var row = rows[i].Row;
            if (row.LongTermMonths is not { } months || !row.IsAbout(acquired))
            {
                continue;
            }

            var longFrom = HoldingPeriod.LongFrom(acquired, months);
            var first = longFrom > row.From ? longFrom : row.From;
            if (row.Covers(first))
            {
                return new LotTerm.Short(first);
            }
        }

        return LotTerm.NeverLong.Value;
    }

    private readonly record struct IndexedRow(FlatTaxRow Row, int LongBucket);
}
