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
        RepositoryFolder.CopyConfigTo(Settings.ConfigFolder);

        Alpaca.Cash = cash;
        Alpaca.Positions["VOO"] = 30m;
        Alpaca.Positions["GLD"] = 10m;
        File.WriteAllText(Settings.HouseholdFile, SmithFiles.Household(Account, "alpaca", "paper", "PA1", "VOO", "GLD"));
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "opening.json"), SmithFiles.Opening(Account, cash));
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
}
