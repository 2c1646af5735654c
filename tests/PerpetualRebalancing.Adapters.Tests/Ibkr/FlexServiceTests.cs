using System.Text;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Upstreams.Ibkr;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

public class FlexServiceTests
{
    public static TheoryData<int> Passing => [.. FlexCodes.All.Where(c => c.IsPassing).Select(c => c.Code)];

    public static TheoryData<int> Lasting => [.. FlexCodes.All.Where(c => !c.IsPassing).Select(c => c.Code), 1234];

    [Fact]
    public void The_codes_are_those_that_the_service_lists() =>
        Assert.Equal([1001, 1004, 1005, 1006, 1007, 1008, 1009, 1018, 1019, 1021], FlexCodes.All.Where(c => c.IsPassing).Select(c => c.Code));

    [Fact]
    public async Task A_statement_is_asked_for_and_fetched_when_it_is_ready()
    {
        await using var service = await StartAsync();
        service.Unready = 3;
        using var flex = Flex(service);

        var bytes = await flex.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken);

        Assert.Equal(FlexFake.Statement, Encoding.UTF8.GetString(bytes.Span));
        Assert.Equal((1, 4), (Asked(service, "login"), Asked(service, "list")));
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task An_error_that_passes_is_waited_for(int code)
    {
        await using var service = await StartAsync();
        service.Errors.Enqueue(code);
        using var flex = Flex(service);

        Assert.NotEqual(0, (await flex.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken)).Length);
        Assert.Equal(2, Asked(service, "login"));
    }

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task An_error_that_lasts_is_told_at_once(int code)
    {
        await using var service = await StartAsync();
        service.Errors.Enqueue(code);
        using var flex = Flex(service);

        var thrown = await Assert.ThrowsAsync<UpstreamException>(() => flex.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken));

        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), thrown.Code);
        Assert.Contains(FlexCodes.Of(code).Meaning, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FlexFake.Token, thrown.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Asked(service, "login"));
    }

    [Fact]
    public async Task A_wrong_token_and_a_wrong_query_say_what_to_correct()
    {
        await using var service = await StartAsync();
        using var stranger = Flex(service, "1");
        using var flex = Flex(service);

        Assert.Equal(UpstreamFault.SignedOut, (await Assert.ThrowsAsync<UpstreamException>(() => stranger.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken))).Fault);
        Assert.Equal("1014", (await Assert.ThrowsAsync<UpstreamException>(() => flex.ReadAsync("1", TestContext.Current.CancellationToken))).Code);
    }

    [Theory]
    [InlineData("https://elsewhere.example/GetStatement")]
    [InlineData("http://gdcdyn.interactivebrokers.com/GetStatement")]
    [InlineData("https://interactivebrokers.com.example/GetStatement")]
    [InlineData("file:///etc/passwd")]
    [InlineData("nowhere")]
    public async Task The_token_goes_nowhere_but_to_the_broker(string address)
    {
        await using var service = await StartAsync();
        service.Address = address;
        using var flex = Flex(service);

        Assert.Equal(UpstreamFault.Unreadable, (await Assert.ThrowsAsync<UpstreamException>(() => flex.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken))).Fault);
    }

    [Theory]
    [InlineData("<FlexQueryResponse><FlexStatements>")]
    [InlineData("<html><body>Maintenance</body></html>")]
    [InlineData("")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><FlexQueryResponse>&a;</FlexQueryResponse>")]
    [InlineData("<FlexStatementResponse><Status>Success</Status></FlexStatementResponse>")]
    [InlineData("<FlexStatementResponse><ErrorCode>x</ErrorCode></FlexStatementResponse>")]
    public async Task What_is_no_whole_statement_is_unreadable(string body)
    {
        await using var service = await StartAsync();
        service.Body = body;
        using var flex = Flex(service);

        Assert.Equal(UpstreamFault.Unreadable, (await Assert.ThrowsAsync<UpstreamException>(() => flex.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken))).Fault);
    }

    [Fact]
    public async Task A_statement_that_never_gets_ready_ends_the_waiting()
    {
        await using var service = await StartAsync();
        service.Unready = int.MaxValue;
        using var flex = Flex(service);

        var thrown = await Assert.ThrowsAsync<UpstreamException>(() => flex.ReadAsync(FlexFake.Query, TestContext.Current.CancellationToken));

        Assert.Equal(UpstreamFault.Failing, thrown.Fault);
        Assert.Contains("1019", thrown.Message, StringComparison.Ordinal);
    }

    internal static FlexService Flex(FlexFake service, string token = FlexFake.Token) => new(
        FlexService.Terms(new Uri(service.Root, "AccountManagement/FlexWebService/")) with { RetryDelay = TimeSpan.FromMilliseconds(5), Retries = 1 },
        token, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), new ManualTime(IbkrTown.Friday));

    internal static async Task<FlexFake> StartAsync()
    {
        var service = new FlexFake(new ManualTime(IbkrTown.Friday));
        await service.StartAsync();
        return service;
    }

    private static int Asked(FakeUpstream service, string operation) => service.Requests.Count(r => r.Operation == operation);
}
