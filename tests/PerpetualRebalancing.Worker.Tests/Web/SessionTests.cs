using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Demo;
using PerpetualRebalancing.Worker.Web;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>Links and sessions on a real database and a clock that is moved.</summary>
public sealed class SessionTests : IDisposable
{
    private static readonly MemberId Asha = new("asha");

    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedTime _time = new(new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero));
    private readonly HouseholdStore _store;
    private readonly Sessions _sessions;

    public SessionTests()
    {
        _store = HouseholdStore.Open(Path.Combine(_folder.Root, "household.db"), new HouseholdId("home"), _time);
        _sessions = new Sessions(_store);
    }

    [Fact]
    public void A_link_works_once_and_looking_at_it_uses_nothing_up()
    {
        var link = Invite()!;
        Assert.True(_sessions.IsInvited(link));
        Assert.True(_sessions.IsInvited(link));
        var entered = _sessions.Enter(link, null);
        Assert.Equal(Asha, entered?.Member);
        Assert.False(_sessions.IsInvited(link));
        Assert.Null(_sessions.Enter(link, null));
        Assert.Null(_sessions.Enter(new string('a', 43), null));
    }

    [Fact]
    public void A_link_expires()
    {
        var link = Invite()!;
        Go(Sessions.LinkLife - TimeSpan.FromSeconds(1));
        Assert.True(_sessions.IsInvited(link));
        Go(TimeSpan.FromSeconds(1));
        Assert.False(_sessions.IsInvited(link));
        Assert.Null(_sessions.Enter(link, null));
    }

    [Fact]
    public void No_mailbox_is_filled_with_links()
    {
        Assert.All(Enumerable.Range(0, Sessions.MostLinks), _ => Assert.NotNull(Invite()));
        Assert.Null(Invite());
        Assert.Equal(Sessions.MostLinks, _store.PendingOutbox().Length);
        Go(Sessions.LinkLife);
        Assert.NotNull(Invite());
    }

    [Fact]
    public void A_session_ends_when_nobody_uses_it_and_after_a_week_whoever_uses_it()
    {
        var idle = Enter();
        Go(Sessions.Idle - TimeSpan.FromSeconds(1));
        Assert.Equal(Asha, Find(idle));
        Go(Sessions.Idle);
        Assert.Null(Find(idle));

        var used = Enter();
        for (var hours = 0; hours < 24 * 7; hours += 6)
        {
            Assert.Equal(Asha, Find(used));
            Go(TimeSpan.FromHours(6));
        }

        Assert.Null(Find(used));
    }

    [Fact]
    public void Logging_in_ends_the_session_that_the_browser_had_and_leaving_ends_this_one()
    {
        var first = Enter();
        var second = _sessions.Enter(Invite()!, first)!.Value.Session;
        Assert.NotEqual(first, second);
        Assert.Null(Find(first));
        Assert.Equal(Asha, Find(second));
        _sessions.Leave(second);
        Assert.Null(Find(second));
    }

    [Fact]
    public void Nothing_that_lets_somebody_in_stands_in_the_database()
    {
        var link = FormTokens.Random();
        _store.Transact("page", t => t.AddLoginLink(FormTokens.Hash(link), Asha, t.Now + Sessions.LinkLife));
        var session = _sessions.Enter(link, null)!.Value.Session;
        _store.Dispose();
        var bytes = Directory.EnumerateFiles(_folder.Root).SelectMany(File.ReadAllBytes).ToArray();
        Assert.False(Has(bytes, link));
        Assert.False(Has(bytes, session));
        Assert.True(Has(bytes, FormTokens.Hash(session)));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private static bool Has(byte[] bytes, string text) => bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;

    private string? Invite()
    {
        string? link = null;
        return _sessions.Invite(Asha, secret =>
        {
            link = secret;
            return new OutboxMessage("login", null, "link", "a link", $"login/{FormTokens.Hash(secret)}");
        }) ? link : null;
    }

    private string Enter() => _sessions.Enter(Invite()!, null)!.Value.Session;

    private MemberId? Find(string session) => _sessions.Find(session, _time.GetUtcNow());

    private void Go(TimeSpan time) => _time.MoveTo(_time.GetUtcNow() + time);
}
