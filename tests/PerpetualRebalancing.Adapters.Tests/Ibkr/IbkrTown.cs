using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams.Ibkr;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

/// <summary>A household with one account at Interactive Brokers, in dollars: a share fund of London, and gold.</summary>
internal sealed class IbkrTown : IAsyncDisposable
{
    public const long NdxConid = 320227571;
    public const long GoldConid = 479624;

    /// <summary>Friday, 6 November 2026, ten in New York and three in London.</summary>
    public static readonly DateTimeOffset Friday = new(2026, 11, 6, 15, 0, 0, TimeSpan.Zero);

    public static readonly Household Household = Written.LoadHousehold(SmallHousehold.Text
        .Replace("\"id\": \"global\", \"member\": \"asha\", \"broker\": \"paper\"", "\"id\": \"global\", \"member\": \"asha\", \"broker\": \"paper\", \"number\": \"U1234567\"", StringComparison.Ordinal)
        .Replace("{ \"id\": \"NDX\",", "{ \"id\": \"NDX\", \"symbols\": { \"ibkr\": \"320227571\" },", StringComparison.Ordinal)
        .Replace("\"instruments\": [", "\"instruments\": [ { \"id\": \"XAU\", \"class\": \"gold\", \"tag\": \"hold\", \"venue\": \"LSE\", \"currency\": \"USD\", \"settlementDays\": 2, "
            + "\"symbols\": { \"ibkr\": \"479624\" }, \"taxClass\": \"foreign\", \"charges\": \"lse\", \"accounts\": [\"global\"] },", StringComparison.Ordinal)).Household;

    public static readonly Account Account = Household.Account(new AccountId("global"));
    public static readonly Instrument Ndx = Household.Instrument(new InstrumentId("NDX"));
    public static readonly Instrument Gold = Household.Instrument(new InstrumentId("XAU"));
    public static readonly CalendarBook Calendars = CalendarFiles.Load(RepositoryFolder.Config("calendars"));

    /// <summary>Nobody waits for the real pace.</summary>
    public static readonly IbkrPace Quick = new(10_000, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(10));

    private IbkrTown(IbkrFake gateway, ManualTime clock, Func<UpstreamTerms, UpstreamTerms> terms)
    {
        (Gateway, Clock) = (gateway, clock);
        Session = new IbkrSession(terms(Terms(gateway.Gateway)), Quick, clock);
        Broker = new IbkrBroker(Household, Account, Session, Calendars);
    }

    public IbkrFake Gateway { get; }

    public ManualTime Clock { get; }

    public IbkrSession Session { get; }

    public IbkrBroker Broker { get; }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<IbkrTown> StartAsync(Func<UpstreamTerms, UpstreamTerms>? terms = null)
    {
        var clock = new ManualTime(Friday);
        var gateway = Fake(clock);
        await gateway.StartAsync();
        return new IbkrTown(gateway, clock, terms ?? (t => t));
    }

    public static IbkrFake Fake(TimeProvider clock)
    {
        var fake = new IbkrFake(clock) { Positions = { [NdxConid] = 3m, [76792991] = 1m } };
        fake.Quotes[NdxConid] = ("501.25", "RpB", clock.GetUtcNow().AddMinutes(-1));
        return fake;
    }

    public static UpstreamTerms Terms(Uri root, string? hash = null) =>
        IbkrSession.Terms(root, hash) with { Attempt = TimeSpan.FromSeconds(10), Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(5) };

    public static OrderTicket Buy(string key, decimal units = 2m, decimal limit = 500m) => Ticket(key, Side.Buy, Ndx, units, limit);

    public static OrderTicket Ticket(string key, Side side, Instrument instrument, decimal units, decimal limit) =>
        new(key, Account.Id, instrument.Id, side, new OrderSize.Units(new Quantity(units), new UnitPrice(limit, Currency.Usd)));

    public Task<PlacementOutcome> PlaceAsync(OrderTicket ticket) => Broker.PlaceAsync(ticket, Stop);

    public Task<BrokerOrder?> FindAsync(string key) => Broker.FindAsync(Account.Id, key, Stop);

    public Task<SessionState> SessionAsync() => Broker.SessionAsync(Account.Id, Stop);

    public int Asked(string operation) => Gateway.Requests.Count(r => r.Operation == operation);

    public int AskedPath(string path) => Gateway.Requests.Count(r => r.Path.Contains(path, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Gateway.DisposeAsync();
    }
}
