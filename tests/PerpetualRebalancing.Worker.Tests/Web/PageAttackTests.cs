using System.Net;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Tests.Faults;
using PerpetualRebalancing.Worker.Web;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>What others may try at the page, over real HTTP. All of it is refused, and changes nothing.</summary>
public class PageAttackTests
{
    [Fact]
    public async Task A_mail_scanner_that_opens_a_link_burns_nothing_and_the_link_works_once()
    {
        using var page = await RunningPage.Start();
        using var scanner = page.Visitor();
        using var person = page.Visitor();
        var link = await page.Invite(person, "asha@example.org");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await scanner.Get($"/enter?link={link}")).Status);
        }

        Assert.Null(scanner.Session);
        await person.Get($"/enter?link={link}");
        Assert.Equal((HttpStatusCode.SeeOther, "/"), await Entered(person, link));
        Assert.Equal(HttpStatusCode.OK, (await person.Get("/")).Status);

        // Replayed, by whoever read the mail later.
        await scanner.Get("/login");
        Assert.Equal(HttpStatusCode.Forbidden, (await scanner.Post("/enter", ("link", link))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await scanner.Get($"/enter?link={link}")).Status);
        Assert.Null(scanner.Session);
    }

    [Fact]
    public async Task Whoever_asks_for_a_link_is_told_the_same_and_only_a_member_gets_one()
    {
        using var page = await RunningPage.Start();
        using var visitor = page.Visitor();
        await visitor.Get("/login");
        var stranger = await visitor.Post("/login", ("mail", "eve@example.org"));
        var hostile = await visitor.Post("/login", ("mail", "asha@example.org\r\nBcc: eve@example.org"));
        var member = await visitor.Post("/login", ("mail", "ASHA@example.org"));
        Assert.Equal((stranger.Status, stranger.Text), (member.Status, member.Text));
        Assert.Equal((stranger.Status, stranger.Text), (hostile.Status, hostile.Text));
        await RunningService.Until(() => page.Links("asha@example.org").Length == 1);
        Assert.Single(Directory.GetFiles(Path.Combine(page.Installation.Data, "outbox"), "*.eml"));
    }

    [Fact]
    public async Task A_session_that_somebody_planted_is_never_logged_in()
    {
        using var page = await RunningPage.Start();
        using var victim = page.Visitor();
        var planted = FormTokens.Random();
        victim.Cookies.Add(victim.Root, new Cookie("perpetual-session", planted));
        var link = await page.Invite(victim, "asha@example.org");
        await victim.Get($"/enter?link={link}");
        Assert.Equal((HttpStatusCode.SeeOther, "/"), await Entered(victim, link));
        Assert.NotEqual(planted, victim.Session);
        using var attacker = page.Visitor();
        attacker.Cookies.Add(attacker.Root, new Cookie("perpetual-session", planted));
        Assert.Equal(HttpStatusCode.Unauthorized, (await attacker.Get("/")).Status);

        // Logged out, the session is worth nothing to whoever has copied it.
        attacker.Cookies.Add(attacker.Root, new Cookie("perpetual-session", victim.Session));
        Assert.Equal(HttpStatusCode.OK, (await attacker.Get("/")).Status);
        await victim.Get("/audit");
        Assert.Equal("/login", (await victim.Post("/logout")).Location);
        Assert.Equal(HttpStatusCode.Unauthorized, (await attacker.Get("/")).Status);
    }

    [Fact]
    public async Task A_form_of_another_site_or_another_browser_changes_nothing()
    {
        using var page = await RunningPage.Start();
        using var asha = await page.Member();
        using var ravi = await page.Member("ravi");
        using var stranger = page.Visitor();
        await stranger.Get("/login");
        var fields = new[] { ("form", asha.Token), ("reason", "attack") };
        foreach (var headers in new (string, string)[][]
        {
            [],
            [("Origin", "null")],
            [("Origin", "https://evil.example")],
            [("Origin", "https://page.example")],
            [("Origin", $"https://127.0.0.1:{page.Port}")],
            [("Origin", "http://127.0.0.1:1")],
            [("Sec-Fetch-Site", "cross-site"), ("Origin", "null")],
            [("Sec-Fetch-Site", "same-site"), ("Origin", $"http://127.0.0.1:{page.Port}")],
            [("Sec-Fetch-Site", "none")],
            [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.example")],
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await asha.PostFrom("/halt", fields, headers)).Status);
        }

        foreach (var token in new[] { "", "a", ravi.Token, stranger.Token, asha.Token[..^1] + (asha.Token[^1] == 'A' ? 'B' : 'A') })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await asha.PostFrom("/halt", [("form", token), ("reason", "attack")], ("Sec-Fetch-Site", "same-origin"))).Status);
        }

        using (var json = new StringContent($"form={asha.Token}&reason=attack", null, "text/plain"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await asha.Send(new HttpRequestMessage(HttpMethod.Post, "/halt") { Content = json }, ("Sec-Fetch-Site", "same-origin"))).Status);
        }

        using var store = page.Store();
        Assert.Empty(store.Intents());

        // The same form from the page itself, so that it was the origin and the token that were refused; an older browser says only the origin.
        Assert.Equal(HttpStatusCode.OK, (await asha.PostFrom("/halt", fields, ("Origin", $"http://127.0.0.1:{page.Port}"))).Status);
        Assert.Equal("attack", store.State.Halt);
    }

    [Fact]
    public async Task No_get_changes_anything_whatever_it_asks_for()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        Assert.Equal(ExitCode.AwaitingApproval, (await page.Installation.Start("review")).Code);
        using var store = page.Store();
        var (code, before) = (store.State.Batches[0].Id.Value, store.Facts().Length);
        foreach (var route in Route.All)
        {
            var path = route.Pattern.Replace("{code}", code, StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal).Replace("{account}", "asha-demat", StringComparison.Ordinal);
            await member.Get($"{path}?form={Uri.EscapeDataString(member.Token)}&reason=x&word=resume&link=x");
        }

        Assert.Equal(before, store.Facts().Length);
        Assert.Empty(store.PendingIntents());
        Assert.Equal(HttpStatusCode.OK, (await member.Get("/audit")).Status);
    }

    [Fact]
    public async Task A_name_that_was_made_to_point_here_gets_no_answer()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        foreach (var host in new[] { "evil.example", "evil.example:8642", "127.0.0.1.evil.example", "localhost.evil.example", "169.254.169.254", "page.example.evil.example" })
        {
            var answer = await PageTests.Raw(page.Port, $"GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 421 ", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var host in new[] { "page.example", "PAGE.LAN", $"localhost:{page.Port}", $"[::1]:{page.Port}" })
        {
            Assert.StartsWith("HTTP/1.1 200 ", await PageTests.Raw(page.Port, $"GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        }

        // Without a host, with two of them, and with one that the request contradicts.
        Assert.StartsWith("HTTP/1.1 400 ", await PageTests.Raw(page.Port, "GET /login HTTP/1.1\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await PageTests.Raw(page.Port, "GET /login HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.DoesNotContain(" 200 ", (await PageTests.Raw(page.Port, "GET http://evil.example/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))[..20], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 421 ", await PageTests.Raw(page.Port, "GET /login HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_this_machine_cookies_travel_over_tls_alone()
    {
        using var page = await RunningPage.Start();
        var answer = await PageTests.Raw(page.Port, "GET /login HTTP/1.1\r\nHost: page.example\r\nConnection: close\r\n\r\n");
        var cookie = answer.Split("\r\n").Single(l => l.StartsWith("Set-Cookie:", StringComparison.OrdinalIgnoreCase)).ToLowerInvariant();
        Assert.StartsWith("set-cookie: __host-perpetual-visitor=", cookie, StringComparison.Ordinal);
        Assert.All(new[] { "secure", "httponly", "samesite=strict", "path=/" }, word => Assert.Contains(word, cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_that_climbs_finds_no_file()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        foreach (var path in new[]
        {
            "/../household.db", "/../../../../etc/passwd", "/reviews/..%2f..%2fhousehold.db", "/reviews/%2e%2e/%2e%2e/config/household.json", "/style.css/../../household.json",
            "/style.css%00.json", "//etc/passwd", "/%c0%ae%c0%ae/etc/passwd", "/reviews/..%5c..%5chousehold.db", "/tax?year=../../etc/passwd",
        })
        {
            var answer = await PageTests.Raw(page.Port, $"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: perpetual-session={member.Session}\r\nConnection: close\r\n\r\n");
            Assert.Contains(answer.Split(' ')[1], new[] { "400", "404" });
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("SQLite format", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\"members\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_script_in_a_name_is_shown_and_never_run()
    {
        const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        using var page = await RunningPage.Start(new Installation().WithMarketsClosedNow()
            .Edit("household.json", "\"name\": \"Nasdaq 100\"", $"\"name\": \"{Script}\"")
            .Edit("household.json", "\"name\": \"Asha and Ravi\"", "\"name\": \"</title><script>alert(3)</script>\""));
        using var member = await page.Member();
        Assert.Equal(ExitCode.AwaitingApproval, (await page.Installation.Start("review")).Code);
        using var store = page.Store();
        foreach (var path in new[] { "/", $"/reviews/{store.State.Batches[0].Id}", $"/reviews/{store.State.Batches[0].Id}/history", "/batches", "/tax" })
        {
            var shown = (await member.Get(path)).Text;
            Assert.DoesNotContain("<script", shown, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", shown, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("&lt;script&gt;alert(1)", (await member.Get("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_for_one_address_and_nobody_else_is_kept_out()
    {
        using var page = await RunningPage.Start();
        using var guesser = page.Visitor();
        using var other = page.Visitor();
        await guesser.Get("/login");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
        {
            answers.Add((await guesser.Post("/enter", ("link", FormTokens.Random()))).Status);
        }

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Forbidden, 20).Concat(Enumerable.Repeat(HttpStatusCode.TooManyRequests, 10)), answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await guesser.Get("/enter?link=x")).Status);
        Assert.Equal(HttpStatusCode.OK, (await guesser.Get("/healthz")).Status);
        var link = await page.Invite(other, "asha@example.org");
        await other.Get($"/enter?link={link}");
        Assert.Equal((HttpStatusCode.SeeOther, "/"), await Entered(other, link));
    }

    [Fact]
    public async Task What_is_too_large_or_broken_is_refused_without_details()
    {
        using var page = await RunningPage.Start();
        using var member = await page.Member();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await member.Post("/halt", ("reason", new string('x', 20_000)))).Status);
        var many = Enumerable.Range(0, 40).Select(i => ($"f{i}", "x")).Prepend(("form", member.Token)).ToArray();
        Assert.Equal(HttpStatusCode.BadRequest, (await member.PostFrom("/halt", many, ("Sec-Fetch-Site", "same-origin"))).Status);
        Assert.StartsWith("HTTP/1.1 414 ", await PageTests.Raw(page.Port, $"GET /{new string('a', 5000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405 ", await PageTests.Raw(page.Port, "DELETE /audit HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        using var store = page.Store();
        Assert.Empty(store.Intents());
    }

    private static async Task<(HttpStatusCode, string?)> Entered(WebVisitor visitor, string link)
    {
        var answer = await visitor.Post("/enter", ("link", link));
        return (answer.Status, answer.Location);
    }
}
