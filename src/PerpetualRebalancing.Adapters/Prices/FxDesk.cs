using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Reads exchange rates, each from the first source that has a fresh one.</summary>
/// <param name="sources">The best first.</param>
/// <param name="staleDays">The oldest a rate may be, in calendar days: the policy's <c>staleFxDays</c>.</param>
public sealed class FxDesk(ImmutableArray<IRateSource> sources, int staleDays)
{
    /// <summary>The rates of some currencies to another; of a currency to itself there is none.</summary>
    /// <param name="currencies">Each is asked for once, however often it stands here.</param>
    /// <param name="to">The household's base currency.</param>
    /// <param name="today">The day by which the rates are judged.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <exception cref="UpstreamException">There is no fresh rate of one of them: it names what every source said.</exception>
    public async Task<FxTable> ReadAsync(IEnumerable<Currency> currencies, Currency to, DateOnly today, CancellationToken cancellationToken)
    {
        var rates = ImmutableArray.CreateBuilder<FxRate>();
        foreach (var from in currencies.Distinct().Where(c => c != to))
        {
            var (rate, source) = await Fallback.FirstAsync<FxRate>(
                $"exchange rate {from}/{to}",
                sources.Select(s => (s.Name, (Func<CancellationToken, Task<FxRate>>)(token => s.ReadAsync(from, to, token)))),
                rate => Freshness.Complaint("rate", rate.AsOf, today, 0, today.DayNumber - rate.AsOf.DayNumber, staleDays),
                cancellationToken).ConfigureAwait(false);
            rates.Add(rate with { Source = source });
        }

        return new FxTable(rates.ToImmutable());
    }
}
