using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Upstreams.Kite;
using PerpetualRebalancing.Upstreams.Prices;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>An Indian household with an account at Zerodha, units of ETFs and of an index fund in it, and one that a person keeps by
/// hand. Kite, the public prices and the services that tell our address are fakes on real sockets; the clock stands until it is moved.</summary>
internal sealed partial class IndianHome : IAsyncDisposable
{
    public const string Account = "asha-demat";
    public const string ByHand = "asha-deposit";
    public const string Address = "203.0.113.7";

    private const string Isin = "INF000K01AA0";

    private readonly TemporaryFolder _folder = new();
    private readonly StandingClock _clock = new(Kolkata(2026, 11, 27, 11, 0));
    private readonly FakePrices _prices;

    public IndianHome()
    {
        Kite = new FakeKite(_clock) { HoldsLimits = false };
        _prices = new FakePrices(_clock);
    }

    public FakeKite Kite { get; }

    public FakeEcho[] Echoes { get; } = [new(Address), new(Address)];

    public TimeProvider Clock => _clock;

    /// <summary>What the household decided for an account that nobody logged in at.</summary>
    public string WithoutLogin { get; set; } = "wait";

    public Settings Settings => Settings.From(_folder.Root, Variables);

    private static ImmutableDictionary<string, string> Variables => ImmutableDictionary.CreateRange(new Dictionary<string, string>
    {
        ["PERPETUAL_SECRET_ASHA_DEMAT_API_KEY"] = FakeKite.ApiKey,
        ["PERPETUAL_SECRET_ASHA_DEMAT_API_SECRET"] = FakeKite.ApiSecret,
        [Settings.RuntimeKeyVariable] = new string('7', 64),
    });

    public static DateTimeOffset Kolkata(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, TimeSpan.FromMinutes(330));

    /// <summary>Starts the fakes, writes the household's files, and lets Asha log in and arm the account, three days before the review.</summary>
    public async Task OpenAsync(decimal cash = 100_000m, int nifty = 1200, string phase = "accumulation", bool hasRoute = false)
    {
        await Kite.StartAsync();
        await _prices.StartAsync();
        foreach (var echo in Echoes)
        {
            await echo.StartAsync();
        }

        RepositoryFolder.CopyConfigTo(Settings.ConfigFolder);

        Kite.Cash = cash;
        Kite.Demat.AddRange([new DematHolding("NSE", "NIFTYBEES", "INF204KB14I2", nifty), new DematHolding("NSE", "GOLDBEES", "INF204KB17I5", 1000m)]);
        Kite.Funds.Add((Isin, "12345/67", 5000m));
        File.WriteAllText(Settings.HouseholdFile, Household(phase, hasRoute, WithoutLogin));
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "opening.json"), Opening(cash, nifty));
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "services.json"), $$"""
            {
              "kite": { "api": "{{Kite.Root}}", "login": "{{Kite.Root}}" },
              "amfi": "{{_prices.Root}}", "mfapi": "{{_prices.Root}}", "yahoo": "{{_prices.Root}}", "frankfurter": "{{_prices.Root}}",
              "cboe": "{{_prices.Root}}", "fred": "{{_prices.Root}}",
              "outgoingAddress": { "echo": ["{{Echoes[0].Root}}", "{{Echoes[1].Root}}"], "registered": ["{{Address}}"] },
            }
            """);
        MoveTo(_clock.GetUtcNow());
        Assert.Contains("is logged in until", await LogInAsync(), StringComparison.Ordinal);
        Assert.Contains("is live", await SayAsync("accounts", "arm", Account, "--confirm", Account), StringComparison.Ordinal);
        Assert.Contains("is live", await SayAsync("accounts", "arm", ByHand, "--confirm", ByHand), StringComparison.Ordinal);
    }

    /// <summary>Moves the clock, and prices with it.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        _clock.MoveTo(moment);
        foreach (var (symbol, price) in Kite.Prices)
        {
            _prices.Charts[symbol[4..] + ".NS"] = new FakePrices.Chart("INR", price, moment.AddMinutes(-1));
        }

        var day = moment.ToOffset(TimeSpan.FromMinutes(330)).AddDays(-1).ToString("dd-MMM-yyyy", CultureInfo.InvariantCulture);
        _prices.Schemes.Clear();
        _prices.Schemes.Add(new FakePrices.Scheme("100001", Isin, "-", "20.0000", day));
    }

    /// <summary>The fund house allots units that were paid for.</summary>
    public void Allot(decimal units)
    {
        Kite.Funds[0] = Kite.Funds[0] with { Units = Kite.Funds[0].Units + units };
        Kite.Cash -= units * 20m;
    }

    /// <summary>A person runs <c>accounts login</c>, follows its link, and pastes where it led.</summary>
    public Task<string> LogInAsync(string? user = null) => AnswerAsync(user, ["accounts", "login", Account]);

    /// <summary>A person gives a command.</summary>
    /// <returns>What was answered, faults too.</returns>
    public Task<string> SayAsync(params string[] arguments) => AnswerAsync(null, arguments);

    private async Task<string> AnswerAsync(string? user, string[] arguments)
    {
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        using var browser = new Browser(() => Kite.LogIn(new Uri(Link().Match(said.ToString()).Value), user));
        var context = new CommandContext { Out = said, Error = said, In = browser, Clock = Clock, Folder = _folder.Root, Environment = Variables, IsTerminal = false };
        await Commands.CommandLine.Run(context, arguments, AllCommands.Listed);
        return said.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Kite.DisposeAsync();
        await _prices.DisposeAsync();
        foreach (var echo in Echoes)
        {
            await echo.DisposeAsync();
        }

        _folder.Dispose();
    }

    [GeneratedRegex(@"http\S+/connect/login\S+")]
    private static partial Regex Link();

    private static string Opening(decimal cash, int nifty) => $$"""
        {
          "asOf": "2026-11-26",
          "cash": [{ "account": "asha-demat", "amount": {{cash.ToString(CultureInfo.InvariantCulture)}} }, { "account": "asha-deposit", "amount": 0 }],
          "holdings": [
            { "account": "asha-demat", "instrument": "NIFTYBEES", "lots": [{ "acquired": "2024-02-01", "units": {{nifty}}, "costPerUnit": 200 }] },
            { "account": "asha-demat", "instrument": "GOLDBEES", "lots": [{ "acquired": "2024-02-01", "units": 1000, "costPerUnit": 60 }] },
            { "account": "asha-demat", "instrument": "midcap-fund", "lots": [{ "acquired": "2024-02-01", "units": 5000, "costPerUnit": 15 }] },
          ],
        }
        """;

    private static string Household(string phase, bool hasRoute, string withoutLogin) => $$"""
        {
          "household": { "id": "asha", "name": "Asha", "currency": "INR", "phase": "{{phase}}" },
          "members": [{ "id": "asha", "name": "Asha", "tax": { "law": "in", "born": "1986-08-21", "regime": "new", "otherIncome": 2700000 } }],
          "accounts": [
            { "id": "asha-demat", "member": "asha", "broker": "kite", "currency": "INR", "mode": "observe", "number": "AB1234" },
            { "id": "asha-deposit", "member": "asha", "broker": "instructions", "currency": "INR", "mode": "observe" },
          ],
          "classes": [
            { "id": "nifty-50", "name": "Nifty 50", "broad": "domesticEquity", "target": 60 },
            { "id": "midcap-150", "name": "Midcap 150", "broad": "domesticEquity", "target": 20 },
            { "id": "gold", "name": "Gold", "broad": "gold", "target": 20 },
          ],
          "instruments": [
            { "id": "NIFTYBEES", "name": "Nifty 50 ETF", "class": "nifty-50", "tag": "buy", "venue": "NSE", "currency": "INR", "settlementDays": 1,
              "taxClass": "in-equity", "charges": "nse-equity-etf", "accounts": ["asha-demat"], "symbols": { "kite": "NSE:NIFTYBEES", "yahoo": "NIFTYBEES.NS" } },
            { "id": "GOLDBEES", "name": "Gold ETF", "class": "gold", "tag": "{{(hasRoute ? "hold" : "buy")}}", "venue": "NSE", "currency": "INR", "settlementDays": 1,
              "taxClass": "in-gold-etf", "charges": "nse-other-etf", "accounts": ["asha-demat"], "symbols": { "kite": "NSE:GOLDBEES", "yahoo": "GOLDBEES.NS" } },
            {{(hasRoute ? """
            { "id": "gold-deposit", "name": "Gold ETF, kept by hand", "class": "gold", "tag": "buy", "venue": "NSE", "currency": "INR", "settlementDays": 1,
              "taxClass": "in-gold-etf", "charges": "nse-other-etf", "accounts": ["asha-deposit"], "symbols": { "yahoo": "GOLDBEES.NS" } },
            """ : "")}}
            { "id": "midcap-fund", "name": "Midcap 150 index fund", "class": "midcap-150", "tag": "buy", "dealing": "nav", "venue": "NSE", "currency": "INR",
              "minimumOrder": 500, "orderMultiple": 1, "settlementDays": 2, "isin": "{{Isin}}", "taxClass": "in-equity", "charges": "in-equity-fund",
              "accounts": ["asha-demat"], "symbols": { "amfi": "100001" } },
          ],
          "fundingRoutes": [{{(hasRoute ? """{ "from": "asha-demat", "to": "asha-deposit", "fee": 10, "feePercent": 0, "minimum": 500 }""" : "")}}],
          "income": [],
          "expenses": { "monthly": 10, "essentialMonthly": 1, "paidFrom": "asha-demat" },
          "reserve": { "emergencyMonths": 12, "retirementMonths": 36, "floorMonths": 12, "refillMonths": 6, "openingCash": [{ "account": "asha-demat", "amount": {{(phase == "retirement" ? 400 : 12)}} }] },
          "buy": { "surplus": "carry", "maximumFixedCostPercent": 1.5 },
          "sell": { "maximumDrift": 10, "minimumDrift": 5, "months": 6, "longTermOnly": true, "incomplete": "end" },
          "schedule": { "venue": "NSE", "at": "10:00", "timeZone": "Asia/Kolkata", "graceDays": 3 },
          "approval": { "rule": "automatic", "tolerancePercent": 2, "expiresAfterDays": 3, "batchDays": 15, "withoutLogin": "{{withoutLogin}}" },
          "limits": {
            "maximumOrder": 2500000, "maximumTurnoverPercent": 100, "maximumDailyValue": 5000000, "maximumDailyOrders": 40, "priceCollarPercent": 3,
            "slippagePercent": 0.3, "stalePriceDays": 3, "staleNavDays": 5, "staleFxDays": 4, "implausibleDrift": 50, "implausibleQuantityPercent": 0.1,
          },
        }
        """;

    private sealed class Browser(Func<string> open) : StringReader("")
    {
        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(open());
    }
}
