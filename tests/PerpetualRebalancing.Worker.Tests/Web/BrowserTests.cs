using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Tests.Faults;
using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Web.Charts;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>The page in Chromium, driven by <c>tests/page</c>: at a phone's and a desk's width, light and dark, scanned by axe-core.</summary>
public class BrowserTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests/page");

    [Fact]
    public async Task The_page_is_accessible_at_every_width_its_charts_show_the_plan_and_a_plan_is_approved_by_keyboard()
    {
        var (chromium, node) = (Find("chromium", "chromium-browser"), Find("node"));
        Assert.SkipWhen(chromium is null, "Chromium is not installed (Debian: apt-get install chromium).");
        Assert.SkipWhen(node is null, "Node.js is not installed (Debian: apt-get install nodejs npm).");
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules/playwright-core")), "The browser's driver is missing: run 'npm ci' in tests/page.");

        // N so small that the plan sells, buys, and starts a sell program.
        using var page = await RunningPage.Start(new Installation().WithMarketsClosedNow()
            .Edit("household.json", "\"maximumDrift\": 10, \"minimumDrift\": 5", "\"maximumDrift\": 0.2, \"minimumDrift\": 0.1"));
        var batch = await AnswerLinkTests.Asked(page);
        using var member = await page.Member();
        var (code, error, output) = await Node(
            node!, "flow.mjs", chromium!, member.Root.AbsoluteUri, member.Session!, AnswerLinkTests.Mailed(page, "asha@example.org", "Approve"), batch.Id.Value, Environment.GetEnvironmentVariable("PAGE_SHOTS") ?? "");
        Assert.True(code == 0, error);

        using var store = page.Store();
        var read = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("Approved", "asha"), (read.GetProperty("answered").GetString(), store.Facts().Single(f => f.Fact is Fact.BatchApproved).By));
        Assert.Contains($"Batch {batch.Id} is approved;", read.GetProperty("said").GetString(), StringComparison.Ordinal);

        // What the browser shows, against the plan as it is stored.
        var plan = store.Plan(batch.PlanHash)!.Read();
        var policy = Adapters.Configuration.HouseholdFile.Load(Path.Combine(page.Installation.Config, "household.json")).Household;
        var chart = DriftImpactChart.Of(plan, policy);
        var shown = Rows(read, "Drift correction impact");
        Assert.Equal(
            chart.Classes.Select(c => (c.Name, MoneyFormat.Points(c.Pre), MoneyFormat.Points(c.Post), MoneyFormat.Points(c.Change))), shown.Select(r => (r[0], r[1], r[2], r[3])));
        Assert.Equal(plan.Proof.BuyLevels.Select(l => MoneyFormat.Points(l.Level)).Distinct().Order(StringComparer.Ordinal), shown.Select(r => r[5]).Where(l => l.Length > 0).Distinct().Order(StringComparer.Ordinal));
        var ceiling = Assert.Single(Rows(read, "Active drift ceiling and execution"));
        var step = Assert.IsType<ProgramStep.Sell>(plan.Program);
        Assert.Equal([plan.Slot.ToString(), MoneyFormat.Size(step.Projected), MoneyFormat.Size(step.Ceiling), "month 1", "yes", "open"], ceiling);
        Assert.Contains(chart.Classes, c => c.Kind == ImpactKind.Improvement);
        var drawn = read.GetProperty("drawn").EnumerateArray().ToArray();
        Assert.Equal(
            (2, plan.Classes.Length, 1), (drawn.Length, drawn[0].GetProperty("columns").GetInt32(), drawn[1].GetProperty("circles").GetInt32()));
    }

    private static string[][] Rows(JsonElement read, string chart) =>
        [.. read.GetProperty("charts").GetProperty(chart).EnumerateArray().Select(r => r.EnumerateArray().Select(c => c.GetString()!).ToArray())];

    private static async Task<(int Code, string Error, string Output)> Node(string node, params string[] arguments)
    {
        var start = new ProcessStartInfo(node, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        return (process.ExitCode, await error, await output);
    }

    private static string? Find(params string[] names) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => names.Select(name => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}{(OperatingSystem.IsWindows() ? ".exe" : "")}"))))
        .FirstOrDefault(File.Exists);
}
