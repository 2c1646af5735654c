using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Kite;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams.Kite;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

/// <summary>A small household at a fake Kite, on a Friday morning in India.</summary>
internal sealed class KiteTown : IAsyncDisposable
{
    public static readonly AccountId Demat = new("demat");
    public static readonly InstrumentId Nifty = new("NIFTY");
    public static readonly InstrumentId Gold = new("GOLD");
    public static readonly InstrumentId Gilt = new("GILT");

    private static readonly HouseholdId Small = new("small");

    private readonly UpstreamTerms? _terms;

    private KiteTown(Uri? root, UpstreamTerms? terms)
    {
        Kite = new FakeKite(Clock);
        (Root, _terms) = (root, terms);
        Household = AtKite(Written.LoadHousehold(SmallHousehold.Text).Household);
        Account = Household.Account(Demat);
        Calendars = CalendarFiles.Load(RepositoryFolder.Config("calendars"));
        Vault = SecretVault.InMemory(Small, Clock);
    }

    public FakeKite Kite { get; }

    public FakeEcho[] Echoes { get; } = [new("203.0.113.7\n"), new("203.0.113.7")];

    public ManualTime Clock { get; } = new(Ist("2026-11-20 10:00"));

    public Household Household { get; }

    public Account Account { get; }

    public CalendarBook Calendars { get; }

    public SecretVault Vault { get; set; }

    public KiteConnection Connection { get; private set; } = null!;

    public KiteBroker Broker { get; private set; } = null!;

    public OutgoingAddressCheck Address { get; private set; } = null!;

    public KiteQuotes Quotes => new(Connection);

    public KiteFunds Funds => new(Connection);

    public KiteInstruments Instruments => new(Connection);

    public KiteLogin Login => new(Connection, RandomNumberGenerator.Fill);

    private Uri? Root { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Reads that are tried once, and quickly: what a test breaks stays broken.</summary>
    public static UpstreamTerms Quick(Uri root) => KiteConnection.Terms with
    {
        Root = root,
        Attempt = TimeSpan.FromSeconds(2),
        Total = TimeSpan.FromSeconds(5),
        Retries = 0,
    };

    public static async Task<KiteTown> OpenAsync(bool isLoggedIn = true, Uri? root = null, UpstreamTerms? terms = null)
    {
        var town = new KiteTown(root, terms);
        await town.Kite.StartAsync();
        await Task.WhenAll(town.Echoes.Select(e => e.StartAsync()));
        town.Connect();
        if (isLoggedIn)
        {
            Assert.IsType<LoginOutcome.LoggedIn>(await town.LogInAsync());
        }

        return town;
    }

    /// <summary>The small household with its demat account at Kite.</summary>
    public static Household AtKite(Household household) => household with
    {
        Accounts = [.. household.Accounts.Select(a => a.Id == Demat ? a with { Broker = "kite", Number = "AB1234", Mode = AccountMode.Live } : a)],
        Instruments = [.. household.Instruments.Select(i => i.Id.Value switch
        {
            "NIFTY" => i with { Isin = "INF204KB14I2", Symbols = Called("NSE:NIFTYBEES") },
            "GOLD" => i with { Isin = "INF204KB17I5", Symbols = Called("NSE:GOLDBEES") },
            "GILT" => i with { Isin = "INF000K01AA1" },
            _ => i,
        })],
    };

    /// <summary>As a new process would.</summary>
    public void Connect()
    {
        Connection?.Dispose();
        Address?.Dispose();
        Connection = new KiteConnection(Account, new KiteKeys(FakeKite.ApiKey, FakeKite.ApiSecret), _terms ?? Quick(Root ?? Kite.Root), Vault, Clock);
        Address = new OutgoingAddressCheck(new OutgoingAddress(Echoes[0].Root, Echoes[1].Root, ["203.0.113.7"]), Clock);
        Broker = new KiteBroker(Household, Connection, Calendars, Address);
    }

    public Task<LoginOutcome> LogInAsync(string? user = null) => Login.CompleteAsync(Kite.LogIn(Login.Begin(KiteLogin.UsualLife).Address, user), Token);

    public void Own(string symbol, decimal units, string isin = "INF204KB14I2") => Kite.Demat.Add(new DematHolding("NSE", symbol, isin, units));

    public static OrderTicket Buy(decimal units, decimal limit, string key = "PR2611ABCDEFGHB1", string instrument = "NIFTY") =>
        new(key, Demat, new InstrumentId(instrument), Side.Buy, new OrderSize.Units(new Quantity(units), new UnitPrice(limit, Currency.Inr)));

    public static OrderTicket Sell(decimal units, decimal limit, string key = "PR2611ABCDEFGHS1") => Buy(units, limit, key) with { Side = Side.Sell };

    public Task<PlacementOutcome> PlaceAsync(OrderTicket ticket) => Broker.PlaceAsync(ticket, Token);

    public static DateTimeOffset Ist(string local) =>
        new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromMinutes(330));

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        Address.Dispose();
        Vault.Dispose();
        await Kite.DisposeAsync();
        foreach (var echo in Echoes)
        {
            await echo.DisposeAsync();
        }
    }

    private static ImmutableSortedDictionary<string, string> Called(string symbol) => ImmutableSortedDictionary<string, string>.Empty.Add("kite", symbol);
}
