using PerpetualRebalancing.Domain.Lots;
using static PerpetualRebalancing.Domain.Tests.Lots.LotStory;

namespace PerpetualRebalancing.Domain.Tests.Lots;

public class LotHistoryTests
{
    [Fact]
    public void The_oldest_units_go_first_and_charges_are_part_of_the_cost()
    {
        var replay = Replay(Sell("2024-03-01", 15m), Buy("2024-02-01", 10m, 120m), Buy("2024-01-01", 10m, 100m, charges: 5m));
        Assert.Equal([(Day("2024-02-01"), 5m, 120m)], LotsOf(replay));
        Assert.Equal([(Day("2024-01-01"), 10m, 100.5m), (Day("2024-02-01"), 5m, 120m)], replay.Disposals[0].Taken.Select(t => (t.Acquired, t.Remaining.Units, t.CostPerUnit.Amount)));
    }

    [Fact]
    public void Lots_are_named_by_account_instrument_folio_and_day()
    {
        var replay = Replay(Buy("2024-01-01", 1m, 1m), Buy("2024-01-01", 2m, 1m), Buy("2024-01-02", 3m, 1m, folio: "123/45"));
        Assert.Equal(["demat/NIFTY/2024-01-01", "demat/NIFTY/2024-01-01#2", "demat/NIFTY/123/45/2024-01-02"], replay.Of(Nifty).Select(l => l.Id.Value));
        Assert.Equal(["", "", "123/45"], replay.Of(Nifty).Select(LotNames.FolioOf));
    }

    [Fact]
    public void A_redemption_takes_the_oldest_units_of_its_own_folio()
    {
        var replay = Replay(
            Buy("2023-01-01", 10m, 10m, folio: "A"), Buy("2023-02-01", 10m, 11m, folio: "B"), Buy("2023-03-01", 10m, 12m, folio: "B"), Sell("2024-01-01", 12m, folio: "B"));
        Assert.Equal([(Day("2023-01-01"), 10m, 10m), (Day("2023-03-01"), 8m, 12m)], LotsOf(replay));
    }

    [Fact]
    public void More_units_than_there_are_cannot_be_sold()
    {
        var fault = Assert.Single(Replay(Buy("2023-01-01", 10m, 10m), Sell("2024-01-01", 12m)).Faults);
        Assert.Equal(
            "story: line 1, units: takes 12 units of NIFTY, but 10 are there on 2024-01-01; allowed: at most what earlier lines and imports brought; "
            + "import from the first purchase on, with a corporate-actions file for splits, bonuses and transfers",
            fault.Line);
    }

    [Fact]
    public void A_folio_cannot_sell_the_units_of_another()
    {
        var fault = Assert.Single(Replay(Buy("2023-01-01", 10m, 10m, folio: "A"), Sell("2024-01-01", 5m, folio: "B")).Faults);
        Assert.Contains("in folio B, but 0 are there", fault.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_that_differs_is_a_fault_on_either_side_of_the_day()
    {
        Transaction Count(string day, decimal units, bool opening) => new Transaction.Counted(At(day), Units(units), opening);
        Assert.Empty(Replay(Buy("2023-01-01", 10m, 10m), Count("2023-01-01", 0m, true), Count("2023-01-01", 10m, false)).Faults);
        Assert.Equal("closing units", Assert.Single(Replay(Buy("2023-01-01", 10m, 10m), Count("2023-01-01", 11m, false)).Faults).Field);
        Assert.Equal("opening units", Assert.Single(Replay(Count("2023-01-01", 11m, true), Buy("2023-01-01", 10m, 10m)).Faults).Field);
    }

    [Fact]
    public void A_brokers_own_list_of_lots_holds_whatever_led_to_it()
    {
        var list = new Transaction.Stated(At("2024-06-30"), [Stated("2020-01-01", 7m, 50m), Stated("2022-01-01", 3m, 60m)], Day("2024-01-01"));
        var replay = Replay(Buy("2024-02-01", 10m, 120m), Sell("2024-03-01", 15m), list, Buy("2024-07-01", 1m, 130m));
        Assert.Equal([(Day("2020-01-01"), 7m, 50m), (Day("2022-01-01"), 3m, 60m), (Day("2024-07-01"), 1m, 130m)], LotsOf(replay));

        // The sale took units that nobody had listed before: what they cost is not known.
        Assert.Empty(Assert.Single(replay.Disposals).Taken);
    }

    [Fact]
    public void Two_lists_and_the_trades_between_them_must_agree()
    {
        var first = new Transaction.Stated(At("2023-12-31"), [Stated("2020-01-01", 7m, 50m)], Day("2023-01-01"));
        Transaction Second(decimal units, string since) => new Transaction.Stated(At("2024-06-30"), [Stated("2020-01-01", units, 50m)], Day(since));
        Assert.Empty(Replay(first, Buy("2024-02-01", 3m, 90m), Second(10m, "2024-01-01")).Faults);
        Assert.Contains("lists 9 units of NIFTY, but earlier imports and the trades since lead to 10", Assert.Single(Replay(first, Buy("2024-02-01", 3m, 90m), Second(9m, "2024-01-01")).Faults).Line, StringComparison.Ordinal);
        Assert.Empty(Replay(first, Second(9m, "2024-06-30")).Faults);
    }

    [Fact]
    public void Units_that_no_fund_can_have_issued_are_a_fault_and_no_overflow()
    {
        var split = new Transaction.Split(At("2024-01-01"), 10_000m, 0.0001m);
        Assert.Equal("ratio", Assert.Single(Replay(Buy("2023-01-01", 1_000_000_000_000m, 1m), split, split, split, split).Faults.Take(1)).Field);
    }

    private static StatedLot Stated(string day, decimal units, decimal cost) => new(null, "", Day(day), Day(day), Units(units), cost, false, "line 1");
}
