using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Upstreams.Alpaca;
using PerpetualRebalancing.Upstreams.Prices;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>An American household whose one account is at Alpaca's paper host: the host, and the public prices, are fakes on real
/// sockets. The clock stands until it is moved.</summary>
internal sealed class AmericanHome : IAsyncDisposable
{
    public const string Account = "us-taxable";

    private readonly TemporaryFolder _folder = new();
    private readonly StandingClock _clock = new(NewYork(2026, 11, 30, 9, 0));

    public AmericanHome()
    {
        Alpaca = new AlpacaFake(_clock);
        Prices = new FakePrices(_clock);
    }

    public AlpacaFake Alpaca { get; }

    public FakePrices Prices { get; }

    public string Folder => _folder.Root;

    public TimeProvider Clock => _clock;

    public string ClockFile => Path.Combine(Folder, "now");

    public Settings Settings => new(Path.Combine(Folder, "data"), Path.Combine(Folder, "config", "household.json"), Path.Combine(Folder, "config"))
    {
        Secrets = Secrets.From(System.Collections.Immutable.ImmutableDictionary.CreateRange(Variables)),
    };

    public Dictionary<string, string> Variables { get; } = new()
    {
        ["PERPETUAL_SECRET_US_TAXABLE_API_KEY_ID"] = AlpacaFake.KeyId,
        ["PERPETUAL_SECRET_US_TAXABLE_API_SECRET"] = AlpacaFake.Secret,
    };

    public static DateTimeOffset NewYork(int year, int month, int day, int hour, int minute)
    {
        var local = new DateTime(year, month, day, hour, minute, 0);
        return new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById("America/New_York").GetUtcOffset(local));
    }

    /// <summary>Starts the fakes and writes the household's files.</summary>
    public async Task OpenAsync(decimal cash = 20_000m)
    {
        await Alpaca.StartAsync();
        await Prices.StartAsync();
        var source = RepositoryFolder.Config("");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Settings.ConfigFolder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Alpaca.Cash = cash;
        Alpaca.Positions["VOO"] = 30m;
        Alpaca.Positions["GLD"] = 10m;
        File.WriteAllText(Settings.HouseholdFile, Household);
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "opening.json"), Opening(cash));
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "services.json"), $$"""
            {
              "alpaca": { "trading": "{{Alpaca.Root}}", "paperTrading": "{{Alpaca.Root}}", "data": "{{Alpaca.Root}}" },
              "amfi": "{{Prices.Root}}", "mfapi": "{{Prices.Root}}", "yahoo": "{{Prices.Root}}", "frankfurter": "{{Prices.Root}}",
              "cboe": "{{Prices.Root}}", "fred": "{{Prices.Root}}",
            }
            """);
        MoveTo(_clock.GetUtcNow());
    }

    /// <summary>Moves the clock, and prices with it.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        _clock.MoveTo(moment);
        foreach (var (symbol, price) in new[] { ("VOO", 500m), ("GLD", 250m) })
        {
            var dealt = moment.AddMinutes(-1);
            Alpaca.Trades[symbol] = (price, dealt);
            Prices.Charts[symbol] = new FakePrices.Chart("USD", price, dealt, -18000);
        }

        var part = ClockFile + ".part";
        File.WriteAllText(part, moment.ToString("O", CultureInfo.InvariantCulture));
        File.Move(part, ClockFile, overwrite: true);
    }

    /// <summary>The market deals with every open order, at its limit or better.</summary>
    public void Deal()
    {
        foreach (var order in Alpaca.Orders.Where(o => !o.HasEnded))
        {
            Alpaca.Fill(order.Key, order.Units - order.Filled, order.Symbol == "VOO" ? 500m : 250m);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Alpaca.DisposeAsync();
        await Prices.DisposeAsync();
        _folder.Dispose();
    }

    private static string Opening(decimal cash) => $$"""
        {
          "asOf": "2026-11-27",
          "cash": [{ "account": "us-taxable", "amount": {{cash.ToString(CultureInfo.InvariantCulture)}} }],
          "holdings": [
            { "account": "us-taxable", "instrument": "VOO", "lots": [{ "acquired": "2024-02-01", "units": 30, "costPerUnit": 450 }] },
            { "account": "us-taxable", "instrument": "GLD", "lots": [{ "acquired": "2024-02-01", "units": 10, "costPerUnit": 190 }] },
          ],
        }
        """;

    private const string Household = """
        {
          "household": { "id": "smith", "name": "Sam and Alex", "currency": "USD", "phase": "accumulation" },
          "members": [{ "id": "sam", "name": "Sam", "tax": { "law": "us", "filing": "single", "statePercent": 0, "otherIncome": 90000 } }],
          "accounts": [{ "id": "us-taxable", "member": "sam", "broker": "alpaca", "currency": "USD", "mode": "paper", "number": "PA1" }],
          "classes": [
            { "id": "stocks", "name": "American shares", "broad": "domesticEquity", "target": 70 },
            { "id": "gold", "name": "Gold", "broad": "gold", "target": 30 },
          ],
          "instruments": [
            { "id": "VOO", "name": "S&P 500 ETF", "class": "stocks", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-equity", "charges": "us-stock-alpaca", "accounts": ["us-taxable"], "symbols": { "alpaca": "VOO", "yahoo": "VOO" } },
            { "id": "GLD", "name": "Gold trust", "class": "gold", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-collectible", "charges": "us-stock-alpaca", "accounts": ["us-taxable"], "symbols": { "alpaca": "GLD", "yahoo": "GLD" } },
          ],
          "fundingRoutes": [],
          "income": [],
          "expenses": { "monthly": 10, "essentialMonthly": 1, "paidFrom": "us-taxable" },
          "reserve": { "emergencyMonths": 12, "retirementMonths": 36, "floorMonths": 12, "refillMonths": 6, "openingCash": [{ "account": "us-taxable", "amount": 12 }] },
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
