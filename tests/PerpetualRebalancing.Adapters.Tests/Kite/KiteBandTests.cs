using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using static PerpetualRebalancing.Adapters.Tests.Kite.KiteTown;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

/// <summary>A day on which the exchange takes orders between 240 and 260 rupees.</summary>
public sealed class KiteBandTests
{
    [Theory]
    [InlineData(Side.Buy, 239.95)]
    [InlineData(Side.Sell, 260.05)]
    public async Task A_limit_that_could_only_be_moved_against_us_is_refused_and_nothing_is_sent(Side side, decimal limit)
    {
        await using var town = await OpenedAsync();
        var rejected = Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(side == Side.Buy ? Buy(10, limit) : Sell(10, limit)));
        Assert.Equal($"the exchange takes no {side} of NIFTY at {Canonical.Text(limit)} INR today: it is outside the day's band; nothing was sent", rejected.Why);
        Assert.DoesNotContain(town.Kite.Requests, r => r.Operation == "place");
    }

    [Theory]
    [InlineData(Side.Buy, 240, "240")]
    [InlineData(Side.Buy, 270, "260")]
    [InlineData(Side.Sell, 260, "260")]
    [InlineData(Side.Sell, 230, "240")]
    public async Task Any_other_limit_goes_out_inside_the_band_and_never_worse_for_us(Side side, decimal limit, string sent)
    {
        await using var town = await OpenedAsync();
        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(side == Side.Buy ? Buy(10, limit) : Sell(10, limit)));
        Assert.Equal(sent, town.Kite.LastForm["price"]);
    }

    private static async Task<KiteTown> OpenedAsync()
    {
        var town = await OpenAsync();
        town.Own("NIFTYBEES", 50);
        town.Kite.Bands["NSE:NIFTYBEES"] = (240m, 260m);
        return town;
    }
}
