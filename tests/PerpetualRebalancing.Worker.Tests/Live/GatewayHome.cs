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
        RepositoryFolder.CopyConfigTo(Settings.ConfigFolder);

        Gateway.Ledger["USD"] = (20_000m, 20_000m);
        (Gateway.Positions[Voo], Gateway.Positions[Gld]) = (30m, 10m);
        File.WriteAllText(Settings.HouseholdFile, SmithFiles.Household(Account, "ibkr", "observe", "U1234567", $"{Voo}", $"{Gld}"));
        File.WriteAllText(Path.Combine(Settings.ConfigFolder, "opening.json"), SmithFiles.Opening(Account, 20_000m));
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
}
