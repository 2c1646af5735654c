using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using static PerpetualRebalancing.Domain.Tests.Lots.LotStory;

namespace PerpetualRebalancing.Domain.Tests.Lots;

/// <summary>What the law makes of cost and holding period when units change: one test for each rule.</summary>
public class CorporateActionTests
{
    [Fact]
    public void A_split_spreads_the_cost_and_the_holding_period_goes_on()
    {
        // s.55(2)(b)(v)(C) ITA 1961, kept by ITA 2025: shares after a subdivision cost what the original ones did, proportionately;
        // Explanation 1(i) to s.2(42A) counts from the original purchase. 10 units at 100 become 100 at 10.
        var replay = Replay(Buy("2023-01-10", 10m, 100m), new Transaction.Split(At("2024-06-03"), 10m, 1m), Sell("2024-06-03", 30m, 11m));
        Assert.Equal([(Day("2023-01-10"), 70m, 10m)], LotsOf(replay));
        Assert.Equal(10m, replay.Disposals[0].Taken[0].CostPerUnit.Amount);
    }

    [Fact]
    public void A_reverse_split_gathers_the_cost()
    {
        var replay = Replay(Buy("2023-01-10", 100m, 10m), Buy("2024-01-10", 50m, 20m), new Transaction.Split(At("2024-06-03"), 1m, 10m));
        Assert.Equal([(Day("2023-01-10"), 10m, 100m), (Day("2024-01-10"), 5m, 200m)], LotsOf(replay));
    }

    [Fact]
    public void Bonus_units_cost_nothing_and_are_held_since_their_allotment()
    {
        // s.55(2)(aa)(iiia): the cost of bonus units is nil; Explanation 1(i)(f) to s.2(42A): held from the date of allotment. The units
        // they came for keep their cost. In the queue they stand where their day puts them.
        var replay = Replay(Buy("2023-01-10", 10m, 100m), new Transaction.Bonus(At("2024-06-03"), Units(10m)), Buy("2024-07-01", 5m, 60m), Sell("2024-08-01", 12m));
        Assert.Equal([(Day("2024-06-03"), 8m, 0m), (Day("2024-07-01"), 5m, 60m)], LotsOf(replay));
    }

    [Fact]
    public void A_switch_is_a_redemption_and_a_purchase_also_from_regular_to_direct()
    {
        // Another plan of the scheme is another asset: switching is a transfer (s.2(47)), and the new units are held from the switch.
        var replay = Replay(
            Buy("2022-01-10", 100m, 10m),
            new Transaction.SwitchedOut(At("2024-06-03"), Units(100m), 15m, 0m),
            new Transaction.SwitchedIn(At("2024-06-03", Direct), Units(93.75m), 16m, 0m));
        Assert.Empty(LotsOf(replay));
        Assert.Equal([(Day("2024-06-03"), 93.75m, 16m)], LotsOf(replay, Direct));
        var disposal = Assert.Single(replay.Disposals);
        Assert.Equal((15m, 10m), (disposal.NetPrice, disposal.Taken[0].CostPerUnit.Amount));
    }

    [Fact]
    public void A_consolidation_of_schemes_carries_cost_and_dates()
    {
        // s.47(xviii)/(xix): no transfer when schemes or plans are consolidated; s.49(2AD)/(2AF): the old cost; Explanation 1(i)(hd)/(hf)
        // to s.2(42A): the old period. 100 units of 1,000 and 50 of 1,000 become 30: 20 and 10, each still of 1,000.
        var replay = Replay(
            Buy("2019-01-10", 100m, 10m), Buy("2020-01-10", 50m, 20m),
            new Transaction.Consolidated(At("2024-06-03"), Units(150m), Direct, "", Units(30m)));
        Assert.Empty(LotsOf(replay));
        Assert.Equal([(Day("2019-01-10"), 20m, 50m), (Day("2020-01-10"), 10m, 100m)], LotsOf(replay, Direct));
        Assert.Empty(replay.Disposals);
    }

    [Fact]
    public void A_consolidation_gives_every_new_unit_and_keeps_every_rupee_of_cost()
    {
        var replay = Replay(
            Buy("2019-01-10", 1m, 10m), Buy("2020-01-10", 1m, 20m), Buy("2021-01-10", 1m, 30m),
            new Transaction.Consolidated(At("2024-06-03"), Units(3m), Direct, "", Units(1m)));
        var lots = LotsOf(replay, Direct);
        Assert.Equal(1m, lots.Sum(l => l.Units));
        Assert.Equal(60m, decimal.Round(lots.Sum(l => l.Units * l.Cost), 12));
    }

    [Fact]
    public void A_reinvested_dividend_is_a_purchase_of_its_own_day()
    {
        // The dividend is taxed as income; the units it bought cost what was reinvested and are held from that day.
        var replay = Replay(Buy("2022-01-10", 100m, 10m), new Transaction.Reinvested(At("2024-06-03"), Units(2m), 15m, 0.3m));
        Assert.Equal([(Day("2022-01-10"), 100m, 10m), (Day("2024-06-03"), 2m, 15.15m)], LotsOf(replay));
    }

    [Fact]
    public void Exit_load_is_charged_lot_by_lot_and_begins_again_with_a_switch()
    {
        var load = new ExitLoad(0.01m, 365);
        var fund = new Review.OnePool().Policy().Instruments[0] with { ExitLoad = load };
        var replay = Replay(Buy("2023-01-10", 100m, 10m), Buy("2024-01-10", 100m, 10m), new Transaction.SwitchedIn(At("2024-02-01"), Units(10m), 10m, 0m));
        Assert.Equal([0m, 0.01m, 0.01m], replay.Of(Nifty).Select(l => fund.LoadRate(l.Acquired, Day("2024-12-31"))));
        Assert.Equal([0m, 0m, 0.01m], replay.Of(Nifty).Select(l => fund.LoadRate(l.Acquired, Day("2025-01-09"))));
    }

    [Fact]
    public void Units_from_another_account_queue_by_the_day_they_came_and_are_held_since_they_were_bought()
    {
        // CBDT Circular 768: the queue of a demat account is in the order of credit; the holding period is that of the original purchase.
        var replay = Replay(
            Buy("2023-01-10", 10m, 100m), new Transaction.TransferredIn(At("2024-06-03"), Units(10m), Day("2020-05-05"), 40m), Sell("2024-07-01", 12m));
        Assert.Equal([(Day("2020-05-05"), 8m, 40m)], LotsOf(replay));
        Assert.Equal([100m, 40m], replay.Disposals[0].Taken.Select(t => t.CostPerUnit.Amount));
    }

    [Fact]
    public void Units_that_go_to_another_account_are_not_sold()
    {
        var replay = Replay(Buy("2023-01-10", 10m, 100m), Buy("2023-02-10", 10m, 110m), new Transaction.TransferredOut(At("2024-06-03"), Units(15m)));
        Assert.Equal([(Day("2023-02-10"), 5m, 110m)], LotsOf(replay));
        Assert.Empty(replay.Disposals);
    }

    [Fact]
    public void A_purchase_that_bounced_leaves_no_trace()
    {
        var replay = Replay(Buy("2023-01-10", 10m, 100m), Buy("2023-02-10", 7m, 110m), new Transaction.Reversed(At("2023-02-13"), Units(7m)));
        Assert.Equal([(Day("2023-01-10"), 10m, 100m)], LotsOf(replay));
        Assert.Empty(replay.Disposals);
    }
}
