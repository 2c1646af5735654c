using System.Text;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams.Prices;
using static PerpetualRebalancing.Adapters.Tests.Prices.PriceCase;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

public class AmfiNavTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2017")]
    [InlineData("2018")]
    [InlineData("2026")]
    public async Task A_nav_is_found_by_the_columns_names_in_every_layout(string layout)
    {
        await using var town = await StartAsync();
        town.Fake.Layout = layout switch { "2017" => FakePrices.Layout2017, "2018" => FakePrices.Layout2018, _ => FakePrices.Layout2026 };
        var quote = Assert.Single(await town.Sources.Amfi.ReadAsync([Fund], Token));
        Assert.Equal((new UnitPrice(106.8821m, Currency.Inr), Day("2026-11-19"), "amfi", Now), (quote.Price, quote.AsOf, quote.Source, quote.ReadAt));
    }

    [Theory]
    [InlineData(LiquidIsin)]
    [InlineData("INF209KA13Z9")]
    public async Task A_fund_without_a_code_goes_by_either_isin(string isin)
    {
        await using var town = await StartAsync();
        var fund = Of("FLEXI", Dealing.Nav) with { Isin = isin };
        Assert.Equal(106.8821m, Assert.Single(await town.Sources.Amfi.ReadAsync([fund], Token)).Price.Amount);
    }

    [Fact]
    public async Task What_is_not_in_the_file_is_absent_and_what_has_no_key_is_not_asked_for()
    {
        await using var town = await StartAsync();
        Assert.Empty(await town.Sources.Amfi.ReadAsync([Etf], Token));
        Assert.Empty(town.Fake.Requests);
        Assert.Empty(await town.Sources.Amfi.ReadAsync([Of("X", Dealing.Nav, ("amfi", "1"))], Token));
    }

    [Fact]
    public async Task The_file_is_read_once_an_hour_and_again_for_a_fund_not_asked_for_before()
    {
        await using var town = await StartAsync();
        var other = Of("PSU", Dealing.Nav, ("amfi", "119552"));
        await town.Sources.Amfi.ReadAsync([Fund], Token);
        town.Time.Pass(TimeSpan.FromMinutes(59));
        Assert.Equal(Now, Assert.Single(await town.Sources.Amfi.ReadAsync([Fund], Token)).ReadAt);
        Assert.Single(town.Fake.Requests);
        Assert.Equal(10m, Assert.Single(await town.Sources.Amfi.ReadAsync([other], Token)).Price.Amount);
        Assert.Equal(2, town.Fake.Requests.Count);

        // The second reading kept the first fund's row too.
        Assert.Equal(2, (await town.Sources.Amfi.ReadAsync([Fund, other], Token)).Length);
        Assert.Equal(2, town.Fake.Requests.Count);
        town.Time.Pass(TimeSpan.FromHours(1));
        await town.Sources.Amfi.ReadAsync([Fund], Token);
        Assert.Equal(3, town.Fake.Requests.Count);
    }

    [Theory]
    [InlineData("N.A.", "19-Nov-2026", "scheme 7 (X) has no NAV but 'N.A.'")]
    [InlineData("0.0000", "19-Nov-2026", "scheme 7 (X) has no NAV but '0.0000'")]
    [InlineData("-1", "19-Nov-2026", "scheme 7 (X) has no NAV but '-1'")]
    [InlineData("1,000", "19-Nov-2026", "scheme 7 (X) has no NAV but '1,000'")]
    [InlineData("10", "", "the NAV of scheme 7 (X) has no day but ''")]
    [InlineData("10", "24-Nov-2026", "the NAV of scheme 7 (X) is dated 2026-11-24, and today is 2026-11-20")]
    public async Task A_row_that_cannot_be_used_is_refused_by_name(string nav, string day, string words)
    {
        await using var town = await StartAsync();
        town.Fake.Schemes.Add(new("7", "-", "-", nav, day));
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Sources.Amfi.ReadAsync([Fund, Of("X", Dealing.Nav, ("amfi", "7"))], Token));
        Assert.Equal((UpstreamFault.Refused, "amfi: " + words), (e.Fault, e.Message));
    }

    [Fact]
    public async Task A_nav_of_a_weekend_is_published_ahead()
    {
        await using var town = await StartAsync();
        town.Fake.Schemes.Add(new("7", "-", "", "1001.5", "22-NOV-2026"));
        Assert.Equal(Day("2026-11-22"), Assert.Single(await town.Sources.Amfi.ReadAsync([Of("X", Dealing.Nav, ("amfi", "7"))], Token)).AsOf);
    }

    [Fact]
    public async Task A_code_that_bears_another_isin_is_refused()
    {
        await using var town = await StartAsync();
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Sources.Amfi.ReadAsync([Fund with { Isin = "INF209K01YM2" }], Token));
        Assert.Equal("amfi: scheme 119551 (FLEXI) bears INF209KA12Z1 and INF209KA13Z9, and the policy says INF209K01YM2", e.Message);
    }

    [Fact]
    public async Task An_isin_on_two_rows_asks_for_the_code()
    {
        await using var town = await StartAsync();
        town.Fake.Schemes.Add(new("8", LiquidIsin, "-", "5", "19-Nov-2026"));
        var e = await Assert.ThrowsAsync<UpstreamException>(
            () => town.Sources.Amfi.ReadAsync([Of("FLEXI", Dealing.Nav) with { Isin = LiquidIsin }], Token));
        Assert.Equal("amfi: INF209KA12Z1 (FLEXI) is on 2 rows; name its scheme code in symbols.amfi", e.Message);
        Assert.Equal(106.8821m, Assert.Single(await town.Sources.Amfi.ReadAsync([Fund], Token)).Price.Amount);
    }

    [Theory]
    [InlineData("", "does not name" + "|names its columns")]
    [InlineData("<!doctype html><html><body>Please verify you are human</body></html>", "names its columns")]
    [InlineData("<p>&nbsp;</p>", "no SCHEMECODE")]
    [InlineData("Scheme Code;Net Asset Value;Date;Date\r\n1;2;01-Jan-2026;01-Jan-2026", "more than one DATE")]
    [InlineData("Scheme Code;Net Asset Value;Date\r\n \r\nNo rows at all\r\n", "it has no rows")]
    public void What_is_no_such_file_is_unreadable(string text, string words)
    {
        var e = Assert.Throws<UpstreamException>(() => AmfiApi.Rows(Answered(text), new HashSet<string> { "1" }));
        Assert.Equal(UpstreamFault.Unreadable, e.Fault);
        Assert.Contains(words.Split('|')[^1], e.Message);
    }

    [Fact]
    public void Rows_of_another_width_are_left_out_and_hostile_files_end_early()
    {
        const string names = "Scheme Code;Net Asset Value;Date\n";
        var wanted = new HashSet<string> { "1" };
        Assert.Equal("3", Assert.Single(AmfiApi.Rows(Answered(names + "1;2\n1;3;x\n1;4;x;y\n"), wanted)).Nav);
        Assert.Contains("again and again", Assert.Throws<UpstreamException>(
            () => AmfiApi.Rows(Answered(names + string.Concat(Enumerable.Repeat("1;2;x\n", 100_000))), wanted)).Message);
        Assert.Contains("bytes long", Assert.Throws<UpstreamException>(
            () => AmfiApi.Rows(Answered(names + new string(';', 8_000_000)), wanted)).Message);
        Assert.Empty(AmfiApi.Rows(Answered(Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(names + string.Concat(Enumerable.Repeat(new string(';', 4000) + "\n", 1_000)))).ToArray()), wanted));
    }
}
