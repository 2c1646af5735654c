using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Upstreams.Ibkr;
using PerpetualRebalancing.Upstreams.Prices;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>An American household whose one account is at Interactive Brokers, through a gateway on this machine that signs its own
/// certificate. The gateway and the public prices are fakes on real sockets; the clock stands until it is moved.</summary>
internal sealed class GatewayHome : IAsyncDisposable
{
    public const string Account = "us-ibkr";

    private const long Voo = 136155102;
    private const long Gld = 51529211;

    private readonly TemporaryFolder _folder = new();
    private readonly StandingClock _clock = new(AmericanHome.NewYork(2026, 11, 30, 9, 30));
    private readonly FakePrices _prices;

    public GatewayHome()
    {
        Gateway = new IbkrFake(_clock);
        _prices = new FakePrices(_clock);
    }

    public IbkrFake Gateway { get; }

    public TimeProvider Clock => _clock;

    public Settings Settings => Settings.From(_folder.Root, ImmutableDictionary<string, string>.Empty);

    /// <summary>What kind of prices the gateway tells: R realtime, D delayed.</summary>
    public string Availability { get; set; } = "RpB";

    /// <summary>Starts the fakes, writes the household's files, and arms the account.</summary>
    public async Task OpenAsync()
    {
        await Gateway.StartAsync(tls: true);
        await _prices.StartAsync();
        var source = RepositoryFolder.Config("");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Settings.ConfigFolder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Gateway.Ledger["USD"] = (20_000m, 20_000m);
        (Gateway.Positions[Voo], Gateway.Positions[Gld]) = (30m, 10m);
        File.WriteAllText(Settings.HouseholdFile, Household);
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "opening.json"), Opening);
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "services.json"), $$"""
            {
              "ibkr": { "gateway": "{{Gateway.Gateway}}", "certificateSha256": "{{Gateway.CertificateHash}}" },
              "amfi": "{{_prices.Root}}", "mfapi": "{{_prices.Root}}", "yahoo": "{{_prices.Root}}", "frankfurter": "{{_prices.Root}}",
              "cboe": "{{_prices.Root}}", "fred": "{{_prices.Root}}",
            }
            """);
        MoveTo(_clock.GetUtcNow());
        Gateway.LogIn();
        Assert.Contains("is live", await SayAsync("accounts", "arm", Account, "--confirm", Account), StringComparison.Ordinal);
    }

    /// <summary>Moves the clock, and prices with it: delayed ones are a quarter of an hour old. A login is kept alive meanwhile.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        _clock.MoveTo(moment);
        if (Gateway.IsLoggedIn)
        {
            Gateway.LogIn();
        }

        foreach (var (conid, symbol, price) in new[] { (Voo, "VOO", 500m), (Gld, "GLD", 250m) })
        {
            Gateway.Quotes[conid] = (price.ToString(CultureInfo.InvariantCulture), Availability, moment.AddMinutes(Availability[0] == 'D' ? -15 : -1));
            _prices.Charts[symbol] = new FakePrices.Chart("USD", price, moment.AddMinutes(-1), -18000);
        }
    }

    /// <summary>The market deals with every open order at its price.</summary>
    public void Deal()
    {
        foreach (var order in Gateway.Orders.Where(o => !o.HasEnded))
        {
            Gateway.Fill(order.Key, order.Units - order.Filled, order.Conid == Voo ? 500m : 250m);
        }
    }

    /// <summary>Units by the household's names.</summary>
    public (string Instrument, decimal Units)[] Held => [("VOO", Gateway.Positions[Voo]), ("GLD", Gateway.Positions[Gld])];

    /// <summary>A person gives a command.</summary>
    /// <returns>What was answered, faults too.</returns>
    public async Task<string> SayAsync(params string[] arguments)
    {
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var context = new CommandContext { Out = said, Error = said, Clock = Clock, Folder = _folder.Root, Environment = ImmutableDictionary<string, string>.Empty, IsTerminal = false };
        await Commands.CommandLine.Run(context, arguments, AllCommands.Listed);
        return said.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _prices.DisposeAsync();
        _folder.Dispose();
    }

    private const string Opening = """
        {
          "asOf": "2026-11-27",
          "cash": [{ "account": "us-ibkr", "amount": 20000 }],
          "holdings": [
            { "account": "us-ibkr", "instrument": "VOO", "lots": [{ "acquired": "2024-02-01", "units": 30, "costPerUnit": 450 }] },
            { "account": "us-ibkr", "instrument": "GLD", "lots": [{ "acquired": "2024-02-01", "units": 10, "costPerUnit": 190 }] },
          ],
        }
        """;

    private const string Household = """
        {
          "household": { "id": "smith", "name": "Sam and Alex", "currency": "USD", "phase": "accumulation" },
          "members": [{ "id": "sam", "name": "Sam", "tax": { "law": "us", "filing": "single", "statePercent": 0, "otherIncome": 90000 } }],
          "accounts": [{ "id": "us-ibkr", "member": "sam", "broker": "ibkr", "currency": "USD", "mode": "observe", "number": "U1234567" }],
          "classes": [
            { "id": "stocks", "name": "American shares", "broad": "domesticEquity", "target": 70 },
            { "id": "gold", "name": "Gold", "broad": "gold", "target": 30 },
          ],
          "instruments": [
            { "id": "VOO", "name": "S&P 500 ETF", "class": "stocks", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-equity", "charges": "us-stock-alpaca", "accounts": ["us-ibkr"], "symbols": { "ibkr": "136155102", "yahoo": "VOO" } },
            { "id": "GLD", "name": "Gold trust", "class": "gold", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-collectible", "charges": "us-stock-alpaca", "accounts": ["us-ibkr"], "symbols": { "ibkr": "51529211", "yahoo": "GLD" } },
          ],
          "fundingRoutes": [],
          "income": [],
          "expenses": { "monthly": 10, "essentialMonthly": 1, "paidFrom": "us-ibkr" },
          "reserve": { "emergencyMonths": 12, "retirementMonths": 36, "floorMonths": 12, "refillMonths": 6, "openingCash": [{ "account": "us-ibkr", "amount": 12 }] },
          "buy": { "surplus": "carry", "maximumFixedCostPercent": 1.5 },
          "sell": { "maximumDrift": 20, "minimumDrift": 10, "months": 6, "longTermOnly": true, "incomplete": "end" },
          "schedule": { "venue": "NYSE", "at": "10:00", "timeZone": "America/New_York", "graceDays": 3 },
          "approval": { "rule": "automatic", "tolerancePercent": 2, "expiresAfterDays": 3, "batchDays": 15 },
          "limits": {
            "maximumOrder": 100000, "maximumTurnoverPercent": 100, "maximumDailyValue": 1000000, "maximumDailyOrders": 40, "priceCollarPercent": 3,
            "slippagePercent": 0.3, "stalePriceDays": 1, "staleNavDays": 3, "staleFxDays": 4, "implausibleDrift": 50, "implausibleQuantityPercent": 0.1,
          },
        }
        """;

    private sealed class StandingClock(DateTimeOffset start) : TimeProvider
    {
        private long _ticks = start.UtcTicks;

        public void MoveTo(DateTimeOffset moment) => Interlocked.Exchange(ref _ticks, moment.UtcTicks);

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
    }
}
