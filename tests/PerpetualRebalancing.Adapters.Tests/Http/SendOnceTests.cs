using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.Http;

/// <summary>What must not happen twice leaves once, whatever the connection does.</summary>
public class SendOnceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static RequestLimit NoLimit => new(1000, TimeSpan.FromSeconds(1));

    public static TheoryData<string, string, string> DyingConnections => [.. new[] { RawService.Close, RawService.Reset }
        .SelectMany(end => new[] { ("POST", "{\"side\":\"buy\"}"), ("POST", ""), ("DELETE", ""), ("GET", "") }.Select(r => (end, r.Item1, r.Item2)))];

    [Theory]
    [MemberData(nameof(DyingConnections))]
    public async Task A_request_whose_connection_dies_is_lost_and_not_sent_again(string end, string method, string body)
    {
        // The first answers leave live connections behind, which the service then ends on their next request.
        await using var service = new RawService(n => n <= 2 ? RawService.Answer("{}") : end);
        using var upstream = new Upstream(new UpstreamTerms("Service", service.Root), TimeProvider.System);
        using var limit = NoLimit;
        await upstream.ReadAsync("book", limit, Stop);
        using (var first = Request(method, body))
        {
            await upstream.SendOnceAsync(first, limit, Stop);
        }

        using var second = Request(method, body);
        var lost = await Assert.ThrowsAsync<UpstreamException>(() => upstream.SendOnceAsync(second, limit, Stop));

        // Caught: what had no body was sent four times.
        Assert.Equal(UpstreamFault.Lost, lost.Fault);
        Assert.Equal(3, service.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_answer_of_failure_is_handed_over_and_not_asked_again(int status)
    {
        await using var service = new RawService(_ => RawService.Answer("no", "Retry-After: 0\r\n", $"{status} No"));
        using var upstream = new Upstream(new UpstreamTerms("Service", service.Root), TimeProvider.System);
        using var limit = NoLimit;
        using var request = Request("POST", "{}");

        var answer = await upstream.SendOnceAsync(request, limit, Stop);

        Assert.Equal((status, "no", 1), ((int)answer.Status, answer.Text, service.Requests));
    }

    [Fact]
    public async Task Nothing_leaves_for_a_caller_who_gave_up_while_it_waited_its_turn()
    {
        await using var service = new RawService(_ => RawService.Answer("{}"));
        using var upstream = new Upstream(new UpstreamTerms("Service", service.Root), TimeProvider.System);
        using var limit = new RequestLimit(1, TimeSpan.FromHours(1));
        using (var first = Request("POST", "{}"))
        {
            await upstream.SendOnceAsync(first, limit, Stop);
        }

        using var giveUp = new CancellationTokenSource();
        using var second = Request("POST", "{}");
        var waiting = upstream.SendOnceAsync(second, limit, giveUp.Token);
        await giveUp.CancelAsync();

        Assert.Equal(UpstreamFault.NotReached, (await Assert.ThrowsAsync<UpstreamException>(() => waiting)).Fault);
        Assert.Equal(1, service.Requests);
    }

    [Fact]
    public async Task A_caller_who_gives_up_afterwards_has_lost_it()
    {
        using var giveUp = new CancellationTokenSource();
        await using var service = new RawService(_ =>
        {
            giveUp.Cancel();
            return RawService.Close;
        });
        using var upstream = new Upstream(new UpstreamTerms("Service", service.Root), TimeProvider.System);
        using var limit = NoLimit;
        using var request = Request("POST", "{}");

        var lost = await Assert.ThrowsAsync<UpstreamException>(() => upstream.SendOnceAsync(request, limit, giveUp.Token));

        Assert.Equal(UpstreamFault.Lost, lost.Fault);
    }

    [Fact]
    public async Task A_closed_port_proves_that_nothing_left()
    {
        using var upstream = new Upstream(new UpstreamTerms("Service", FakeUpstream.ClosedRoot), TimeProvider.System);
        using var limit = NoLimit;
        using var request = Request("POST", "{}");

        var refused = await Assert.ThrowsAsync<UpstreamException>(() => upstream.SendOnceAsync(request, limit, Stop));

        Assert.Equal(UpstreamFault.NotReached, refused.Fault);
    }

    private static HttpRequestMessage Request(string method, string body) => new(new HttpMethod(method), new Uri("orders?key=hidden", UriKind.Relative))
    {
        Content = body.Length > 0 ? new StringContent(body) : null,
    };
}
