using System.Text.Json;
using PerpetualRebalancing.Worker.Tests.Faults;

namespace PerpetualRebalancing.Worker.Tests.Watching;

/// <summary>The service as a process of its own, with a collector and a dead man's switch on real sockets.</summary>
public class WatchedServiceTests
{
    [Fact]
    public async Task A_service_sends_metrics_and_traces_gives_a_sign_of_life_after_its_review_and_logs_json_that_names_the_review()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var elsewhere = await Elsewhere.StartAsync();
        using var installation = new Installation();
        using var service = await RunningService.Start(
            installation, ("PERPETUAL_LOG", "json"), ("OTEL_EXPORTER_OTLP_ENDPOINT", elsewhere.Root), ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=abc-123"),
            ("PERPETUAL_DEADMAN_URL", $"{elsewhere.Root}/ping/7f3a"));
        await RunningService.Until(() => Pings(elsewhere) == 1);
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        Assert.Equal(ExitCode.Done, await service.Terminate());

        // What was not sent yet is sent at the end.
        var (metrics, traces) = (Sent(elsewhere, "/v1/metrics"), Sent(elsewhere, "/v1/traces"));
        Assert.Contains("perpetual.reviews", metrics, StringComparison.Ordinal);
        Assert.Contains("AwaitingApproval", metrics, StringComparison.Ordinal);
        foreach (var span in new[] { "review", "open", "gather", "keep", "decide", "judge", "record" })
        {
            Assert.Contains(span, traces, StringComparison.Ordinal);
        }

        Assert.All(elsewhere.Heard.Where(h => h.Path.StartsWith("/v1/", StringComparison.Ordinal)), h => Assert.Contains("x-key: abc-123", h.Headers, StringComparison.Ordinal));
        var lines = (await service.Said()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        var ended = Assert.Single(lines, l => l.GetProperty("event").GetInt32() == 6);
        Assert.Equal(6, lines.Count(l => l.GetProperty("event").GetInt32() == 5 && l.GetProperty("review").GetString() == ended.GetProperty("review").GetString()));
        Assert.DoesNotContain("7f3a", await service.Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_and_a_switch_that_nobody_answers_at_hold_up_neither_the_service_nor_its_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var installation = new Installation();
        using var service = await RunningService.Start(
            installation, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), ("PERPETUAL_DEADMAN_URL", "http://127.0.0.1:9/ping/7f3a"));
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        Assert.Equal(ExitCode.Done, await service.Terminate());
        Assert.DoesNotContain("7f3a", await service.Said(), StringComparison.Ordinal);
    }

    private static int Pings(Elsewhere elsewhere) => elsewhere.Heard.Count(h => h is { Method: "GET", Path: "/ping/7f3a" });

    private static string Sent(Elsewhere elsewhere, string path) => string.Concat(elsewhere.Heard.Where(h => h.Path == path).Select(h => h.Body));
}
