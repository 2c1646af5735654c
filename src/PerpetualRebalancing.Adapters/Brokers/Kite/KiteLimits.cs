using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>How often Kite may be asked, per app. Orders are held to half of what Kite takes, far from the ten a second from which an
/// algorithm must be registered with the exchange (SEBI circular on retail algorithms), and to Kite's 200 a minute.</summary>
public sealed class KiteLimits : IDisposable
{
    private readonly RequestLimit _ordersInMinute;

    /// <summary>As Kite has them.</summary>
    public KiteLimits() : this(1)
    {
    }

    // So many times as often, for a service that is not Kite.
    internal KiteLimits(int times)
    {
        _ordersInMinute = new RequestLimit(200 * times, TimeSpan.FromMinutes(1));
        Quotes = new RequestLimit(times, TimeSpan.FromSeconds(1));
        Orders = new RequestLimit(5 * times, TimeSpan.FromSeconds(1));
        Other = new RequestLimit(10 * times, TimeSpan.FromSeconds(1));
    }

    /// <summary>GET /quote: 1 a second.</summary>
    public RequestLimit Quotes { get; }

    /// <summary>Placing and cancelling: 5 a second.</summary>
    public RequestLimit Orders { get; }

    /// <summary>Everything else: 10 a second.</summary>
    public RequestLimit Other { get; }

    /// <summary>Waits until the minute has room for one more order, before the second's turn is waited for.</summary>
    public ValueTask WaitForMinuteAsync(CancellationToken cancellationToken) => _ordersInMinute.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Quotes.Dispose();
        Orders.Dispose();
        Other.Dispose();
        _ordersInMinute.Dispose();
    }
}
