using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Domain.Markets;

/// <summary>A dated exchange rate: one unit of <paramref name="From"/> is <paramref name="Rate"/> units of <paramref name="To"/>.</summary>
/// <param name="From">The currency that is converted.</param>
/// <param name="To">The currency it becomes.</param>
/// <param name="Rate">Above zero.</param>
/// <param name="AsOf">The day the rate belongs to.</param>
/// <param name="Source">Who said so, and which better source could not.</param>
public sealed record FxRate(Currency From, Currency To, decimal Rate, DateOnly AsOf, string Source)
{
    /// <summary>When it was read, by our clock; null for a rate that no service was asked for, and in snapshots older than this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>The exchange rates of one review.</summary>
/// <param name="Rates">At most one per pair; the reverse of a pair is its reciprocal.</param>
public sealed record FxTable(ImmutableArray<FxRate> Rates)
{
    /// <summary>No rates: for a household of one currency.</summary>
    public static readonly FxTable None = new([]);

    /// <summary>How many units of <paramref name="to"/> one unit of <paramref name="from"/> is.</summary>
    /// <exception cref="KeyNotFoundException">There is no rate for the pair: unknown means stop.</exception>
    public decimal Rate(Currency from, Currency to)
    {
        if (from == to)
        {
            return 1m;
        }

        foreach (var rate in Rates)
        {
            if (rate.From == from && rate.To == to)
            {
                return rate.Rate;
            }

            if (rate.From == to && rate.To == from)
            {
                return 1m / rate.Rate;
            }
        }

        throw new KeyNotFoundException($"There is no exchange rate from {from} to {to}.");
    }

    /// <summary>Converts money, unrounded.</summary>
    public Money Convert(Money money, Currency to) => new(money.Amount * Rate(money.Currency, to), to);
}
