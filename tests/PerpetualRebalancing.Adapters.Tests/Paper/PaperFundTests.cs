using PerpetualRebalancing.Adapters.Brokers;
using static PerpetualRebalancing.Adapters.Tests.Paper.PaperTown;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PaperFundTests
{
    [Theory]
    [InlineData("2026-11-05 14:59", "2026-11-05", "2026-11-06", "before the cut-off: the day's")]
    [InlineData("2026-11-05 15:00", "2026-11-06", "2026-11-09", "at the cut-off: the next business day's")]
    [InlineData("2026-11-09 16:00", "2026-11-11", "2026-11-12", "after the cut-off before a holiday")]
    [InlineData("2026-11-10 10:00", "2026-11-11", "2026-11-12", "on a holiday")]
    public async Task A_fund_order_gets_the_nav_of_its_day_and_units_a_business_day_later(string placed, string nav, string allotted, string when)
    {
        using var town = new PaperTown().Open(100_000m, 0m).At(placed);
        var order = Acknowledged(await town.PlaceAsync(town.Invest("k1", 10_000m)));
        Assert.Equal((BrokerOrderState.Open, 0m, when), (order.State, order.Ordered.Units, when));

        town.At($"{Day(allotted).AddDays(-1):yyyy-MM-dd} 23:59");
        Assert.Equal(BrokerOrderState.Open, (await town.OrderAsync("k1")).State);

        var fill = Assert.Single((await town.At($"{allotted} 00:00").OrderAsync("k1")).Fills);
        Assert.Equal(Day(nav), fill.TradeDate);
    }

    [Fact]
    public async Task The_whole_amount_is_invested_less_stamp_duty_and_a_fraction_of_a_unit()
    {
        using var town = new PaperTown().Open(100_000m, 0m);
        await town.PlaceAsync(town.Invest("k1", 100_000m));

        var order = await town.At("2026-11-09 09:00").OrderAsync("k1");

        // 99,995 / 20.1234 = 4,969.0907…; 4,969.090 units are 99,994.99 rupees.
        var fill = Assert.Single(order.Fills);
        Assert.Equal(4_969.090m, fill.Quantity.Units);
        Assert.Equal(["stamp 5", "unit rounding 0.01"], Lines(fill));
        Assert.Equal(Inr(0m), (await town.ReadAsync(Demat)).Settled);
        Assert.Equal(order.Ordered, order.Filled);
    }

    [Fact]
    public async Task An_exit_load_is_taken_from_the_oldest_units_that_are_too_young()
    {
        // On 6 November 2026 the first lot is 365 days old, the second 364.
        using var town = new PaperTown().Open(0m, 0m, (Gilt, "2025-11-06", 100m), (Gilt, "2025-11-07", 100m));
        await town.SellAsync("k1", Gilt, 150m, 1m);

        var fill = Assert.Single((await town.At("2026-11-09 09:00").OrderAsync("k1")).Fills);

        // 1 % of 50 × 20.1234
        Assert.Equal(["exit load 10.06"], Lines(fill));
        Assert.Equal(Inr(3_018.51m - 10.06m), (await town.ReadAsync(Demat)).Settled);
    }

    [Fact]
    public async Task Units_and_money_of_an_open_fund_order_are_held()
    {
        using var town = new PaperTown().Open(10_000m, 0m, (Gilt, "2020-01-01", 100m));
        Acknowledged(await town.PlaceAsync(town.Invest("k1", 9_000m)));
        Acknowledged(await town.SellAsync("k2", Gilt, 60m, 1m));

        Assert.Equal("1500 INR of settled cash is needed with charges, 1000 INR is there", Rejected(await town.PlaceAsync(town.Invest("k3", 1_500m))));
        Assert.Equal("60 settled units of GILT are needed, 40 are there", Rejected(await town.SellAsync("k4", Gilt, 60m, 1m)));
        Assert.Equal(Inr(10_000m), (await town.ReadAsync(Demat)).Settled);
    }

    [Fact]
    public async Task A_fund_order_can_be_taken_back_until_the_cut_off()
    {
        using var town = new PaperTown().Open(10_000m, 0m);
        await town.PlaceAsync(town.Invest("k1", 4_000m));
        await town.PlaceAsync(town.Invest("k2", 4_000m));

        Assert.IsType<CancelOutcome.Cancelled>(await town.At("2026-11-06 14:59").Broker.CancelAsync(Demat, "k1", TestContext.Current.CancellationToken));
        Assert.IsType<CancelOutcome.TooLate>(await town.At("2026-11-06 15:00").Broker.CancelAsync(Demat, "k2", TestContext.Current.CancellationToken));

        Assert.Equal(Inr(6_000m), (await town.At("2026-11-09 10:00").ReadAsync(Demat)).Settled);
    }

    [Fact]
    public async Task An_amount_too_small_for_a_unit_is_refused_when_the_nav_is_known_and_the_money_freed()
    {
        using var town = new PaperTown().Open(10_000m, 0m);
        await town.PlaceAsync(town.Invest("k1", 0.02m));

        var order = await town.At("2026-11-09 10:00").OrderAsync("k1");

        Assert.Equal((BrokerOrderState.Rejected, "0.02 INR buys no unit at a NAV of 20.1234 INR"), (order.State, order.Note));
        Acknowledged(await town.PlaceAsync(town.Invest("k2", 10_000m)));
    }
}
