using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>A row of a tax class and the buckets that its gains may fall into.</summary>
/// <param name="Row">The sales it is about.</param>
/// <param name="Long">Buckets of a long-term gain.</param>
/// <param name="Short">Buckets of any other gain.</param>
/// <remarks>A class, like everything that tables hold in lists: for lists of each structure the program compiles its own code at every start.</remarks>
internal sealed record ClassEntry(ClassRow Row, ImmutableArray<int> Long, ImmutableArray<int> Short);

/// <summary>Finds the row that a sale falls under, and the term of what is sold.</summary>
internal sealed class ClassTable
{
    private readonly Dictionary<string, ClassEntry[]> _byClass;
    private readonly string _name;
    private readonly string _files;

    /// <summary>Makes the table.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="files">Where its rows are kept.</param>
    /// <param name="entries">The rows of all classes, in any order.</param>
    /// <exception cref="ArgumentException">Two rows hold for one sale.</exception>
    public ClassTable(string name, string files, ImmutableArray<ClassEntry> entries)
    {
        (_name, _files) = (name, files);
        foreach (var (index, entry) in entries.Index())
        {
            if (entries.Take(index).FirstOrDefault(other => other.Row.Overlaps(entry.Row))?.Row is { } before)
            {
                throw new ArgumentException(
                    $"Two rows of tax class '{before.TaxClass}' hold for the same sales: from {before.From:yyyy-MM-dd} and from {entry.Row.From:yyyy-MM-dd}.");
            }
        }

        // In order of transfer dates, so that one pass from a sale onwards finds the day a lot becomes long-term.
        _byClass = entries.GroupBy(e => e.Row.TaxClass, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.OrderBy(e => e.Row.From).ToArray(), StringComparer.Ordinal);
        TaxClasses = [.. entries.Select(e => e.Row.TaxClass).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The classes, in the order of the rows.</summary>
    public ImmutableArray<string> TaxClasses { get; }

    /// <summary>The rows of a class by transfer date; none when it is not known.</summary>
    public ImmutableArray<ClassEntry> Of(string taxClass) => [.. _byClass.GetValueOrDefault(taxClass, [])];

    /// <summary>The rows of an instrument's class that a sale on a day may fall under, and later ones.</summary>
    /// <exception cref="KeyNotFoundException">There is no such class.</exception>
    public ClassSale On(Instrument instrument, DateOnly on)
    {
        if (!_byClass.TryGetValue(instrument.TaxClass, out var rows))
        {
            throw new KeyNotFoundException(
                $"{_name} has no class '{instrument.TaxClass}' for {instrument.Id}; it has {string.Join(", ", TaxClasses.Order(StringComparer.Ordinal))}.");
        }

        return new ClassSale(this, instrument, on, [.. rows.Where(r => r.Row.To is not { } last || on <= last)]);
    }

    /// <summary>What to throw when no row, or no bucket of its row, is for a sale.</summary>
    public KeyNotFoundException NoRow(TaxLot lot, Instrument instrument, DateOnly on) => new(
        $"{_name} has no row of class '{instrument.TaxClass}' for a sale on {on:yyyy-MM-dd} of units acquired on "
        + $"{lot.Acquired:yyyy-MM-dd}. Add the law of that day to {_files}.");
}

/// <summary>Sales of one class on one day.</summary>
/// <param name="table">Whose rows.</param>
/// <param name="instrument">What is sold.</param>
/// <param name="on">Trade date.</param>
/// <param name="rows">The class's rows that do not end before the day, by transfer date.</param>
internal sealed class ClassSale(ClassTable table, Instrument instrument, DateOnly on, ImmutableArray<ClassEntry> rows)
{
    /// <summary>The term of a lot, and the buckets its gain may fall into.</summary>
    /// <param name="lot">The lot.</param>
    /// <param name="waitsAs">The day of acquisition by which rows are asked when a lot that is not long-term yet will be.</param>
    /// <exception cref="KeyNotFoundException">There is no row for that sale.</exception>
    public (LotTerm Term, ImmutableArray<int> Buckets) Classify(TaxLot lot, DateOnly waitsAs)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i].Row;
            if (row.Covers(on) && row.IsAbout(lot.Acquired))
            {
                return row.LongTermMonths is { } months && HoldingPeriod.IsLong(lot.HeldSince, months, on)
                    ? (LotTerm.Long.Value, rows[i].Long)
                    : (NotLong(rows.AsSpan()[i..], waitsAs, lot.HeldSince), rows[i].Short);
            }
        }

        throw table.NoRow(lot, instrument, on);
    }

    // A later row may shorten the period, or open it for what was never long-term before: then waiting has a value after all.
    private static LotTerm NotLong(ReadOnlySpan<ClassEntry> rows, DateOnly acquired, DateOnly heldSince)
    {
        foreach (var entry in rows)
        {
            if (entry.Row.IsAbout(acquired) && entry.Row.LongFrom(heldSince) is { } first)
            {
                return new LotTerm.Short(first);
            }
        }

        return LotTerm.NeverLong.Value;
    }
}
