using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Upstreams.Alpaca;

namespace PerpetualRebalancing.Adapters.Tests.Alpaca;

/// <summary>A service that counts by the clock of the machine and turns away who asks too often, as Alpaca does by the minute; here its
/// windows are of two seconds, and the broker's limit has the same distance to it.</summary>
public sealed class AlpacaRateTests(ITestOutputHelper output)
{
    private const int Legs = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    /// <summary>At the permitted rate a thousand need three windows; the session is of thirty.</summary>
    private static readonly TimeSpan Session = 30 * Window;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_legs_go_out_at_the_permitted_rate_with_none_turned_away_none_late_and_each_placed_once()
    {
        var clock = new ManualTime(new DateTimeOffset(2026, 11, 6, 15, 0, 0, TimeSpan.Zero));
        await using var service = AlpacaTown.Fake(clock);
        service.Permits = (400, Window);
        service.Cash = 1_000_000m;
        await service.StartAsync();
        using var upstream = new Upstream(AlpacaHosts.Paper(AlpacaTown.Roots(service.Root)), clock);
        using var broker = new AlpacaBroker(AlpacaTown.Household, AlpacaTown.Account, upstream, AlpacaFake.KeyId, AlpacaFake.Secret, clock, new RequestLimit(380, Window));

        var (start, late) = (TimeProvider.System.GetTimestamp(), 0);
        for (var leg = 0; leg < Legs; leg++)
        {
            Assert.IsType<PlacementOutcome.Acknowledged>(await broker.PlaceAsync(AlpacaTown.Buy($"PR2611LEG{leg:0000}", 1m, 500m), Stop));
            late += TimeProvider.System.GetElapsedTime(start) > Session ? 1 : 0;
        }

        output.WriteLine($"{Legs} legs in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
        Assert.Equal((0, 0), (service.TurnedAway, late));
        Assert.Equal(Enumerable.Range(0, Legs).Select(leg => $"PR2611LEG{leg:0000}"), service.Orders.Select(o => o.Key));
        Assert.Equal(Legs, service.Requests.Count(r => r.Operation == "place"));
    }

    /// <summary>The limit of the test is what keeps it: without one the service turns requests away.</summary>
    [Fact]
    public async Task Faster_than_permitted_the_service_turns_legs_away_which_were_then_not_placed()
    {
        var clock = new ManualTime(new DateTimeOffset(2026, 11, 6, 15, 0, 0, TimeSpan.Zero));
        await using var service = AlpacaTown.Fake(clock);
        service.Permits = (2, TimeSpan.FromHours(1));
        await service.StartAsync();
        using var upstream = new Upstream(AlpacaHosts.Paper(AlpacaTown.Roots(service.Root)), clock);
        using var broker = new AlpacaBroker(AlpacaTown.Household, AlpacaTown.Account, upstream, AlpacaFake.KeyId, AlpacaFake.Secret, clock, new RequestLimit(1000, Window));
        Assert.IsType<PlacementOutcome.Acknowledged>(await broker.PlaceAsync(AlpacaTown.Buy("PR2611LEG1", 1m, 500m), Stop));
        Assert.IsType<PlacementOutcome.Rejected>(await broker.PlaceAsync(AlpacaTown.Buy("PR2611LEG2", 1m, 500m), Stop));
        Assert.Equal("PR2611LEG1", Assert.Single(service.Orders).Key);
    }
}
