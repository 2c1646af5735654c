using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Keeps limits inside the day's price bands, which are asked once a day for all instruments of the account. A band that
/// nobody knows moves nothing: the exchange itself refuses what is outside.</summary>
internal sealed class KiteBands(KiteConnection connection, KiteBook book)
{
    private (DateOnly Day, ImmutableArray<DayBand> Bands)? _read;

    /// <summary>A limit as the exchange takes it today, never worse for us than the one given.</summary>
    /// <param name="instrument">Of what.</param>
    /// <param name="side">Which way.</param>
    /// <param name="limit">Rupees per unit, a multiple of the tick.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>Null when no limit that is as good is inside the band.</returns>
    /// <exception cref="UpstreamException">The login ended.</exception>
    public async Task<decimal?> InsideAsync(Instrument instrument, Side side, decimal limit, CancellationToken cancellationToken)
    {
        if (await OfAsync(instrument.Id, cancellationToken).ConfigureAwait(false) is not { } band)
        {
            return limit;
        }

        var inside = side == Side.Buy
            ? Math.Min(limit, Math.Floor(band.Highest.Amount / instrument.Tick) * instrument.Tick)
            : Math.Max(limit, Math.Ceiling(band.Lowest.Amount / instrument.Tick) * instrument.Tick);
        return inside >= band.Lowest.Amount && inside <= band.Highest.Amount ? inside : null;
    }

    private async Task<DayBand?> OfAsync(InstrumentId instrument, CancellationToken cancellationToken)
    {
        var today = KiteTime.Day(connection.Time.GetUtcNow());
        if (_read is not { } read || read.Day != today)
        {
            try
            {
                _read = read = (today, await new KiteQuotes(connection).BandsAsync([.. book.Instruments], cancellationToken).ConfigureAwait(false));
            }
            catch (UpstreamException e) when (e.Fault == UpstreamFault.Refused)
            {
                // The app has no market data, and will have none today.
                _read = read = (today, []);
            }
            catch (UpstreamException e) when (e.Fault != UpstreamFault.SignedOut)
            {
                return null;
            }
        }

        return read.Bands.FirstOrDefault(b => b.Instrument == instrument);
    }
}
