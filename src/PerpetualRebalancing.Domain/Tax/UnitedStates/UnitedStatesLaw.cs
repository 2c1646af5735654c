using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>The law of the United States on an individual's capital gains (tax facts 3), by the tables of config/tax/us.json.</summary>
public sealed class UnitedStatesLaw : ITaxLaw
{
    /// <summary>Index of the bucket of short-term gains.</summary>
    public const int Short = 0;

    /// <summary>Index of the bucket of long-term gains.</summary>
    public const int Long = 1;

    /// <summary>Index of the bucket of long-term gains on collectibles.</summary>
    public const int Collectible = 2;

    private readonly Dictionary<string, Dated<GainRule>[]> _classes;

    /// <summary>Makes the law.</summary>
    /// <exception cref="ArgumentException">Two rows of one figure hold for one day.</exception>
    public UnitedStatesLaw(UnitedStatesTables tables)
    {
        Tables = tables;
        _classes = tables.Classes.GroupBy(c => c.TaxClass).ToDictionary(
            group => group.Key, group => group.Select(c => c.Rule).ToArray(), StringComparer.Ordinal);
        TaxClasses = [.. tables.Classes.Select(c => c.TaxClass).Distinct(StringComparer.Ordinal)];
        Switches = [tables.SameIndexIsIdentical.Says, tables.FamilyBuysForEachOther.Says, tables.GrossUpByStandardDeduction.Says];
    }

    /// <summary>The figures.</summary>
    public UnitedStatesTables Tables { get; }

    /// <inheritdoc/>
    public string Id => "us";

    /// <inheritdoc/>
    public string Name => "United States";

    /// <inheritdoc/>
    public Currency? Currency => Usd;

    /// <inheritdoc/>
    public TableAge Age => Tables.Age;

    /// <inheritdoc/>
    public ImmutableArray<TaxBucket> Buckets { get; } =
    [
        new(new BucketId("short"), "Short-term", "s.1222(1); Form 8949 Part I"),
        new(new BucketId("long"), "Long-term", "s.1222(3); Form 8949 Part II"),
        new(new BucketId("collectible"), "Long-term, collectibles", "s.1(h)(5); Form 8949 Part II code C"),
    ];

    /// <inheritdoc/>
    public ImmutableArray<string> TaxClasses { get; }

    /// <summary>The sentences of the switches.</summary>
    internal ImmutableArray<string> Switches { get; }

    /// <summary>The currency of all of its amounts.</summary>
    internal Currency Usd { get; } = Domain.Currency.Usd;

    /// <inheritdoc/>
    public TaxYear YearOf(DateOnly day) => TaxYear.Of(day, 1);

    /// <inheritdoc/>
    public IMemberYear Open(YearLedger ledger) => new UnitedStatesYear(this, ledger);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Price and cost are of different currencies.</exception>
    public LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale)
    {
        if (lot.CostPerUnit.Currency != sale.Price.Currency)
        {
            throw new InvalidOperationException(
                $"Lot {lot.Id} cost {lot.CostPerUnit.Currency} and is priced in {sale.Price.Currency}; convert its cost first.");
        }

        var rule = RuleOf(instrument, sale.On);
        var longFrom = HoldingPeriod.LongFrom(lot.HeldSince, rule.LongTermMonths);
        var isLong = sale.On >= longFrom;
        var cost = lot.CostPerUnit.Amount * sale.Rate;
        return new LotTax(
            isLong ? LotTerm.Long.Value : new LotTerm.Short(longFrom),
            !isLong ? Short : rule.IsCollectible ? Collectible : Long,
            ((sale.Price.Amount * (1m - instrument.LoadRate(lot.Acquired, sale.On))) - sale.ChargesPerUnit) * sale.Rate, cost, cost);
    }

    /// <inheritdoc/>
    public ImmutableArray<string> AssumptionsOf(Instrument instrument) =>
        _classes.TryGetValue(instrument.TaxClass, out var rows) ? [.. rows.Select(r => r.Note).OfType<string>()] : [];

    /// <inheritdoc/>
    public WashSaleRule? WashSales(DateOnly on) => new(
        UnitedStatesTables.On(Tables.WashSaleDays, on, "wash-sale window").Row.Value, Tables.SameIndexIsIdentical.On, Tables.FamilyBuysForEachOther.On);

    private GainRule RuleOf(Instrument instrument, DateOnly on)
    {
        if (!_classes.TryGetValue(instrument.TaxClass, out var rows))
        {
            throw new KeyNotFoundException(
                $"config/tax/us.json has no class '{instrument.TaxClass}' for {instrument.Id}; it has {string.Join(", ", TaxClasses)}.");
        }

        foreach (var row in rows)
        {
            if (row.Covers(on))
            {
                return row.Value;
            }
        }

        throw new KeyNotFoundException($"config/tax/us.json has no row of class '{instrument.TaxClass}' for a sale on {on:yyyy-MM-dd}. Add the law of that day.");
    }
}
