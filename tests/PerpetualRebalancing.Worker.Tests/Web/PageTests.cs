using System.Net;
using System.Net.Sockets;
using System.Text;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Tests.Faults;
using PerpetualRebalancing.Worker.Web;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>What the page of a running service shows, to whom, and what can be done there.</summary>
public class PageTests
{
    [Fact]
    public async Task A_stranger_learns_whether_all_is_well_and_nothing_else()
    {
        using var page = await RunningPage.Start();
        using var stranger = page.Visitor();
        Assert.Equal((HttpStatusCode.OK, "pulse ok\n"), Said(await stranger.Get("/healthz")));
        Assert.Equal((HttpStatusCode.OK, "database ok\nscheduler ok\nreviews ok\n"), Said(await stranger.Get("/readyz")));
        Assert.Empty(stranger.Cookies.GetAllCookies());
        foreach (var route in Route.All.Where(r => r.Entry == Entry.Member))
        {
            var path = route.Pattern.Replace("{code}", "abcdef0123", StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal).Replace("{account}", "asha-demat", StringComparison.Ordinal);
            var answer = route.Method == HttpMethod.Get.Method ? await stranger.Get(path) : await stranger.Post(path);
            Assert.True(answer.Status == HttpStatusCode.Unauthorized, $"{route.Method} {path}: {answer.Status}");
            Assert.DoesNotContain("Asha", answer.Text, StringComparison.Ordinal);
        }

        using var store = page.Store();
        Assert.Single(store.Facts());
        Assert.Empty(store.Intents());
    }

    [Fact]
    public async Task A_collector_on_this_machine_reads_the_metrics_and_nobody_behind_a_proxy_does()
    {
        using var page = await RunningPage.Start();
        using var proxied = page.Visitor();
        Assert.Equal(HttpStatusCode.NotFound, (await proxied.Get("/metrics")).Status);
        using var collector = new HttpClient();
        Assert.Contains("# TYPE ", await collector.GetStringAsync(new Uri(proxied.Root, "metrics"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_tells_the_browser_to_run_load_frame_and_keep_nothing()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        foreach (var path in new[] { "/", "/audit", "/nothing", "/healthz", "/reviews/none" })
        {
            var response = (await member.Get(path)).Response;
            string Header(string name) => string.Join(",", response.Headers.GetValues(name));
            Assert.StartsWith("default-src 'none'; style-src 'self';", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal(
                ("nosniff", "no-referrer", "no-store", "same-origin", "same-origin"),
                (Header("X-Content-Type-Options"), Header("Referrer-Policy"), Header("Cache-Control"), Header("Cross-Origin-Opener-Policy"), Header("Cross-Origin-Resource-Policy")));
            Assert.Empty(response.Headers.Server);
        }

        Assert.DoesNotContain("<script", (await member.Get("/")).Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", (await member.Get("/")).Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("text/css", (await member.Get("/style.css")).Response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_plan_is_shown_and_approved_by_whoever_is_logged_in_and_a_double_click_is_one_approval()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        Assert.Contains("No review has run yet.", (await member.Get("/reviews")).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.AwaitingApproval, (await page.Installation.Start("review")).Code);
        using var store = page.Store();
        var code = Assert.Single(store.State.Batches).Id.Value;

        Assert.Contains($"href=\"/reviews/{code}\"", (await member.Get("/")).Text, StringComparison.Ordinal);
        Assert.Contains("waits for an answer", (await member.Get("/reviews")).Text, StringComparison.Ordinal);
        var shown = (await member.Get($"/reviews/{code}")).Text;
        foreach (var words in new[] { "Drift correction impact", "Active drift ceiling and execution", "Not traded", "Gates", "Proof", "Approve this plan" })
        {
            Assert.Contains(words, shown, StringComparison.Ordinal);
        }

        var clicks = await Task.WhenAll(member.Post($"/reviews/{code}/approve"), member.Post($"/reviews/{code}/approve"));
        Assert.Single(clicks, c => c.Text.Contains($"Batch {code} is approved;", StringComparison.Ordinal));
        Assert.Single(clicks, c => c.Text.Contains($"Batch {code} is already approved.", StringComparison.Ordinal));
        Assert.Equal("asha", Assert.Single(store.Facts(), f => f.Fact is Fact.BatchApproved).By);
        Assert.DoesNotContain("Approve this plan", (await member.Get($"/reviews/{code}")).Text, StringComparison.Ordinal);
        Assert.Contains("approved by asha", (await member.Get($"/reviews/{code}/history")).Text, StringComparison.Ordinal);
        Assert.Contains("approved by asha", (await member.Get("/batches")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_and_keeps_it()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member("ravi");
        Assert.Equal(ExitCode.AwaitingApproval, (await page.Installation.Start("review")).Code);
        using var store = page.Store();
        var code = store.State.Batches[0].Id.Value;
        await member.Get($"/reviews/{code}");
        Assert.Equal(HttpStatusCode.BadRequest, (await member.Post($"/reviews/{code}/reject", ("reason", " "))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await member.Post($"/reviews/{code}/reject", ("reason", "no\r\nBcc: x@example.org"))).Status);
        Assert.Single(store.State.Batches);
        Assert.Contains("is rejected", (await member.Post($"/reviews/{code}/reject", ("reason", "waiting for the bonus"))).Text, StringComparison.Ordinal);
        Assert.Equal("Rejected by ravi: waiting for the bonus", Assert.IsType<Fact.BatchClosed>(store.Facts().Single(f => f.Fact is Fact.BatchClosed).Fact).Why);
        Assert.Contains("rejected", (await member.Get("/reviews")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Placing_is_halted_with_a_reason_and_resumed_by_the_word_alone()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        using var store = page.Store();
        await member.Get("/");
        Assert.Equal(HttpStatusCode.BadRequest, (await member.Post("/halt", ("reason", ""))).Status);
        Assert.Equal(HttpStatusCode.OK, (await member.Post("/halt", ("reason", "prices look wrong"))).Status);
        Assert.Equal("prices look wrong", store.State.Halt);
        Assert.Contains("HALTED: prices look wrong", (await member.Get("/")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await member.Post("/resume", ("word", "yes"))).Status);
        Assert.NotNull(store.State.Halt);
        Assert.Equal(HttpStatusCode.OK, (await member.Post("/resume", ("word", "resume"))).Status);
        Assert.Null(store.State.Halt);
    }

    [Fact]
    public async Task An_alert_is_acknowledged_and_the_record_is_checked_and_shown_with_its_head()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        using (var writer = page.Installation.OpenAt(TimeProvider.System))
        {
            writer.Transact("test", t => t.Raise(new Adapters.Store.Alert(Domain.Review.Severity.Critical, "test", "test/1", "the roof leaks")));
        }

        Assert.Contains("The roof leaks.", (await member.Get("/alerts")).Text, StringComparison.Ordinal);
        using var store = page.Store();
        var id = store.Alerts().Single(a => a.Kind == "test").Id;
        Assert.Equal("/alerts", (await member.Post($"/alerts/{id}/acknowledge")).Location);
        Assert.NotNull(store.Alerts().Single(a => a.Id == id).AcknowledgedAt);
        Assert.Equal(HttpStatusCode.NotFound, (await member.Post("/alerts/99999999999999999999/acknowledge")).Status);

        var head = Assert.IsType<Adapters.Store.AuditVerification.Intact>(store.VerifyChain()).Head;
        Assert.Contains(head, (await member.Get("/audit")).Text, StringComparison.Ordinal);
        Assert.Contains("nothing up to it was changed", (await member.Post("/audit", ("anchor", head))).Text, StringComparison.Ordinal);
        Assert.Contains("NOT in the log", (await member.Post("/audit", ("anchor", new string('0', 64)))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Money_taxes_and_accounts_are_shown_and_what_does_not_exist_is_not_found()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        Assert.Contains("= closing", (await member.Get("/ledger")).Text, StringComparison.Ordinal);
        Assert.Contains("An estimate, not advice", (await member.Get("/tax")).Text, StringComparison.Ordinal);
        Assert.Contains("asha-demat", (await member.Get("/accounts")).Text, StringComparison.Ordinal);
        Assert.Contains("No batch is open.", (await member.Get("/batches")).Text, StringComparison.Ordinal);
        foreach (var path in new[] { "/reviews/abcdef0123", "/reviews/zz", "/reviews/abcdef0123/history", "/tax?year=1066", "/kite/asha-demat?state=x", "/kite/none", "/nothing" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await member.Get(path)).Status);
        }
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_is_told_before_anything_runs_and_off_means_no_page()
    {
        using var installation = new Installation();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var at = listener.LocalEndpoint.ToString()!;
        Installation.AssertRefused(
            await Cli.Executable.StartWith(installation.Root, [("PERPETUAL_PAGE", at)], "run"), $"environment: PERPETUAL_PAGE: nothing can listen at {at} (");
        using var store = installation.Open();
        Assert.Null(store.Placing());

        var port = RunningPage.FreePort();
        using var service = await RunningService.Start(installation, ("PERPETUAL_PAGE", "off"));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken));
    }

    /// <summary>Sends bytes as they are, and returns the whole answer.</summary>
    internal static async Task<string> Raw(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static (HttpStatusCode, string) Said(WebAnswer answer) => (answer.Status, answer.Text);
}
