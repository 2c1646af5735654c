using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The public services of prices, rates and indices, opened together. No connection is made before one is asked.</summary>
public sealed class PriceSources : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    /// <summary>Opens the services at their roots.</summary>
    /// <param name="services">Where each is.</param>
    /// <param name="time">What day and time it is.</param>
    public PriceSources(Services services, TimeProvider time)
        : this(services, time, terms => terms)
    {
    }

    /// <summary>Opens them on terms of one's own, for tests that cannot wait.</summary>
    internal PriceSources(Services services, TimeProvider time, Func<UpstreamTerms, UpstreamTerms> on)
    {
        // None of them publishes a limit: two questions a second is less than a person's browser asks.
        (Upstream, RequestLimit) Open(UpstreamTerms terms)
        {
            var (upstream, limit) = (new Upstream(on(terms), time), new RequestLimit(20, TimeSpan.FromSeconds(10)));
            _opened.AddRange(upstream, limit);
            return (upstream, limit);
        }

        var (amfi, amfiLimit) = Open(AmfiApi.Terms(services.Amfi));
        var (mfapi, mfapiLimit) = Open(MfapiApi.Terms(services.Mfapi));
        var (yahoo, yahooLimit) = Open(YahooApi.Terms(services.Yahoo));
        var (frankfurter, frankfurterLimit) = Open(FrankfurterApi.Terms(services.Frankfurter));
        var (cboe, cboeLimit) = Open(CboeApi.Terms(services.Cboe));
        var (fred, fredLimit) = Open(FredApi.Terms(services.Fred));
        Amfi = new AmfiNavs(amfi, amfiLimit, time);
        Mfapi = new MfapiNavs(mfapi, mfapiLimit);
        Yahoo = new YahooQuotes(yahoo, yahooLimit, time);
        Frankfurter = new FrankfurterRates(frankfurter, frankfurterLimit, isBlended: false);
        FrankfurterBlend = new FrankfurterRates(frankfurter, frankfurterLimit, isBlended: true);
        Cboe = new CboeVix(cboe, cboeLimit);
        Fred = new FredVix(fred, fredLimit, time);
    }

    /// <summary>How far these services' clocks may be from ours. What they publish bears its own date, and the caches between them and
    /// us answer with the hour at which they copied it.</summary>
    internal static TimeSpan ClockTolerance { get; } = TimeSpan.FromDays(1);

    /// <summary>NAVs of Indian schemes.</summary>
    public AmfiNavs Amfi { get; }

    /// <summary>NAVs of Indian schemes, when AMFI cannot be read.</summary>
    public MfapiNavs Mfapi { get; }

    /// <summary>The last resort for prices, rates and both volatility indices.</summary>
    public YahooQuotes Yahoo { get; }

    /// <summary>Exchange rates of the European Central Bank.</summary>
    public FrankfurterRates Frankfurter { get; }

    /// <summary>Exchange rates of several central banks.</summary>
    public FrankfurterRates FrankfurterBlend { get; }

    /// <summary>The VIX.</summary>
    public CboeVix Cboe { get; }

    /// <summary>The VIX, when Cboe cannot be read.</summary>
    public FredVix Fred { get; }

    /// <inheritdoc/>
    public void Dispose() => _opened.ForEach(o => o.Dispose());
}
