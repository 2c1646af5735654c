using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>Tax at flat rates by tax class, holding period and date (tax facts 1.1 to 1.3). It knows no exemption, no loss set-off
/// between rates and no surcharge, and says so in <see cref="Assumptions"/>.</summary>
/// <remarks>Every row has two buckets: twice its index for long-term gains, and the next one for all others.</remarks>
public sealed class FlatTaxTable : ITaxLaw
{
    private readonly ClassTable _classes;
    private readonly decimal[] _rates;

    /// <summary>Makes the table.</summary>
    /// <param name="rows">The rows of all classes, in any order.</param>
    /// <param name="assumptions">What holds for the whole table; the rows' own notes follow.</param>
    /// <exception cref="ArgumentException">Two rows hold for one sale.</exception>
    public FlatTaxTable(ImmutableArray<FlatTaxRow> rows, ImmutableArray<string> assumptions)
    {
        _classes = new ClassTable(
            "The tax table", "the tax files", [.. rows.Select((row, index) => new ClassEntry(row, [index * 2], [(index * 2) + 1]))]);
        Rows = rows;
        Buckets = [.. rows.SelectMany(BucketsOf)];
        Assumptions = [.. assumptions, .. rows.Where(row => row.Note is not null).Select(row => $"{row.TaxClass}: {row.Note}").Distinct()];
        _rates = [.. rows.SelectMany(row => new[] { row.LongRate, row.ShortRate })];
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
    public ImmutableArray<string> TaxClasses => _classes.TaxClasses;

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

        var (term, buckets) = _classes.On(instrument, sale.On).Classify(lot, lot.HeldSince);
        var cost = lot.CostPerUnit.Amount * sale.Rate;
        return new LotTax(term, buckets[0], sale.Price.Amount * sale.Rate * (1m - instrument.LoadRate(lot.Acquired, sale.On)), cost, cost);
    }

    private static IEnumerable<TaxBucket> BucketsOf(FlatTaxRow row)
    {
        var dates = row.AcquiredFrom is { } acquired ? $"{row.From:yyyy-MM-dd}/{acquired:yyyy-MM-dd}" : $"{row.From:yyyy-MM-dd}";
        yield return new TaxBucket(new BucketId($"{row.TaxClass}/long/{dates}"), $"{row.TaxClass}, long-term", row.Source);
        yield return new TaxBucket(new BucketId($"{row.TaxClass}/other/{dates}"), $"{row.TaxClass}, other", row.Source);
    }
}
