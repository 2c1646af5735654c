using System.Collections.Frozen;
using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>A telegraphic transfer buying rate of the State Bank of India.</summary>
/// <param name="Currency">One unit of it,</param>
/// <param name="MonthEnd">on the last day of this month (or the last before it that was published),</param>
/// <param name="Rate">is this many rupees, above zero.</param>
public sealed record TtRate(Currency Currency, DateOnly MonthEnd, decimal Rate);

/// <summary>The rates at which income in foreign currency becomes rupees: those of the last day of the month before the transfer
/// (rule 115 of the Income-tax Rules 1962).</summary>
public sealed class TtRates
{
    /// <summary>None: gains are converted at the review's rate.</summary>
    public static readonly TtRates None = new([]);

    private readonly FrozenDictionary<(Currency, int, int), decimal> _rates;

    /// <summary>Takes the rates.</summary>
    /// <exception cref="ArgumentException">Two rates of one currency and month.</exception>
    public TtRates(ImmutableArray<TtRate> rates) =>
        _rates = rates.ToDictionary(r => (r.Currency, r.MonthEnd.Year, r.MonthEnd.Month), r => r.Rate).ToFrozenDictionary();

    /// <summary>Whether there is no rate at all.</summary>
    public bool IsEmpty => _rates.Count == 0;

    /// <summary>Rupees per unit for a transfer on a day; null when the rate of the month before is not known.</summary>
    public decimal? For(Currency currency, DateOnly transfer)
    {
        var before = transfer.AddMonths(-1);
        return _rates.TryGetValue((currency, before.Year, before.Month), out var rate) ? rate : null;
    }
}
