using System.Text;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Domain;
using static PerpetualRebalancing.Adapters.Tests.Prices.PriceCase;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

/// <summary>What vendors really answered, from the folder that <c>VENDOR_PAYLOADS</c> names, a sub-folder per vendor. Those files are
/// not ours to publish.</summary>
public class VendorPayloadTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public void Every_file_of_navs_prices_most_schemes_by_code_and_isin() => Each("amfi", "*.txt", bytes =>
    {
        // The rows as a reader without our code would take them: whatever has as many cells as the header.
        var lines = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n').Select(l => l.TrimEnd('\r').Split(';')).Where(l => l.Length > 1).ToArray();
        var rows = lines.Skip(1).ToArray();
        var found = AmfiApi.Rows(Answered(bytes), rows.Select(r => r[0].Trim()).ToHashSet());
        Assert.Equal(rows.Length, found.Count);
        var (nav, day) = (Array.IndexOf(lines[0], "Net Asset Value"), lines[0].Length - 1);
        Assert.Equal(rows.Select(r => (r[0].Trim(), r[nav].Trim(), r[day].Trim())), found.Select(f => (f.Code, f.Nav, f.Date)));
        var usable = found.Count(f => PublishedNumber.TryRead(f.Nav, out _) && PublishedNumber.TryReadDay(f.Date, ["dd-MMM-yyyy"], out _));
        Assert.InRange(usable, rows.Length * 95 / 100, rows.Length);
        foreach (var row in found.Where(f => f.HasIsin).Take(20))
        {
            Assert.Contains(row, AmfiApi.Rows(Answered(bytes), new[] { row.Isin, row.ReinvestmentIsin }.Where(Isin.IsWellFormed).ToHashSet()));
        }
    });

    [Fact]
    public void Every_answer_of_mfapi_is_read_or_refused() => Each("mfapi", "*.json", bytes =>
    {
        using var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            var code = document.RootElement.GetProperty("meta").GetProperty("scheme_code").GetRawText();
            Assert.True(MfapiApi.Read(Answered(bytes), code).Nav > 0m);
        }
        else
        {
            // The answer of another route.
            Assert.Equal(UpstreamFault.Unreadable, Assert.Throws<UpstreamException>(() => MfapiApi.Read(Answered(bytes), "1")).Fault);
        }
    });

    [Fact]
    public void Every_chart_of_yahoo_is_read() => Each("yahoo-chart", "*.json", bytes =>
    {
        using var document = JsonDocument.Parse(bytes);
        var body = document.RootElement.TryGetProperty("response", out var response) ? response.GetProperty("bodyJson") : document.RootElement;
        var meta = body.GetProperty("chart").GetProperty("result")[0].GetProperty("meta");
        var last = YahooApi.Read(Answered(body.GetRawText()), meta.GetProperty("symbol").GetString()!);
        var pence = meta.GetProperty("currency").GetString() == "GBp";
        Assert.Equal(meta.GetProperty("regularMarketPrice").GetDecimal() / (pence ? 100m : 1m), last.Price);
        Assert.Equal(pence ? "GBP" : meta.GetProperty("currency").GetString(), last.Currency);
        Assert.NotNull(last.Day.ToString());
    });

    [Fact]
    public void Every_rate_of_frankfurter_is_read_and_its_other_routes_are_refused() => Each("frankfurter", "*.json", bytes =>
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("rate", out var rate))
            {
                var (from, to) = (document.RootElement.GetProperty("base").GetString()!, document.RootElement.GetProperty("quote").GetString()!);
                Assert.Equal(rate.GetDecimal(), FrankfurterApi.ReadBlended(Answered(bytes), from, to).Value);
                return;
            }
        }
        catch (JsonException)
        {
            // One object a line: refused below like any other route.
        }

        Assert.Throws<UpstreamException>(() => FrankfurterApi.ReadLatest(Answered(bytes), "USD", "INR"));
        Assert.Throws<UpstreamException>(() => FrankfurterApi.ReadBlended(Answered(bytes), "USD", "INR"));
    });

    [Fact]
    public void Every_table_of_the_vix_ends_on_its_last_day()
    {
        Each("vix", "*.csv", bytes => Assert.InRange(
            (Encoding.UTF8.GetString(bytes.AsSpan(0, 40)).Contains("vixcls", StringComparison.OrdinalIgnoreCase) ? FredApi.Read(Answered(bytes)) : CboeApi.Read(Answered(bytes))).Value,
            5m, 90m));
        Each("fred", "*.csv", bytes => Assert.InRange(FredApi.Read(Answered(bytes)).Value, 5m, 90m));
    }

    [Fact]
    public async Task Every_downloaded_file_of_india_vix_is_read()
    {
        foreach (var file in Files("india-vix", "*.csv"))
        {
            Assert.InRange((await new IndiaVixFile(file, new ManualTime(Now)).ReadAsync(Token)).Level, 5m, 90m);
        }
    }

    private static void Each(string vendor, string pattern, Action<byte[]> check)
    {
        foreach (var file in Files(vendor, pattern))
        {
            try
            {
                check(File.ReadAllBytes(file));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{vendor}/{Path.GetFileName(file)}: {e.Message}", e);
            }
        }
    }

    private static string[] Files(string vendor, string pattern)
    {
        var folder = Environment.GetEnvironmentVariable("VENDOR_PAYLOADS");
        if (string.IsNullOrEmpty(folder) || !Directory.Exists(Path.Combine(folder, vendor)))
        {
            Assert.Skip($"VENDOR_PAYLOADS names no folder with a sub-folder {vendor}.");
        }

        return Directory.GetFiles(Path.Combine(folder, vendor), pattern);
    }
}
