using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Reads a volatility index from the first source that has a fresh level.</summary>
/// <param name="sources">The best first; each is asked for its own index only.</param>
public sealed class VolatilityDesk(ImmutableArray<IVolatilitySource> sources)
{
    // FRED is a day late, and a long weekend adds four.
    private const int StaleDays = 6;

    /// <summary>The last level of an index.</summary>
    /// <param name="index">Which.</param>
    /// <param name="today">The day by which it is judged.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <exception cref="UpstreamException">There is none that is at most six days old: it names what every source said.</exception>
    public async Task<VolatilityReading> ReadAsync(VolatilityIndex index, DateOnly today, CancellationToken cancellationToken)
    {
        var (reading, source) = await Fallback.FirstAsync<VolatilityReading>(
            $"level of {index}",
            sources.Where(s => s.Index == index).Select(s => (s.Name, (Func<CancellationToken, Task<VolatilityReading>>)s.ReadAsync)),
            reading => Freshness.Complaint("level", reading.AsOf, today, 0, today.DayNumber - reading.AsOf.DayNumber, StaleDays),
            cancellationToken).ConfigureAwait(false);
        return reading with { Source = source };
    }
}
