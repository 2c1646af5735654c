using System.Net;
using System.Web;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Tests.Faults;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>The links of an approval request, from the message to the fact, and what others may try with them.</summary>
public class AnswerLinkTests
{
    private static readonly Uri Root = new("https://page.example/");

    [Fact]
    public async Task A_link_that_came_by_mail_shows_the_plan_changes_nothing_and_approves_once_when_confirmed()
    {
        using var page = await RunningPage.Start();
        var batch = await Asked(page);
        using var store = page.Store();
        var before = store.Facts().Length;
        var link = Mailed(page, "asha@example.org", "Approve");
        using var scanner = page.Visitor();
        using var person = page.Visitor();
        Assert.Equal(HttpStatusCode.OK, (await scanner.Get(link)).Status);
        var shown = (await person.Get(link)).Text;
        foreach (var words in new[] { "Approve, as Asha", "Drift correction impact", "Gates", "the gates run again on fresh prices" })
        {
            Assert.Contains(words, shown, StringComparison.Ordinal);
        }

        Assert.Equal(before, store.Facts().Length);
        var clicks = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => person.Post("/answer", Fields(link))));
        Assert.Single(clicks, c => c.Text.Contains($"Batch {batch.Id} is approved;", StringComparison.Ordinal));
        Assert.Equal("asha", Assert.Single(store.Facts(), f => f.Fact is Fact.BatchApproved).By);

        // Replayed by whoever reads the mail later; and the other link of the same request.
        Assert.Equal(HttpStatusCode.Gone, (await scanner.Get(link)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await scanner.Post("/answer", Fields(link))).Status);
        Assert.Equal(HttpStatusCode.Gone, (await scanner.Post("/answer", [.. Fields(Mailed(page, "asha@example.org", "Reject")), ("reason", "late")])).Status);
        Assert.Single(store.State.Batches);
    }

    [Fact]
    public async Task A_link_that_rejects_asks_for_a_reason_and_is_its_readers_word()
    {
        using var page = await RunningPage.Start();
        await Asked(page);
        using var person = page.Visitor();
        var link = Mailed(page, "ravi@example.org", "Reject");
        Assert.Contains("Reject, as Ravi", (await person.Get(link)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await person.Post("/answer", Fields(link))).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/answer", [.. Fields(link), ("reason", "not this month")])).Status);
        using var store = page.Store();
        Assert.Empty(store.State.Batches);
        Assert.Equal("ravi", store.Facts().Single(f => f.Fact is Fact.BatchClosed).By);
    }

    [Fact]
    public async Task A_link_that_is_altered_expired_foreign_or_of_another_plan_answers_nothing()
    {
        using var page = await RunningPage.Start();
        var batch = await Asked(page);
        using var visitor = page.Visitor();
        using var other = page.Visitor();
        await visitor.Get("/login");
        await other.Get("/login");
        var good = Fields(Mailed(page, "asha@example.org", "Reject"));
        (string Name, string Value)[] With(string name, string value) => [.. good.Select(f => f.Name == name ? (name, value) : f)];
        var now = TimeProvider.System.GetUtcNow();
        var key = RuntimeKey.Parse(RunningPage.Key.Value)!;
        (string, string)[] Made(RuntimeKey by, ApprovalToken token) => Fields(new ApprovalLink(by).Write(Root, token).PathAndQuery);
        var token = new ApprovalToken(batch.Id, batch.PlanHash, LinkAction.Reject, new MemberId("asha"), batch.Expires);
        (string Name, string Value)[][] attempts =
        [
            With("b", "0123456789"), With("p", new string('0', 64)), With("a", "Approve"), With("m", "ravi"), With("m", "eve"), With("x", "4102444800"),
            With("t", new string('A', 43)), With("t", ""), [.. good.Where(f => f.Name != "t")], [.. good, ("b", "0123456789")],
            Made(RuntimeKey.Parse(new string('8', 64))!, token),
            Made(key, token with { Expires = now.AddSeconds(-1) }),
            Made(key, token with { Member = new MemberId("eve") }),
        ];
        foreach (var attempt in attempts)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await visitor.Post("/answer", [.. attempt, ("reason", "attack")])).Status);
        }

        // Whole, but of a request that is not the open one: another plan, another batch, an earlier request for the same plan.
        foreach (var foreign in new[] { token with { PlanHash = new string('0', 64) }, token with { Batch = new BatchId("0123456789") }, token with { Expires = batch.Expires.AddHours(-1) } })
        {
            Assert.Equal(HttpStatusCode.Gone, (await other.Post("/answer", [.. Made(key, foreign), ("reason", "attack")])).Status);
        }

        using var store = page.Store();
        Assert.Equal(batch.PlanHash, Assert.Single(store.State.Batches).PlanHash);
        Assert.DoesNotContain(store.Facts(), f => f.Fact is Fact.BatchApproved or Fact.BatchClosed);

        // So that it was the attempts that were wrong, and not the way they were made.
        Assert.Equal(HttpStatusCode.OK, (await other.Post("/answer", [.. Made(key, token), ("reason", "really")])).Status);
        Assert.Empty(store.State.Batches);
    }

    [Fact]
    public async Task A_form_of_another_site_cannot_use_a_link_that_it_has()
    {
        using var page = await RunningPage.Start();
        await Asked(page);
        using var visitor = page.Visitor();
        var link = Mailed(page, "asha@example.org", "Approve");
        await visitor.Get(link);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.PostFrom("/answer", [("form", visitor.Token), .. Fields(link)], ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.PostFrom("/answer", [.. Fields(link)], ("Sec-Fetch-Site", "same-origin"))).Status);
        using var store = page.Store();
        Assert.False(Assert.Single(store.State.Batches).Approved);
    }

    internal static async Task<Batch> Asked(RunningPage page)
    {
        Assert.Equal(ExitCode.AwaitingApproval, (await Cli.Executable.StartWith(page.Installation.Root, [RunningPage.Key], "review")).Code);
        await RunningService.Until(() => page.Messages("asha@example.org").Any(m => m.Contains("/answer?", StringComparison.Ordinal)) && page.Messages("ravi@example.org").Any(m => m.Contains("/answer?", StringComparison.Ordinal)));
        using var store = page.Store();
        return Assert.Single(store.State.Batches);
    }

    /// <summary>The path of the link that a member was sent.</summary>
    internal static string Mailed(RunningPage page, string mail, string action) => page.Messages(mail).SelectMany(m => m.Split('\n'))
        .Select(l => l.IndexOf("https://page.example/answer?", StringComparison.Ordinal) is >= 0 and var at ? new Uri(l[at..].Trim()).PathAndQuery : "")
        .First(p => p.Contains($"a={action}", StringComparison.Ordinal));

    private static (string Name, string Value)[] Fields(string path)
    {
        var query = HttpUtility.ParseQueryString(path[path.IndexOf('?', StringComparison.Ordinal)..]);
        return [.. query.AllKeys.Select(k => (k!, query[k]!))];
    }
}
