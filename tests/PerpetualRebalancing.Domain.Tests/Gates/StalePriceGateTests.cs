using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class StalePriceGateTests
{
    private static readonly StalePriceGate Gate = new();

    [Fact]
    public void Prices_of_today_are_clear() => VerdictAssert.Cleared(new GateCase().Judge(Gate), "0 business days old, the limit is 3");

    // 2026-06-30 is a Tuesday: the weekend does not age a price.
    [Theory]
    [InlineData(Dealing.Exchange, "2026-06-29", "price of c0 is 1 business day old, the limit is 1")]
    [InlineData(Dealing.Nav, "2026-06-25", "NAV of c0 is 3 business days old, the limit is 3")]
    public void A_price_exactly_as_old_as_allowed_is_clear(Dealing dealing, string asOf, string words) =>
        VerdictAssert.Cleared(Dated(dealing, asOf).Judge(Gate), words);

    [Theory]
    [InlineData(Dealing.Exchange, "2026-06-26", "price of c0 of 2026-06-26 is 2 business days old, and the limit is 1")]
    [InlineData(Dealing.Nav, "2026-06-24", "NAV of c0 of 2026-06-24 is 4 business days old, and the limit is 3")]
    public void A_price_a_business_day_older_blocks(Dealing dealing, string asOf, string words) =>
        VerdictAssert.Blocked(Dated(dealing, asOf).Judge(Gate), words);

    [Fact]
    public void A_holiday_does_not_age_a_price() => VerdictAssert.Cleared(
        Dated(Dealing.Exchange, "2026-06-26").Calendars(GateCase.Mumbai("2026-06-29")).Judge(Gate), "price of c0 is 1 business day old");

    [Fact]
    public void Yesterdays_new_york_close_is_fresh_in_mumbai_and_todays_is_from_the_future()
    {
        // At 00:00 UTC on Wednesday it is Tuesday evening in New York.
        var newYork = new GateCase { Now = GateCase.Moment("2026-07-01T00:00:00Z") }.Instrument("c0", i => i with { Venue = "NYSE", Dealing = Dealing.Exchange });
        VerdictAssert.Cleared(newYork.Quote("c0", q => q with { AsOf = new DateOnly(2026, 6, 29) }).Judge(Gate), "price of c0 is 1 business day old");
        VerdictAssert.Blocked(newYork.Quote("c0", q => q with { AsOf = new DateOnly(2026, 7, 1) }).Judge(Gate), "dated 2026-07-01, and today is 2026-06-30");
    }

    [Fact]
    public void A_price_dated_tomorrow_blocks() =>
        VerdictAssert.Blocked(Dated(Dealing.Exchange, "2026-07-01").Judge(Gate), "dated 2026-07-01, and today is 2026-06-30");

    // 2026-06-26 is a Friday. A liquid fund publishes Sunday's NAV before the weekend is over, and it once blocked the review.
    [Theory]
    [InlineData("2026-06-26T04:30:00Z", "2026-06-28", true)]
    [InlineData("2026-06-27T04:30:00Z", "2026-06-28", true)]
    [InlineData("2026-06-26T04:30:00Z", "2026-06-29", true)]
    [InlineData("2026-06-26T04:30:00Z", "2026-06-30", false)]
    [InlineData("2026-06-27T04:30:00Z", "2026-06-30", false)]
    public void A_NAV_may_be_dated_up_to_the_next_business_day(string now, string asOf, bool isClear)
    {
        var verdict = (Dated(Dealing.Nav, asOf).Quote("c0", q => q with { Reference = null }) with { Now = GateCase.Moment(now), Legs = _ => [] }).Judge(Gate);
        Assert.Equal(isClear, !verdict.Why.Contains($"NAV of c0 is dated {asOf}", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_held_counts_even_when_it_is_not_traded() => VerdictAssert.Blocked(
        (Dated(Dealing.Nav, "2026-01-05") with { Legs = _ => [] }).Plan(p => p with { Legs = [] }).Judge(Gate), "NAV of c0 of 2026-01-05");

    [Fact]
    public void What_is_neither_held_nor_traded_does_not_count() => VerdictAssert.Cleared(
        (Dated(Dealing.Nav, "2026-01-05") with { Legs = _ => [] }).Plan(p => p with { Legs = [] })
            .Read(i => i with { Accounts = i.Accounts.Select(a => a with { Holdings = a.Holdings.RemoveAt(0) }).ToImmutableArray() }).Judge(Gate));

    [Fact]
    public void A_missing_price_blocks()
    {
        VerdictAssert.Blocked(
            Gate.Judge(new GateCase().Losing(r => r with { Quotes = r.Quotes.RemoveAt(2) })), "c2 has 0 prices and 1 is needed");
    }

    [Fact]
    public void A_rate_exactly_as_old_as_allowed_is_clear_and_a_day_older_blocks()
    {
        VerdictAssert.Cleared(new GateCase().Dollars(0, new DateOnly(2026, 6, 26)).Judge(Gate), "USD/INR is 4 calendar days old, the limit is 4");
        VerdictAssert.Blocked(new GateCase().Dollars(0, new DateOnly(2026, 6, 25)).Judge(Gate), "USD/INR of 2026-06-25 is 5 calendar days old, and the limit is 4");
    }

    [Fact]
    public void A_rate_ages_while_a_batch_waits() => VerdictAssert.Blocked(
        (new GateCase { Now = GateCase.Moment("2026-07-01T04:30:00Z") }).Dollars(0, new DateOnly(2026, 6, 26)).Judge(Gate), "is 5 calendar days old, and the limit is 4");

    [Fact]
    public void A_rate_from_the_future_blocks() =>
        VerdictAssert.Blocked(new GateCase().Dollars(0, new DateOnly(2026, 7, 1)).Judge(Gate), "USD/INR is dated 2026-07-01, and today is 2026-06-30");

    [Fact]
    public void A_missing_rate_blocks()
    {
        VerdictAssert.Blocked(Gate.Judge(new GateCase().Dollars(0, new DateOnly(2026, 6, 30)).Losing(r => r with { Fx = FxTable.None })), "USD has 0 exchange rates to INR and 1 is needed");
    }

    private static GateCase Dated(Dealing dealing, string asOf) => new GateCase().Instrument("c0", i => i with { Dealing = dealing })
        .Quote("c0", q => q with { AsOf = DateOnly.Parse(asOf, System.Globalization.CultureInfo.InvariantCulture) });
}
