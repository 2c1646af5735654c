using System.Globalization;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.Http;

/// <summary>How reads are tried again, and what is made of answers that no contract has.</summary>
public class UpstreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RawService.Close)]
    [InlineData(RawService.Reset)]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 429 Slower\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf")]
    public async Task A_read_is_tried_again_until_it_succeeds(string fault)
    {
        await using var service = new RawService(n => n == 1 || (n == 2 && fault is not (RawService.Close or RawService.Reset)) ? fault : RawService.Answer("[1]"));
        using var upstream = Of(service.Root);

        var answer = await ReadAsync(upstream);

        Assert.Equal("[1]", answer.Text);
        Assert.InRange(service.Requests, 2, 3);
    }

    [Fact]
    public async Task A_read_is_tried_no_more_than_the_terms_say()
    {
        await using var service = new RawService(_ => RawService.Answer("busy", status: "503 Busy"));
        using var upstream = Of(service.Root, t => t with { Retries = 2 });

        var answer = await ReadAsync(upstream);

        Assert.Equal((503, 3), ((int)answer.Status, service.Requests));
    }

    [Fact]
    public async Task Who_locks_out_the_insistent_is_not_asked_again()
    {
        await using var service = new RawService(_ => RawService.Answer("slower", status: "429 Slower"));
        using var upstream = Of(service.Root, t => t with { RetriesThrottled = false });

        Assert.Equal((429, 1), ((int)(await ReadAsync(upstream)).Status, service.Requests));
    }

    [Theory]
    [InlineData("Retry-After: 0\r\n")]
    [InlineData("Date: Fri, 06 Nov 2026 15:00:00 GMT\r\nRetry-After: Fri, 06 Nov 2026 15:00:01 GMT\r\n")]
    public async Task A_service_that_says_when_to_come_again_is_believed(string headers)
    {
        await using var service = new RawService(n => n == 1 ? RawService.Answer("", headers, "503 Busy") : RawService.Answer("[]"));

        // By our own waits the test would not end.
        using var upstream = Of(service.Root, t => t with { RetryDelay = TimeSpan.FromHours(3), Total = TimeSpan.FromHours(1) });

        Assert.Equal("[]", (await ReadAsync(upstream)).Text);
    }

    [Fact]
    public async Task A_service_that_says_to_come_again_after_all_our_time_is_not_waited_for()
    {
        await using var service = new RawService(_ => RawService.Answer("", "Retry-After: 86400\r\n", "429 Slower"));
        using var upstream = Of(service.Root, t => t with { Total = TimeSpan.FromHours(1) });

        var answer = await ReadAsync(upstream);

        Assert.Equal((429, 1), ((int)answer.Status, service.Requests));
    }

    [Fact]
    public async Task A_service_that_fails_again_and_again_is_left_alone()
    {
        await using var service = new RawService(_ => RawService.Answer("", status: "500 Oops"));
        using var upstream = Of(service.Root, t => t with { Retries = 0 });
        for (var i = 0; i < 12; i++)
        {
            await ReadAsync(upstream);
        }

        var left = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(upstream));

        Assert.Equal((UpstreamFault.NotReached, 12), (left.Fault, service.Requests));
        Assert.Contains("left alone", left.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_above_the_limit_wait_their_turn()
    {
        await using var service = new RawService(_ => RawService.Answer("[]"));
        using var upstream = Of(service.Root);
        using var limit = new RequestLimit(3, TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
        {
            await upstream.ReadAsync("book", limit, Stop);
        }

        using var giveUp = new CancellationTokenSource();
        var fourth = upstream.ReadAsync("book", limit, giveUp.Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fourth);
        Assert.Equal(3, service.Requests);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_lost()
    {
        await using var service = new EchoFake();
        await service.StartAsync();
        service.Break("any", WireFault.Hang);
        using var upstream = Of(service.Root, t => t with { Attempt = TimeSpan.FromMilliseconds(50), Retries = 1 });

        Assert.Equal(UpstreamFault.Lost, (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(upstream))).Fault);
        Assert.Equal(2, service.Requests.Count);
    }

    [Theory]
    [InlineData("Content-Length: 5000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1388\r\n")]
    public async Task An_answer_without_end_is_not_read_to_its_end(string headers)
    {
        await using var service = new RawService(_ => $"HTTP/1.1 200 OK\r\n{headers}{new string('x', 5000)}\r\n0\r\n\r\n");
        using var upstream = Of(service.Root, t => t with { LongestAnswer = 1000 });

        var unreadable = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(upstream));

        Assert.Equal(UpstreamFault.Unreadable, unreadable.Fault);
        Assert.Contains("longer than 1000 bytes", unreadable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task An_answer_that_cannot_be_unpacked_is_unreadable(string encoding)
    {
        // Caught: what the unpacking threw left the adapter as it was.
        await using var service = new RawService(_ => RawService.Answer("neither packed nor plain, \x8F\xFF", $"Content-Encoding: {encoding}\r\n"));
        using var upstream = Of(service.Root);

        Assert.Equal(UpstreamFault.Unreadable, (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(upstream))).Fault);
    }

    [Theory]
    [InlineData(false, 302, 0)]
    [InlineData(true, 200, 1)]
    public async Task A_redirect_is_followed_only_where_the_terms_allow_it(bool allowed, int status, int asked)
    {
        await using var elsewhere = new RawService(_ => RawService.Answer("[]"));
        await using var service = new RawService(_ => RawService.Answer("", $"Location: {elsewhere.Root}\r\n", "302 Found"));
        using var upstream = Of(service.Root, t => t with { FollowsRedirects = allowed });

        Assert.Equal(status, (int)(await ReadAsync(upstream)).Status);
        Assert.Equal(asked, elsewhere.Requests);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(-2, false)]
    [InlineData(4, true)]
    [InlineData(-4, true)]
    public async Task A_clock_that_differs_by_more_than_the_tolerance_stops_a_read(int minutes, bool differs)
    {
        var ours = new DateTimeOffset(2026, 11, 6, 15, 0, 0, TimeSpan.Zero);
        var theirs = ours.AddMinutes(minutes).ToString("R", CultureInfo.InvariantCulture);
        await using var service = new RawService(_ => RawService.Answer("[]", $"Date: {theirs}\r\n"));
        using var upstream = new Upstream(Terms(service.Root), new ManualTime(ours));

        var thrown = await Record.ExceptionAsync(() => ReadAsync(upstream));

        Assert.Equal(differs ? UpstreamFault.ClockDiffers : null, (thrown as UpstreamException)?.Fault);
        Assert.Equal(1, service.Requests);
    }

    [Fact]
    public async Task Only_the_pinned_certificate_is_accepted()
    {
        await using var service = new EchoFake();
        await service.StartAsync(tls: true);
        using var right = Of(service.Root, t => t with { PinnedCertificate = service.CertificateHash });
        using var wrong = Of(service.Root, t => t with { PinnedCertificate = new string('A', 64) });
        using var none = Of(service.Root);

        Assert.True((await ReadAsync(right)).IsSuccess);
        foreach (var refused in new[] { wrong, none })
        {
            Assert.Equal(UpstreamFault.NotTrusted, (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(refused))).Fault);
        }

        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task What_stands_in_a_query_stands_in_no_message()
    {
        await using var service = new RawService(_ => RawService.Close);
        using var upstream = Of(service.Root, t => t with { Retries = 0 });
        using var limit = new RequestLimit(9, TimeSpan.FromSeconds(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("login?key=hidden", UriKind.Relative));

        var read = await Assert.ThrowsAsync<UpstreamException>(() => upstream.ReadAsync("login?key=hidden", limit, Stop));
        var sent = await Assert.ThrowsAsync<UpstreamException>(() => upstream.SendOnceAsync(request, limit, Stop));

        // Caught: a request that was sent has its whole address, with the query.
        Assert.All(new[] { read, sent }, e => Assert.DoesNotContain("hidden", e.Message, StringComparison.Ordinal));
        Assert.All(new[] { read, sent }, e => Assert.Contains(" login ", e.Message, StringComparison.Ordinal));
    }

    private static UpstreamTerms Terms(Uri root) => new("Service", root) { RetryDelay = TimeSpan.FromMilliseconds(1) };

    private static Upstream Of(Uri root, Func<UpstreamTerms, UpstreamTerms>? change = null) => new(change is null ? Terms(root) : change(Terms(root)), TimeProvider.System);

    private static async Task<Answer> ReadAsync(Upstream upstream)
    {
        using var limit = new RequestLimit(1000, TimeSpan.FromSeconds(1));
        return await upstream.ReadAsync("book?key=hidden", limit, Stop);
    }
}
