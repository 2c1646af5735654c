using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>A year at flat rates: the sum over buckets of gain times rate. Within a bucket losses reduce gains; a bucket that ends in a
/// loss saves nothing and is not carried forward.</summary>
internal sealed class FlatYear : IMemberYear
{
    private readonly FlatTaxTable _table;
    private readonly decimal[] _rates;
    private readonly decimal[] _soFar;
    private readonly DateOnly _due;

    public FlatYear(FlatTaxTable table, decimal[] rates, YearLedger ledger)
    {
        (_table, _rates, _due) = (table, rates, ledger.Year.To);
        _soFar = new decimal[rates.Length];
        foreach (var entry in ledger.Gains)
        {
            _soFar[BucketIndex.Of(table, entry)] += entry.Amount.Amount;
        }
    }

    public ImmutableArray<string> Assumptions => _table.Assumptions;

    public decimal Tax(ReadOnlySpan<decimal> gains)
    {
        var tax = 0m;
        for (var i = 0; i < _rates.Length; i++)
        {
            if (gains[i] != 0m)
            {
                tax += (Math.Max(0m, _soFar[i] + gains[i]) - Math.Max(0m, _soFar[i])) * _rates[i];
            }
        }

        return tax;
    }

    public int Piece(ReadOnlySpan<decimal> gains) => 0;

    public YearStatement Statement(ReadOnlySpan<decimal> gains)
    {
        var lines = ImmutableArray.CreateBuilder<StatementLine>();
        var tax = 0m;
        for (var i = 0; i < _rates.Length; i++)
        {
            var gain = _soFar[i] + gains[i];
            if (gain != 0m)
            {
                lines.Add(new StatementLine(_table.Buckets[i].Name, _table.Buckets[i].Section, gain));
                tax += Math.Max(0m, gain) * _rates[i];
            }
        }

        return new YearStatement(lines.ToImmutable(), tax, tax);
    }

    public ImmutableArray<BroughtForwardLoss> CarriedForward() => [];

    public ImmutableArray<TaxInstalment> Instalments()
    {
        var tax = Statement(new decimal[_rates.Length]).Total;
        return tax > 0m ? [new TaxInstalment(_due, tax)] : [];
    }
}

/// <summary>Finds the bucket of an entry.</summary>
internal static class BucketIndex
{
    /// <summary>The index of the entry's bucket in a law.</summary>
    /// <exception cref="ArgumentException">The law has no such bucket: the ledger was written under another table.</exception>
    public static int Of(ITaxLaw law, GainEntry entry)
    {
        for (var i = 0; i < law.Buckets.Length; i++)
        {
            if (law.Buckets[i].Id == entry.Bucket)
            {
                return i;
            }
        }

        throw new ArgumentException(
            $"The ledger of {entry.Member} has a gain of {entry.On:yyyy-MM-dd} as '{entry.Bucket}', which the tax table '{law.Id}' does not know: "
            + "give the bucket back to the table, or move the member to the law it was written under.");
    }
}
