using System.Text.Json;
using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Http;

namespace PerpetualRebalancing.Adapters.Tests.Alpaca;

/// <summary>The vendor's own payloads, from a folder outside the repository: each that belongs to an endpoint of the contract is read, or
/// refused with the right error.</summary>
public class AlpacaPayloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_payload_of_an_endpoint_of_the_contract_is_read_or_refused_as_it_should()
    {
        var folder = Environment.GetEnvironmentVariable("VENDOR_PAYLOADS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "VENDOR_PAYLOADS names no folder of vendor payloads");
        var files = Directory.EnumerateFiles(folder!, "*.json", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)!).StartsWith("alpaca", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.SkipWhen(files.Length == 0, $"{folder} has no folder alpaca*");
        await using var fake = new EchoFake();
        await fake.StartAsync();
        using var upstream = new Upstream(AlpacaHosts.Paper(AlpacaTown.Roots(fake.Root)), TimeProvider.System);
        using var trading = new AlpacaApi(upstream, "key", "secret", AlpacaApi.Permitted());
        using var data = new AlpacaDataApi(upstream, "key", "secret");

        var beyond = new List<string>();
        foreach (var file in files)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            (fake.Status, fake.Body) = (char.IsAsciiDigit(name[0]) ? int.Parse(name[..3], System.Globalization.CultureInfo.InvariantCulture) : 200, await File.ReadAllTextAsync(file, Stop));
            if (await ReadAsync(name, fake, trading, data) is not { } read)
            {
                beyond.Add(name);
                continue;
            }

            Assert.True(read, $"{name} was read as nothing");
        }

        TestContext.Current.SendDiagnosticMessage($"{files.Length - beyond.Count} payloads read; of endpoints that are not used: {string.Join(", ", beyond)}");
        Assert.NotEqual(files.Length, beyond.Count);
    }

    // Null for an endpoint that the adapter does not use.
    private static async Task<bool?> ReadAsync(string name, EchoFake fake, AlpacaApi trading, AlpacaDataApi data)
    {
        if (fake.Status != 200)
        {
            return await Assert.ThrowsAsync<UpstreamException>(() => trading.AccountAsync(Stop)) is { Fault: UpstreamFault.Refused, Code.Length: 8 };
        }

        bool Has(params string[] parts) => parts.Any(p => name.Contains(p, StringComparison.Ordinal));
        if (Has("snapshot", "configurations", "forex", "stocks_bars__", "get_bars", "get_quotes", "get_trades", "multisymbol_quotes"))
        {
            return null;
        }

        if (Has("GET_v2_account_", "routes__get_account"))
        {
            return (await trading.AccountAsync(Stop)) is { Status: "ACTIVE", AccountNumber.Length: > 0, Cash: not 0m };
        }

        if (Has("orders", "order_routes"))
        {
            fake.Body = AsList(fake.Body);
            return (await trading.OrdersAsync(DateTimeOffset.UnixEpoch, Stop)).All(o => o.ClientOrderId.Length > 0 && o.Qty > 0m);
        }

        if (Has("position"))
        {
            return (await trading.PositionsAsync(Stop)).All(p => p.Qty > 0m && p.Side == "long");
        }

        if (Has("clock"))
        {
            var clock = await trading.ClockAsync(Stop);
            return clock.NextOpen.Offset == TimeSpan.FromHours(-4) && clock.NextClose > clock.Timestamp;
        }

        if (Has("asset"))
        {
            fake.Body = AsList(fake.Body)[1..^1];
            return (await trading.AssetAsync("AAPL", Stop)) is { Status: "active", Tradable: true };
        }

        var symbols = Symbols(fake.Body);
        return Has("quote") ? (await data.QuotesAsync(symbols, "iex", Stop)).Values.Count(q => q.Bp > 0m && q.Ap > q.Bp) == symbols.Length
            : Has("trade") ? (await data.TradesAsync(symbols, "iex", Stop)).Values.Count(t => t.P > 0m && t.T.Year == 2022) == symbols.Length
            : Has("bar") ? (await data.BarsAsync(symbols, "iex", Stop)).Values.Count(b => b.C > 0m) == symbols.Length
            : null;
    }

    private static string AsList(string json) => json.TrimStart().StartsWith('[') ? json.Trim() : $"[{json.Trim()}]";

    private static string[] Symbols(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().First().Value.EnumerateObject().Select(p => p.Name)];
    }
}
