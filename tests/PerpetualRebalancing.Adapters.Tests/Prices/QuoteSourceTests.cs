using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using static PerpetualRebalancing.Adapters.Tests.Prices.PriceCase;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

public class QuoteSourceTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mfapi_gives_the_newest_nav_of_a_scheme()
    {
        await using var town = await StartAsync();
        Assert.Equal(
            [new Quote(Fund.Id, new UnitPrice(106.8821m, Currency.Inr), Day("2026-11-19"), "mfapi", null) { ReadAt = Now }],
            await town.Sources.Mfapi.ReadAsync([Etf, Fund with { Isin = LiquidIsin }], Token));
    }

    [Theory]
    [InlineData("999", "mfapi: knows no scheme 999: it answered without a NAV")]
    [InlineData("x/../1", "was refused: invalid scheme_code")]
    public async Task Mfapi_is_not_believed_when_it_succeeds_without_data(string code, string words)
    {
        await using var town = await StartAsync();
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Sources.Mfapi.ReadAsync([Of("X", Dealing.Nav, ("amfi", code))], Token));
        Assert.Equal(UpstreamFault.Refused, e.Fault);
        Assert.Contains(words, e.Message);
    }

    [Theory]
    [InlineData("""{"meta":{"scheme_code":2},"data":[{"date":"19-11-2026","nav":"1"}],"status":"SUCCESS"}""", "scheme 1 was asked and 2 answered")]
    [InlineData("""{"meta":{},"data":[{"date":"2026-11-19","nav":"1"}],"status":"SUCCESS"}""", "has no day but '2026-11-19'")]
    [InlineData("""{"meta":{},"data":[null],"status":"SUCCESS"}""", "has no day but ''")]
    [InlineData("""{"meta":{},"data":[{"date":"19-11-2026","nav":"0.00000"}],"status":"SUCCESS"}""", "has no NAV but '0.00000'")]
    [InlineData("""{"meta":{},"data":[{"date":"19-11-2026","nav":"1"}],"status":"FAIL"}""", "says FAIL")]
    [InlineData("""{"meta":{},"status":"SUCCESS"}""", "cannot be read")]
    [InlineData("null", "it is null")]
    public void An_answer_of_mfapi_beyond_the_contract_is_refused(string body, string words) =>
        Assert.Contains(words, Assert.Throws<UpstreamException>(() => MfapiApi.Read(Answered(body), "1")).Message);

    [Fact]
    public void Mfapis_newest_row_counts_wherever_it_stands() => Assert.Equal(
        (3m, Day("2026-11-19")),
        MfapiApi.Read(Answered("""{"data":[{"date":"18-11-2026","nav":"2"},{"date":"19-11-2026","nav":"3"},{"date":"17-11-2026","nav":"0"}]}"""), "1") is var l ? (l.Nav, l.Day) : default);

    [Fact]
    public async Task Yahoo_gives_the_last_price_and_makes_pence_pounds()
    {
        await using var town = await StartAsync();
        Assert.Equal(
            [
                new Quote(Etf.Id, new UnitPrice(290.55m, Currency.Inr), Day("2026-11-20"), "yahoo", null) { ReadAt = Now },
                new Quote(London.Id, new UnitPrice(98.765m, Currency.Gbp), Day("2026-11-19"), "yahoo", null) { ReadAt = Now },
            ],
            await town.Sources.Yahoo.ReadAsync([Fund, Etf, London], Token));
    }

    [Fact]
    public async Task Yahoos_last_close_stands_in_for_a_missing_price_and_its_binary_fraction_is_rounded()
    {
        await using var town = await StartAsync();
        var (two, one) = (Now.AddDays(-2).ToUnixTimeSeconds(), Now.AddDays(-1).ToUnixTimeSeconds());
        town.Fake.Charts["NIFTYBEES.NS"] = new("INR", null, null) { Closes = [(two, 73.72000122070312m), (one, null)] };
        var quote = Assert.Single(await town.Sources.Yahoo.ReadAsync([Etf], Token));
        Assert.Equal((73.72m, Day("2026-11-18")), (quote.Price.Amount, quote.AsOf));
        town.Fake.Charts["NIFTYBEES.NS"] = new("INR", null, null);
        Assert.Equal(
            "yahoo: has no price of NIFTYBEES.NS in the last 10 days",
            (await Assert.ThrowsAsync<UpstreamException>(() => town.Sources.Yahoo.ReadAsync([Etf], Token))).Message);
    }

    [Fact]
    public async Task Yahoo_is_refused_for_an_unknown_symbol_and_for_another_currency()
    {
        await using var town = await StartAsync();
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Sources.Yahoo.ReadAsync([Of("X", Dealing.Exchange, ("yahoo", "X.NS"))], Token));
        Assert.Equal((UpstreamFault.Refused, "Not Found", "yahoo: says of X.NS: No data found, symbol may be delisted"), (e.Fault, e.Code, e.Message));
        e = await Assert.ThrowsAsync<UpstreamException>(() => town.Sources.Yahoo.ReadAsync([Etf with { Currency = Currency.Usd }], Token));
        Assert.Equal("yahoo: prices NIFTYBEES.NS (NIFTYBEES) in INR, and the policy says USD", e.Message);
    }

    [Theory]
    [InlineData("""{"chart":{"result":[],"error":null}}""", "answered without a price")]
    [InlineData("""{"chart":{"result":[null],"error":null}}""", "answered without a price")]
    [InlineData("""{"chart":{"result":[{"meta":{"symbol":"Y","gmtoffset":0,"currency":"INR","regularMarketPrice":1,"regularMarketTime":1}}]}}""", "X was asked and Y answered")]
    [InlineData("""{"chart":{"result":[{"meta":{"symbol":"X","gmtoffset":0,"regularMarketPrice":1,"regularMarketTime":1}}]}}""", "does not say the currency")]
    [InlineData("""{"chart":{"result":[{"meta":{"symbol":"X","gmtoffset":0,"currency":"INR","regularMarketPrice":1,"regularMarketTime":999999999999999}}]}}""", "was priced at second")]
    [InlineData("""{"chart":{"result":[{"meta":{"symbol":"X","gmtoffset":-2147483648,"currency":"INR","regularMarketPrice":1,"regularMarketTime":1}}]}}""", "was priced at second")]
    [InlineData("""{"chart":{"result":[{"meta":{"symbol":"X","gmtoffset":0,"currency":"INR"},"timestamp":[1,2],"indicators":{"quote":[{"close":[5]}]}}]}}""", "2 timestamps and 1 closes")]
    [InlineData("""{"finance":{"error":"x"}}""", "cannot be read")]
    public void An_answer_of_yahoo_beyond_what_is_known_is_refused(string body, string words) =>
        Assert.Contains(words, Assert.Throws<UpstreamException>(() => YahooApi.Read(Answered(body), "X")).Message);

    [Fact]
    public void Yahoos_throttling_is_plain_text() => Assert.Equal(
        UpstreamFault.Throttled, Assert.Throws<UpstreamException>(() => YahooApi.Read(Answered("Edge: Too Many Requests", 429), "X")).Fault);

    [Fact]
    public async Task Rates_come_from_both_versions_of_frankfurter_and_from_yahoo()
    {
        await using var town = await StartAsync();
        IRateSource[] sources = [town.Sources.Frankfurter, town.Sources.FrankfurterBlend, town.Sources.Yahoo];
        var rates = new List<FxRate>();
        foreach (var source in sources)
        {
            rates.Add(await source.ReadAsync(Currency.Usd, Currency.Inr, Token));
        }

        Assert.Equal(
            [
                new FxRate(Currency.Usd, Currency.Inr, 88.25m, Day("2026-11-19"), "frankfurter") { ReadAt = Now },
                new FxRate(Currency.Usd, Currency.Inr, 88.25m, Day("2026-11-19"), "frankfurter blend") { ReadAt = Now },
                new FxRate(Currency.Usd, Currency.Inr, 88.1m, Day("2026-11-20"), "yahoo") { ReadAt = Now },
            ],
            rates);
        foreach (var source in sources)
        {
            Assert.Equal(UpstreamFault.Refused, (await Assert.ThrowsAsync<UpstreamException>(() => source.ReadAsync(Currency.Gbp, Currency.Usd, Token))).Fault);
        }
    }

    [Theory]
    [InlineData("""{"amount":100,"base":"USD","date":"2026-11-19","rates":{"INR":8825}}""", "those of 100 USD")]
    [InlineData("""{"base":"EUR","date":"2026-11-19","rates":{"INR":88}}""", "USD/INR was asked and EUR/INR answered")]
    [InlineData("""{"base":"USD","date":"2026-11-19","rates":{}}""", "has no rate from USD to INR")]
    [InlineData("""{"base":"USD","date":"19-11-2026","rates":{"INR":88}}""", "on '19-11-2026'")]
    [InlineData("""{"base":"USD","date":"2026-11-19","rates":{"INR":0}}""", "is 0 on")]
    [InlineData("""{"base":"USD","date":"2026-11-19","rates":null}""", "cannot be read")]
    public void An_answer_of_frankfurter_beyond_the_contract_is_refused(string body, string words) =>
        Assert.Contains(words, Assert.Throws<UpstreamException>(() => FrankfurterApi.ReadLatest(Answered(body), "USD", "INR")).Message);

    [Fact]
    public async Task The_vix_comes_from_cboe_or_fred_and_a_day_without_one_is_passed_over()
    {
        await using var town = await StartAsync();
        var expected = new VolatilityReading(VolatilityIndex.Vix, 17.25m, Day("2026-11-19"), "cboe", Now);
        Assert.Equal(expected, await town.Sources.Cboe.ReadAsync(Token));
        Assert.Equal(expected with { Source = "fred" }, await town.Sources.Fred.ReadAsync(Token));
        Assert.Equal("/graph/fredgraph.csv?id=VIXCLS&cosd=2026-10-21", town.Fake.Requests[^1].Path);
        Assert.Equal((17.3m, Day("2026-11-19")), await town.Sources.Yahoo.Volatility(VolatilityIndex.Vix).ReadAsync(Token) is var v ? (v.Level, v.AsOf) : default);
        Assert.Equal(13.9m, (await town.Sources.Yahoo.Volatility(VolatilityIndex.IndiaVix).ReadAsync(Token)).Level);
    }

    [Theory]
    [InlineData("\uFEFFDate ,Open ,High ,Low ,Close ,Prev. Close \r\n18-NOV-2026,1,2,1,13.5,1\r\n19-NOV-2026,0,0,0,0,0\r\n", null)]
    [InlineData("Date ,Open ,High ,Low ,Shut \n", "does not name DATE and CLOSE")]
    [InlineData("Date ,Close \n19-NOV-2026,0\n", "it has no values")]
    [InlineData("Date ,Close \n18-NOV-2026,13\n19-11-2026,1\n", "line 3 is no day with a CLOSE")]
    [InlineData("Date ,Close \n18-NOV-2026,-13\n", "line 2 is no day with a CLOSE")]
    [InlineData("<html>", "does not name DATE and CLOSE")]
    [InlineData("", "does not name DATE and CLOSE")]
    public async Task A_downloaded_file_of_india_vix_is_read(string text, string? fault)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("hist_india_vix.csv", text);
        var source = new IndiaVixFile(path, new Store.ManualTime(Now));
        if (fault is null)
        {
            Assert.Equal(new VolatilityReading(VolatilityIndex.IndiaVix, 13.5m, Day("2026-11-18"), "hist_india_vix.csv", Now), await source.ReadAsync(Token));
        }
        else
        {
            Assert.Contains(fault, (await Assert.ThrowsAsync<UpstreamException>(() => source.ReadAsync(Token))).Message);
        }

        Assert.Equal(UpstreamFault.Unreadable, (await Assert.ThrowsAsync<UpstreamException>(() => new IndiaVixFile(path + "x", TimeProvider.System).ReadAsync(Token))).Fault);
    }

    [Fact]
    public void When_a_price_was_read_is_kept_in_a_snapshot_and_missing_from_older_ones()
    {
        var old = """{"at":"2026-11-20T04:30:00+00:00","today":"2026-11-20","slot":"2026-11","kind":"Scheduled","allowShortTerm":false,"accounts":[],"""
            + """
            "quotes":[{"instrument":"FLEXI","price":"1 INR","asOf":"2026-11-19","source":"amfi","reference":null}],"fx":{"rates":[{"from":"USD","to":"INR","rate":"88","asOf":"2026-11-19","source":"x"}]}}
            """;
        var snapshot = DomainJson.ReadSnapshot(System.Text.Encoding.UTF8.GetBytes(old));
        Assert.Equal(old, System.Text.Encoding.UTF8.GetString(DomainJson.Bytes(snapshot)));
        var read = snapshot with { Quotes = [snapshot.Quotes[0] with { ReadAt = Now }], Fx = new FxTable([snapshot.Fx.Rates[0] with { ReadAt = Now }]) };
        Assert.Equal((Now, Now), DomainJson.ReadSnapshot(DomainJson.Bytes(read)) is var s ? (s.Quotes[0].ReadAt, s.Fx.Rates[0].ReadAt) : default);
    }
}
