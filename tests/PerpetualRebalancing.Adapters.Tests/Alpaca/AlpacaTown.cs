using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams.Alpaca;

namespace PerpetualRebalancing.Adapters.Tests.Alpaca;

/// <summary>A household with one account at Alpaca: VOO in thousandths of a unit, GLD in whole ones.</summary>
internal sealed class AlpacaTown : IAsyncDisposable
{
    public static readonly Household Household = Written.LoadHousehold(SmallHousehold.Text
        .Replace("\"id\": \"global\", \"member\": \"asha\", \"broker\": \"paper\"", "\"id\": \"global\", \"member\": \"asha\", \"broker\": \"paper\", \"number\": \"PA1\"", StringComparison.Ordinal)
        .Replace("{ \"id\": \"NDX\",", "{ \"id\": \"NDX\", \"symbols\": { \"alpaca\": \"VOO\" }, \"unitStep\": \"0.001\",", StringComparison.Ordinal)
        .Replace("\"instruments\": [", "\"instruments\": [ { \"id\": \"XAU\", \"class\": \"gold\", \"tag\": \"hold\", \"venue\": \"LSE\", \"currency\": \"USD\", \"settlementDays\": 1, "
            + "\"symbols\": { \"alpaca\": \"GLD\" }, \"taxClass\": \"foreign\", \"charges\": \"lse\", \"accounts\": [\"global\"] },", StringComparison.Ordinal)).Household;

    public static readonly Account Account = Household.Account(new AccountId("global"));
    public static readonly Instrument Voo = Household.Instrument(new InstrumentId("NDX"));
    public static readonly Instrument Gld = Household.Instrument(new InstrumentId("XAU"));

    private readonly Upstream _service;

    private AlpacaTown(AlpacaFake service, ManualTime clock)
    {
        (Service, Clock) = (service, clock);
        _service = new Upstream(AlpacaHosts.Paper(Roots(service.Root)) with { RetryDelay = TimeSpan.FromMilliseconds(5) }, clock);
        Connected = Broker(_service, clock);
    }

    public AlpacaFake Service { get; }

    public ManualTime Clock { get; }

    public AlpacaBroker Connected { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Friday, 6 November 2026, ten in New York.</summary>
    public static async Task<AlpacaTown> StartAsync()
    {
        var clock = new ManualTime(new DateTimeOffset(2026, 11, 6, 15, 0, 0, TimeSpan.Zero));
        var service = Fake(clock);
        await service.StartAsync();
        return new AlpacaTown(service, clock);
    }

    public static AlpacaFake Fake(TimeProvider clock)
    {
        var fake = new AlpacaFake(clock) { Positions = { ["VOO"] = 3.5m, ["TSLA"] = 1m } };
        fake.Trades["VOO"] = (501.25m, clock.GetUtcNow().AddMinutes(-1));
        return fake;
    }

    public static AlpacaRoots Roots(Uri root) => new(root, root, root);

    public static AlpacaBroker Broker(Upstream service, TimeProvider clock) => new(Household, Account, service, AlpacaFake.KeyId, AlpacaFake.Secret, clock);

    public static OrderTicket Buy(string key, decimal units, decimal limit) => Ticket(key, Side.Buy, Voo, units, limit);

    public static OrderTicket Ticket(string key, Side side, Instrument instrument, decimal units, decimal limit) =>
        new(key, Account.Id, instrument.Id, side, new OrderSize.Units(new Quantity(units), new UnitPrice(limit, Currency.Usd)));

    public Task<PlacementOutcome> PlaceAsync(OrderTicket ticket) => Connected.PlaceAsync(ticket, Stop);

    public Task<BrokerOrder?> FindAsync(string key) => Connected.FindAsync(Account.Id, key, Stop);

    public async ValueTask DisposeAsync()
    {
        Connected.Dispose();
        _service.Dispose();
        await Service.DisposeAsync();
    }
}
