using PerpetualRebalancing.Adapters.Brokers.Kite;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Upstreams.Kite;
using static PerpetualRebalancing.Adapters.Tests.Kite.KiteTown;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

/// <summary>Every way in which the adapter reads what Kite says, over one connection to a Kite that says what a test wants.</summary>
internal sealed class KiteReadings : IAsyncDisposable
{
    private readonly KiteTown _town;
    private readonly CannedKite _canned;
    private readonly KiteConnection _connection;

    private KiteReadings(KiteTown town, CannedKite canned)
    {
        (_town, _canned) = (town, canned);
        _connection = new KiteConnection(
            town.Account, new KiteKeys("key", "secret"), Quick(canned.Root) with { LongestAnswer = 1 << 20 }, town.Vault, town.Clock, new KiteLimits(10_000));
        Broker = new KiteBroker(town.Household, _connection, town.Calendars, town.Address);
        _connection.Keep("token");
        All = new Dictionary<string, Func<Task>>
        {
            ["profile"] = () => _connection.Api.ProfileAsync("token", Token),
            ["session"] = () => _connection.Api.ExchangeAsync("request", "checksum", Token),
            ["margins"] = () => _connection.Api.MarginsAsync("token", Token),
            ["holdings"] = () => Broker.HoldingsAsync(Token),
            ["holding rows"] = () => _connection.Api.HoldingsAsync("token", Token),
            ["orders"] = () => Broker.OrdersAsync(Demat, default, Token),
            ["order rows"] = () => _connection.Api.OrderHistoryAsync("1", "token", Token),
            ["trades"] = () => _connection.Api.OrderTradesAsync("1", "token", Token),
            ["placed"] = () => _connection.Api.PlaceAsync(new KiteApi.Placement("NSE", "X", "BUY", 1, 1, "PR1", null), "token", Token),
            ["cancelled"] = () => _connection.Api.CancelAsync("regular", "1", "token", Token),
            ["authorisation"] = () => _connection.Api.AuthoriseAsync("INE", 1, "token", Token),
            ["quotes"] = () => _connection.Api.QuotesAsync(["NSE:INFY", "NSE:ASHOKLEY", "NSE:NIFTYBEES"], "token", Token),
            ["prices"] = () => new KiteQuotes(_connection).ReadAsync(town.Household.Instruments, Token),
            ["bands"] = () => new KiteQuotes(_connection).BandsAsync(town.Household.Instruments, Token),
            ["instruments"] = () => new KiteInstruments(_connection).ReadAsync("NSE", Token),
            ["fund holdings"] = () => new KiteFunds(_connection).HoldingsAsync(Token),
            ["fund orders"] = () => new KiteFunds(_connection).OrdersAsync(Token),
            ["fund order"] = () => new KiteFunds(_connection).OrderAsync("1", Token),
            ["fund plans"] = () => new KiteFunds(_connection).PlansAsync(Token),
            ["schemes"] = () => new KiteFunds(_connection).SchemesAsync(Token),
            ["account"] = () => Broker.ReadAsync(Demat, Token),
        };
    }

    public KiteBroker Broker { get; }

    public IReadOnlyDictionary<string, Func<Task>> All { get; }

    public static async Task<KiteReadings> OpenAsync()
    {
        var town = await KiteTown.OpenAsync(isLoggedIn: false);
        var canned = new CannedKite(town.Clock);
        await canned.StartAsync();
        return new KiteReadings(town, canned);
    }

    /// <summary>Reads an answer.</summary>
    /// <returns>What reading it threw.</returns>
    public async Task<Exception?> ReadAsync(string reading, byte[] body, int status = 200)
    {
        (_canned.Body, _canned.Status, _canned.SaysItOfProfile) = (body, status, reading == "profile");
        _connection.Keep("token");
        return await Record.ExceptionAsync(All[reading]);
    }

    /// <summary>Reads an answer in every way; nothing but the adapter's own exception may come out.</summary>
    public async Task ReadAllAsync(byte[] body, int status = 200)
    {
        foreach (var reading in All.Keys)
        {
            var thrown = await ReadAsync(reading, body, status);
            Assert.True(thrown is null or UpstreamException, $"{reading}: {thrown}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _canned.DisposeAsync();
        await _town.DisposeAsync();
    }
}
