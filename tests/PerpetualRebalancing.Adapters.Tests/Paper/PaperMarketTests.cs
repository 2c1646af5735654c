using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using static PerpetualRebalancing.Adapters.Tests.Paper.PaperTown;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PaperMarketTests
{
    // Every price rises by 1 a day, the NAV and the dollar by a third of a ten-thousandth.
    private const string Rising = """
        date,instrument,price
        2026-10-01,NIFTY,100
        2026-10-01,GOLD,100
        2026-10-01,NDX,100
        2026-10-01,GILT,20
        2026-10-01,USDINR,90
        2026-12-30,NIFTY,190
        2026-12-30,GOLD,190
        2026-12-30,NDX,190
        2026-12-30,GILT,20.003
        2026-12-30,USDINR,90.003
        """;

    [Theory]
    [InlineData("2026-11-06 09:14", "2026-11-05", 135, "before the open")]
    [InlineData("2026-11-06 09:15", "2026-11-06", 136, "in the session")]
    [InlineData("2026-11-06 20:00", "2026-11-06", 136, "after the close")]
    [InlineData("2026-11-08 12:00", "2026-11-06", 136, "on a Sunday")]
    [InlineData("2026-11-10 12:00", "2026-11-09", 139, "on a holiday")]
    public void A_quote_on_an_exchange_is_the_price_of_the_last_session_that_opened(string local, string asOf, decimal price, string when)
    {
        using var town = new PaperTown(Rising);

        var quote = town.Market.Quote(Nifty, Ist(local));

        Assert.Equal((Day(asOf), new UnitPrice(price, Currency.Inr), when), (quote.AsOf, quote.Price, when));
    }

    [Fact]
    public void The_reference_is_the_session_before_so_that_a_collar_has_something_to_compare()
    {
        using var town = new PaperTown(Rising);

        Assert.Equal(new UnitPrice(136m, Currency.Inr), town.Market.Quote(Nifty, Ist("2026-11-09 10:00")).Reference);
        Assert.Equal(new UnitPrice(139m, Currency.Inr), town.Market.Quote(Nifty, Ist("2026-11-11 10:00")).Reference);
        Assert.Null(town.Market.Quote(Nifty, Ist("2026-10-01 10:00")).Reference);
    }

    [Theory]
    [InlineData("2026-11-06 23:59", "2026-11-05")]
    [InlineData("2026-11-09 10:00", "2026-11-06")]
    [InlineData("2026-11-11 10:00", "2026-11-09")]
    public void A_nav_is_that_of_the_business_day_before(string local, string asOf)
    {
        using var town = new PaperTown(Rising);

        Assert.Equal(Day(asOf), town.Market.Quote(Gilt, Ist(local)).AsOf);
    }

    [Fact]
    public void Exchange_prices_are_rounded_to_the_tick_and_navs_and_rates_to_a_ten_thousandth()
    {
        using var town = new PaperTown(Rising.Replace("190", "191.111", StringComparison.Ordinal));

        Assert.Equal(101.01m, town.Market.PriceOn(Nifty, Day("2026-10-02")).Amount);
        Assert.Equal(20.0001m, town.Market.PriceOn(Gilt, Day("2026-10-03")).Amount);
        Assert.Equal(90.0001m, town.Market.FxOn(Day("2026-10-03")).Rate(Currency.Usd, Currency.Inr));
    }

    [Fact]
    public void On_a_weekend_the_exchange_rate_is_fridays()
    {
        using var town = new PaperTown(Rising);

        Assert.Equal(Day("2026-11-06"), Assert.Single(town.Market.Fx(Ist("2026-11-08 12:00")).Rates).AsOf);
        Assert.Equal(Day("2026-11-09"), Assert.Single(town.Market.Fx(Ist("2026-11-09 12:00")).Rates).AsOf);
    }

    [Fact]
    public void London_follows_its_own_clock()
    {
        using var town = new PaperTown(Rising);

        Assert.Equal(Day("2026-11-05"), town.Market.Quote(Ndx, Ist("2026-11-06 13:29")).AsOf);
        Assert.Equal(Day("2026-11-06"), town.Market.Quote(Ndx, Ist("2026-11-06 13:30")).AsOf);
    }

    [Fact]
    public void After_the_last_anchor_the_market_has_no_price()
    {
        using var town = new PaperTown(Rising);

        var error = Assert.Throws<ConfigurationException>(() => town.Market.Quote(Nifty, Ist("2026-12-31 10:00")));

        Assert.Contains("from 2026-10-01 to 2026-12-30, none for 2026-12-31", error.Message, StringComparison.Ordinal);
    }
}
