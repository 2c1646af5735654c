using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams.Prices;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

/// <summary>The public services on a real socket, on Friday 2026-11-20 at 10:00 in Mumbai, and the product's readers of them.</summary>
internal sealed class PriceCase : IAsyncDisposable
{
    public const string LiquidIsin = "INF209KA12Z1";

    public static readonly DateTimeOffset Now = new(2026, 11, 20, 4, 30, 0, TimeSpan.Zero);
    public static readonly DateOnly Today = new(2026, 11, 20);

    public static readonly Instrument Fund = Of("FLEXI", Dealing.Nav, ("amfi", "119551"));
    public static readonly Instrument Etf = Of("NIFTYBEES", Dealing.Exchange, ("yahoo", "NIFTYBEES.NS"));
    public static readonly Instrument London = Of("VUSA", Dealing.Exchange, ("yahoo", "VUSA.L")) with { Currency = Currency.Gbp, Venue = "LSE" };

    public static readonly GateLimits Limits = new(
        new Money(1m, Currency.Inr), 1m, new Money(1m, Currency.Inr), 1, 0.03m, 0.01m,
        StalePriceDays: 1, StaleNavDays: 3, StaleFxDays: 4, default, 0.5m);

    public static readonly CalendarBook Calendars = new(
    [
        Calendar("NSE", "Asia/Kolkata"), Calendar("LSE", "Europe/London"),
    ]);

    private PriceSources? _sources;

    private PriceCase(ManualTime time, FakePrices fake)
    {
        Time = time;
        Fake = fake;
    }

    public ManualTime Time { get; }

    public FakePrices Fake { get; }

    /// <summary>The readers, with little patience.</summary>
    public PriceSources Sources => _sources ??= At(Fake.Root);

    public static async Task<PriceCase> StartAsync()
    {
        var time = new ManualTime(Now);
        var fake = new FakePrices(time);
        fake.Schemes.Add(new("119551", LiquidIsin, "INF209KA13Z9", "106.8821", "19-Nov-2026"));
        fake.Schemes.Add(new("119552", "INF209K01YM2", "-", "10.", "19-Nov-2026"));
        fake.Charts["NIFTYBEES.NS"] = new("INR", 290.55m, Now.AddMinutes(-3));
        fake.Charts["VUSA.L"] = new("GBp", 9876.5m, Now.AddHours(-12), 0);
        fake.Charts["USDINR=X"] = new("INR", 88.1m, Now.AddMinutes(-1), 0);
        fake.Charts["^VIX"] = new("USD", 17.3m, Now.AddHours(-8), -18000);
        fake.Charts["^INDIAVIX"] = new("INR", 13.9m, Now.AddMinutes(-3));
        fake.Rates[("USD", "INR")] = (88.25m, new DateOnly(2026, 11, 19));
        fake.Vix[new DateOnly(2026, 11, 18)] = 16.5m;
        fake.Vix[new DateOnly(2026, 11, 19)] = 17.25m;
        fake.Vix[new DateOnly(2026, 11, 20)] = null;
        await fake.StartAsync();
        return new PriceCase(time, fake);
    }

    public PriceSources At(Uri root) => new(
        Services.Default with { Amfi = root, Mfapi = root, Yahoo = root, Frankfurter = root, Cboe = root, Fred = root },
        Time,
        terms => terms with { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1), Attempt = TimeSpan.FromSeconds(2), Total = TimeSpan.FromSeconds(6) });

    public PriceDesk Desk(params IQuoteSource[] exchange) => new([Sources.Amfi, Sources.Mfapi], [.. exchange], Limits, Calendars, Time);

    public static Instrument Of(string id, Dealing dealing, params (string Service, string Symbol)[] symbols) => new(
        new InstrumentId(id), id, new ClassId("c"), InstrumentTag.Buy, dealing, "NSE", Currency.Inr, new Quantity(1m), Money.Zero(Currency.Inr),
        Money.Zero(Currency.Inr), 1, "t", "f", null, [])
    {
        Symbols = symbols.ToImmutableSortedDictionary(s => s.Service, s => s.Symbol),
    };

    public static Answer Answered(byte[] body, int status = 200) => new("x", "/x", (HttpStatusCode)status, "text/plain", body, Now);

    public static Answer Answered(string body, int status = 200) => Answered(Encoding.UTF8.GetBytes(body), status);

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _sources?.Dispose();
        await Fake.DisposeAsync();
    }

    private static ExchangeCalendar Calendar(string venue, string zone) => new(
        venue, TimeZoneInfo.FindSystemTimeZoneById(zone), new SessionHours(new TimeOnly(9, 15), new TimeOnly(15, 30)),
        [DayOfWeek.Saturday, DayOfWeek.Sunday], []);
}
