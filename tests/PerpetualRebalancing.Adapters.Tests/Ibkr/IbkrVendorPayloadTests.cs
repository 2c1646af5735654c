using System.Text.Json;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

/// <summary>What others publish of Interactive Brokers' answers, from the folder that <c>VENDOR_PAYLOADS</c> names. Those files are not
/// ours to publish.</summary>
public class IbkrVendorPayloadTests
{
    private const string Variable = "VENDOR_PAYLOADS";

    /// <summary>A part of a file's name, and the answer that such a file is. The first that fits counts; none is for other endpoints.</summary>
    private static readonly (string Part, string? Reading)[] Readings =
    [
        ("whatif", null), ("orderModify", null), ("suppress", null), ("contract", null), ("secdef", null), ("trsrv", null), ("history", null), ("exchangerate", null),
        ("currency-pairs", null), ("summary", null), ("pnl", null), ("position-by-conid", null), ("position_conid", null), ("portfolio2", null), ("schedule", null),
        ("orderCancel", "cancel"), ("ibkr-ibind/accounts", "portfolio"), ("portfolio-accounts", "portfolio"), ("portfolio_accounts", "portfolio"),
        ("iserver-accounts", "accounts"), ("iserver_accounts", "accounts"), ("set-account", "select"), ("invalidate", "invalidate"), ("ledger", "ledger"), ("positions", "positions"),
        ("snapshot", "snapshot"), ("order-status", "order"), ("order_status", "order"), ("trades", "trades"), ("place-order", "place"), ("POST_iserver_account_accountId_orders", "place"),
        ("reply", "reply"), ("orders", "orders"), ("auth-status", "status"), ("auth_status", "status"), ("ssodh", "init"), ("tickle", "tickle"), ("sso_validate", "validate"),
    ];

    [Fact]
    public async Task Every_payload_of_an_endpoint_that_is_used_is_read_and_every_other_is_refused()
    {
        var files = Files("*.json");
        await using var town = await IbkrTown.StartAsync(terms => terms with { Retries = 0 });
        await town.SessionAsync();
        await town.Session.RequireAccountAsync("U1234567", IbkrTown.Stop);
        await town.Session.RequirePortfolioAsync("U1234567", IbkrTown.Stop);
        var read = 0;
        foreach (var file in files)
        {
            var (status, body) = Unwrapped(await File.ReadAllBytesAsync(file, IbkrTown.Stop));
            var name = $"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}";
            if (Readings.FirstOrDefault(r => name.Contains(r.Part, StringComparison.Ordinal)).Reading is { } known)
            {
                var reading = IbkrReading.All[known];
                var thrown = await reading.TryAsync(town, body, status, t => reading.Read(t.Session.Api));

                // An order's own answers are about its number, which is the file's.
                Assert.True(thrown is null || (known is "order" or "cancel" && thrown.Message.Contains("it is about order", StringComparison.Ordinal)), $"{name}: {thrown?.Message}");
                read++;
            }

            foreach (var reading in IbkrReading.All.Values)
            {
                await reading.TryAsync(town, body, status, t => reading.Read(t.Session.Api));
                if (reading.Use is { } use)
                {
                    await reading.TryAsync(town, body, status, use);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} of {files.Length} payloads belong to endpoints that are used.");
    }

    [Fact]
    public async Task Every_statement_of_flex_is_whole_and_every_part_of_one_is_refused()
    {
        foreach (var file in Files("*.xml"))
        {
            var answer = IbkrFuzzTests.Answered(await File.ReadAllBytesAsync(file, IbkrTown.Stop));
            if (file.EndsWith("_element.xml", StringComparison.Ordinal))
            {
                Assert.Equal(UpstreamFault.Unreadable, Assert.Throws<UpstreamException>(() => FlexService.Read(answer)).Fault);
            }
            else
            {
                var told = FlexService.Read(answer);
                Assert.True(told.IsStatement || told.Reference is not null || told.Code is not null, file);
            }
        }
    }

    private static string[] Files(string pattern)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        string[] files = string.IsNullOrEmpty(folder) || !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(Path.GetDirectoryName(f)!).Contains("ibkr", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal),
        ];
        if (files.Length == 0)
        {
            Assert.Skip($"{Variable} names no folder with {pattern} of Interactive Brokers.");
        }

        return files;
    }

    // Collections of payloads wrap them: a recorded exchange has a request and a response, the specification's examples a success and a value.
    private static (int Status, byte[] Body) Unwrapped(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Response", out var response))
        {
            return (response.GetProperty("StatusCode").GetInt32(), Text(response.GetProperty("Body")));
        }

        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("success", out var success) && success.TryGetProperty("value", out var value)
            ? (200, Text(value))
            : (200, bytes);

        static byte[] Text(JsonElement element) => System.Text.Encoding.UTF8.GetBytes(element.GetRawText());
    }
}
