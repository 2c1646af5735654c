using System.Globalization;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

/// <summary>What Zerodha itself publishes, from a folder that is named at run time and is no part of the repository.</summary>
public sealed class KiteVendorPayloadTests
{
    private const string Variable = "VENDOR_PAYLOADS";

    /// <summary>File names, without their end, and how such a file is read. What is not here belongs to no endpoint that is used.</summary>
    private static readonly Dictionary<string, string> Readings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["profile"] = "profile",
        ["full_profile"] = "profile",
        ["generate_session"] = "session",
        ["margins_equity"] = "margins",
        ["equity_margins"] = "margins",
        ["holdings"] = "holding rows",
        ["orders"] = "order rows",
        ["order_info"] = "order rows",
        ["orderinfo"] = "order rows",
        ["order_history"] = "order rows",
        ["trades"] = "trades",
        ["order_trades"] = "trades",
        ["order_response"] = "placed",
        ["order_cancel"] = "cancelled",
        ["quote"] = "quotes",
        ["instruments_nse"] = "instruments",
        ["instruments_all"] = "instruments",
        ["mf_instruments"] = "schemes",
        ["mf_holdings"] = "fund holdings",
        ["mf_orders"] = "fund orders",
        ["mf_order"] = "fund order",
        ["mf_orders_info"] = "fund order",
        ["mf_order_info"] = "fund order",
        ["mf_sips"] = "fund plans",
    };

    [Fact]
    public async Task Every_payload_of_an_endpoint_that_is_used_is_read_or_refused_with_its_error()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            Assert.Skip($"{Variable} names no folder of vendors' payloads.");
            return;
        }

        var files = Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)!).Contains("kite", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToArray();
        await using var readings = await KiteReadings.OpenAsync();
        var read = 0;
        foreach (var file in files)
        {
            var (name, bytes) = (Path.GetFileNameWithoutExtension(file), await File.ReadAllBytesAsync(file, KiteTown.Token));
            if (int.TryParse(name.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                var refused = Assert.IsType<UpstreamException>(await readings.ReadAsync("margins", bytes, status));
                Assert.Equal(status == 403 && name.Contains("Token", StringComparison.Ordinal) ? UpstreamFault.SignedOut : UpstreamFault.Refused, refused.Fault);
                read++;
            }
            else if (Readings.TryGetValue(name.Contains("holdings_43rows", StringComparison.Ordinal) ? "holdings" : name, out var reading))
            {
                var thrown = await readings.ReadAsync(reading, bytes);

                // A profile that does not say whose it is proves nothing.
                var isAnonymous = reading == "profile" && bytes.AsSpan().IndexOf("\"user_id\""u8) < 0;
                Assert.True(isAnonymous ? thrown is UpstreamException { Fault: UpstreamFault.Unreadable } : thrown is null, $"{file}: {thrown?.Message}");
                read++;
            }

            await readings.ReadAllAsync(bytes);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} of {files.Length} payloads belong to endpoints that are used.");
    }
}
