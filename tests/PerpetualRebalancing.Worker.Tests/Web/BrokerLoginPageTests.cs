using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Live;
using PerpetualRebalancing.Worker.Web;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>Logging in at Zerodha on the page: the link out, the redirect back, the button; against a stand-in of Kite on a real socket.</summary>
public sealed partial class BrokerLoginPageTests
{
    private static readonly AccountId Account = new(IndianHome.Account);

    [Fact]
    public async Task The_redirect_changes_nothing_until_it_is_confirmed_and_works_once()
    {
        await using var home = new IndianHome();
        await home.OpenAsync();
        var at = new IPEndPoint(IPAddress.Loopback, RunningPage.FreePort());
        using var work = new Work(home.Settings with { Page = at }, home.Clock, home.MoveTo);
        await using var page = await PageOf(work, at);
        using var member = MemberOf(work, at);

        // The next morning the login has lapsed.
        home.MoveTo(IndianHome.Kolkata(2026, 11, 28, 8, 0));
        Enter(member, work);
        Assert.IsNotType<SessionState.Ready>(await work.Desk.SessionAsync(Account, TestContext.Current.CancellationToken));
        Assert.Contains("Log in at kite for asha-demat", (await member.Get("/accounts")).Text, StringComparison.Ordinal);
        var back = Back(home, await member.Post("/accounts/asha-demat/login"));

        // A scanner or a browser that loads pages ahead; then the person, whose browser comes from Kite's page without a login of ours.
        using var person = new WebVisitor(at.Port);
        Assert.Equal(HttpStatusCode.OK, (await person.Get(back)).Status);
        Assert.Contains("Finish the login", (await person.Get(back)).Text, StringComparison.Ordinal);
        Assert.IsNotType<SessionState.Ready>(await work.Desk.SessionAsync(Account, TestContext.Current.CancellationToken));
        Assert.Contains("asha-demat is logged in until", (await person.Post("/kite/asha-demat", Fields(back))).Text, StringComparison.Ordinal);
        Assert.IsType<SessionState.Ready>(await work.Desk.SessionAsync(Account, TestContext.Current.CancellationToken));

        // Replayed, and with a state that nobody asked for.
        Assert.Contains("belongs to no login under way", (await person.Post("/kite/asha-demat", Fields(back))).Text, StringComparison.Ordinal);
        Assert.Contains("belongs to no login under way", (await person.Post("/kite/asha-demat", ("state", new string('0', 64)), ("request_token", "x"), ("status", "success"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await person.Get("/kite/asha-deposit?state=x")).Status);
        Assert.IsType<SessionState.Ready>(await work.Desk.SessionAsync(Account, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Somebody_else_who_logs_in_is_refused_and_told()
    {
        await using var home = new IndianHome();
        await home.OpenAsync();
        var at = new IPEndPoint(IPAddress.Loopback, RunningPage.FreePort());
        using var work = new Work(home.Settings with { Page = at }, home.Clock, home.MoveTo);
        await using var page = await PageOf(work, at);
        using var member = MemberOf(work, at);
        await member.Get("/accounts");
        var back = Back(home, await member.Post("/accounts/asha-demat/login"), "XY9999");
        await member.Get(back);
        Assert.Contains("belongs to", (await member.Post("/kite/asha-demat", Fields(back))).Text, StringComparison.Ordinal);
        Assert.Contains(work.Desk.Store.Alerts(), a => a.Kind == "login" && a.DedupeKey.Contains("somebody-else", StringComparison.Ordinal));
    }

    private static Task<PageHost> PageOf(Work work, IPEndPoint at) => PageHost.StartAsync(
        new Site(work.Desk, work.Caretaker, new Pulse(work.Desk.Time), at), PageHost.Reserve(at), NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    private static WebVisitor MemberOf(Work work, IPEndPoint at)
    {
        var member = new WebVisitor(at.Port);
        Enter(member, work);
        return member;
    }

    private static void Enter(WebVisitor member, Work work) => member.Cookies.Add(member.Root, new Cookie("perpetual-session", Session(work.Desk)));

    private static string Session(Desk desk)
    {
        string? link = null;
        var sessions = new Sessions(desk.Store);
        Assert.True(sessions.Invite(desk.Policy.Members[0].Id, secret =>
        {
            link = secret;
            return new OutboxMessage("login", null, "link", "a link", $"login/{FormTokens.Hash(secret)}");
        }));
        return sessions.Enter(link!, null)!.Value.Session;
    }

    /// <summary>The person follows the link of the page, logs in at Kite, and is sent back to the page.</summary>
    private static string Back(IndianHome home, WebAnswer answer, string? user = null)
    {
        var link = WebUtility.HtmlDecode(Link().Match(answer.Text).Groups[1].Value);
        return $"/kite/asha-demat{new Uri(home.Kite.LogIn(new Uri(link), user)).Query}";
    }

    private static (string Name, string Value)[] Fields(string path)
    {
        var query = System.Web.HttpUtility.ParseQueryString(path[path.IndexOf('?', StringComparison.Ordinal)..]);
        return [.. new[] { "request_token", "state", "status" }.Select(name => (name, query[name]!))];
    }

    [GeneratedRegex("href=\"(http[^\"]+/connect/login[^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
