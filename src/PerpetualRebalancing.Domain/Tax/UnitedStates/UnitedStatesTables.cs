using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>A figure of the law with the time it holds for.</summary>
/// <typeparam name="T">The figure.</typeparam>
/// <param name="From">The first day it holds for.</param>
/// <param name="To">The last day; null while no end is known.</param>
/// <param name="Value">The figure.</param>
/// <param name="Source">The section or revenue procedure.</param>
/// <param name="Note">What is uncertain about it; null when nothing is.</param>
public sealed record Dated<T>(DateOnly From, DateOnly? To, T Value, string Source, string? Note)
{
    /// <summary>Whether it holds on a day.</summary>
    public bool Covers(DateOnly day) => From <= day && (To is not { } last || day <= last);

    /// <summary>Whether both hold on some day.</summary>
    public bool Overlaps(Dated<T> other) => Covers(other.From) || other.Covers(From);
}

/// <summary>A figure for each filing status.</summary>
/// <typeparam name="T">The figure.</typeparam>
public sealed record PerFiling<T>(T Single, T MarriedJointly, T MarriedSeparately, T HeadOfHousehold)
{
    /// <summary>The figure of a filing status.</summary>
    public T this[FilingStatus filing] => filing switch
    {
        FilingStatus.Single => Single,
        FilingStatus.MarriedJointly => MarriedJointly,
        FilingStatus.MarriedSeparately => MarriedSeparately,
        FilingStatus.HeadOfHousehold => HeadOfHousehold,
        _ => throw new ArgumentOutOfRangeException(nameof(filing), filing, "A filing status that no table has."),
    };
}

/// <summary>One step of a rate scale.</summary>
/// <param name="UpTo">Taxable income up to which the rate holds, USD; null for the last one.</param>
/// <param name="Rate">Fraction, 0 to 1.</param>
public sealed record TaxBracket(decimal? UpTo, decimal Rate);

/// <summary>How gains of a tax class are taxed.</summary>
/// <param name="LongTermMonths">Long-term when held for more than this many months.</param>
/// <param name="IsCollectible">Whether its long-term gains are collectibles gain (s.1(h)(5)).</param>
public sealed record GainRule(int LongTermMonths, bool IsCollectible);

/// <summary>The net investment income tax.</summary>
/// <param name="Rate">Fraction.</param>
/// <param name="Above">Modified adjusted gross income above which it is due, USD.</param>
public sealed record InvestmentIncomeTax(decimal Rate, PerFiling<decimal> Above);

/// <summary>When estimated tax on the gains of a part of the year is due.</summary>
/// <param name="ThroughMonth">The last month of the part, 1 to 12.</param>
/// <param name="DueMonth">Month of the due date; one before the part's last month is in the next year.</param>
/// <param name="DueDay">Day of the due date.</param>
public sealed record EstimatedTaxDate(int ThroughMonth, int DueMonth, int DueDay);

/// <summary>When estimated tax of a year is due.</summary>
/// <param name="Parts">In the order of the year.</param>
/// <param name="Threshold">Below this much for the year nothing is due before the return, USD (s.6654(e)(1)).</param>
/// <param name="ReturnMonth">Month of the day the return is due, in the year after.</param>
/// <param name="ReturnDay">Day of it.</param>
public sealed record EstimatedTax(ImmutableArray<EstimatedTaxDate> Parts, decimal Threshold, int ReturnMonth, int ReturnDay);

/// <summary>A point that the law leaves open, as a switch.</summary>
/// <param name="On">How it is answered here.</param>
/// <param name="Says">The answer as a sentence: listed in every estimate.</param>
public sealed record LawSwitch(bool On, string Says);

/// <summary>The tax law of the United States for an individual's capital gains, as data (config/tax/us.json).</summary>
public sealed record UnitedStatesTables
{
    /// <summary>How long it may be trusted.</summary>
    public required TableAge Age { get; init; }

    /// <summary>What holds for every estimate.</summary>
    public required ImmutableArray<string> Assumptions { get; init; }

    /// <summary>Rules by tax class; the same class again for another time.</summary>
    public required ImmutableArray<(string TaxClass, Dated<GainRule> Rule)> Classes { get; init; }

    /// <summary>Rates on ordinary income and short-term gains.</summary>
    public required ImmutableArray<Dated<PerFiling<ImmutableArray<TaxBracket>>>> Ordinary { get; init; }

    /// <summary>Rates on long-term gains, which lie on top of ordinary income.</summary>
    public required ImmutableArray<Dated<PerFiling<ImmutableArray<TaxBracket>>>> LongTerm { get; init; }

    /// <summary>The highest rate on collectibles gain.</summary>
    public required ImmutableArray<Dated<decimal>> Collectibles { get; init; }

    /// <summary>The standard deduction, USD.</summary>
    public required ImmutableArray<Dated<PerFiling<decimal>>> StandardDeduction { get; init; }

    /// <summary>The net investment income tax.</summary>
    public required ImmutableArray<Dated<InvestmentIncomeTax>> InvestmentIncome { get; init; }

    /// <summary>The most that a net capital loss reduces other income by, USD a year.</summary>
    public required ImmutableArray<Dated<PerFiling<decimal>>> LossLimit { get; init; }

    /// <summary>Days before and after a loss within which identical units replace it.</summary>
    public required ImmutableArray<Dated<int>> WashSaleDays { get; init; }

    /// <summary>When estimated tax of a year is due.</summary>
    public required ImmutableArray<Dated<EstimatedTax>> EstimatedTax { get; init; }

    /// <summary>Legal holidays in the District of Columbia that a due date could fall on.</summary>
    public ImmutableArray<DateOnly> LegalHolidays { get; init; } = [];

    /// <summary>The day on which what is due on a day is in time: the next one that is no Saturday, Sunday or legal holiday (s.7503).</summary>
    public DateOnly InTime(DateOnly due)
    {
        while (due.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || LegalHolidays.Contains(due))
        {
            due = due.AddDays(1);
        }

        return due;
    }

    /// <summary>Whether two funds on one index are substantially identical.</summary>
    public required LawSwitch SameIndexIsIdentical { get; init; }

    /// <summary>Whether a purchase by another member of the household replaces a loss.</summary>
    public required LawSwitch FamilyBuysForEachOther { get; init; }

    /// <summary>Whether income before deductions is taken to be higher than taxable income by the standard deduction.</summary>
    public required LawSwitch GrossUpByStandardDeduction { get; init; }

    /// <summary>The figure of a day, and a sentence when it is of another time.</summary>
    /// <param name="rows">The figures.</param>
    /// <param name="on">The day.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="KeyNotFoundException">All of them begin later: a past without figures is not guessed.</exception>
    public static (Dated<T> Row, string? Stale) On<T>(ImmutableArray<Dated<T>> rows, DateOnly on, string what)
    {
        Dated<T>? latest = null;
        foreach (var row in rows)
        {
            if (row.Covers(on))
            {
                return (row, null);
            }

            latest = row.From <= on && (latest is null || row.From > latest.From) ? row : latest;
        }

        // Next year's figures come late in the autumn, and a sale in January must not wait for them; the table's expiry ends this.
        return latest is not null
            ? (latest, $"The {what} of {on.Year} is not in config/tax/us.json yet: that of {latest.From.Year} is used")
            : throw new KeyNotFoundException($"config/tax/us.json has no {what} for {on:yyyy-MM-dd}; add the figures of that year.");
    }
}
