using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams;
using static PerpetualRebalancing.Adapters.Tests.Prices.PriceCase;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

public class PriceDeskTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly Instrument Other = Of("GOLDBEES", Dealing.Exchange, ("yahoo", "GOLDBEES.NS"));

    [Fact]
    public async Task Each_kind_of_dealing_has_its_own_sources_and_the_order_asked_is_kept()
    {
        await using var town = await StartAsync();
        var quotes = await town.Desk(town.Sources.Yahoo).ReadAsync([London, Fund, Etf], Token);
        Assert.Equal([("VUSA", "yahoo"), ("FLEXI", "amfi"), ("NIFTYBEES", "yahoo")], quotes.Select(q => (q.Instrument.Value, q.Source)));
        Assert.Equal(["amfi", "yahoo", "yahoo"], town.Fake.Requests.Select(r => r.Operation));
    }

    [Fact]
    public async Task A_failing_source_is_named_with_the_price_that_took_its_place()
    {
        await using var town = await StartAsync();
        town.Fake.Break("amfi", WireFault.HtmlBody);
        var quote = Assert.Single(await town.Desk().ReadAsync([Fund], Token));
        Assert.Equal(106.8821m, quote.Price.Amount);
        Assert.StartsWith("mfapi, as amfi: the answer of spages/NAVAll.txt (HTTP 200) cannot be read: ", quote.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_value_is_passed_over_for_a_fresh_one()
    {
        await using var town = await StartAsync();
        town.Fake.Mirrored["119551"] = town.Fake.Schemes[0];
        town.Fake.Schemes[0] = town.Fake.Schemes[0] with { Nav = "90", Day = "16-Nov-2026" };
        var quote = Assert.Single(await town.Desk().ReadAsync([Fund], Token));
        Assert.Equal((106.8821m, "mfapi, as amfi: its NAV of 2026-11-16 is 4 days old, and the limit is 3"), (quote.Price.Amount, quote.Source));
        Assert.Null(quote.Reference);
        town.Fake.Mirrored["119551"] = town.Fake.Schemes[0];
        Assert.Equal(
            "prices: nobody prices FLEXI (amfi: its NAV of 2026-11-16 is 4 days old, and the limit is 3; mfapi: its NAV of 2026-11-16 is 4 days old, and the limit is 3)",
            (await Assert.ThrowsAsync<UpstreamException>(() => town.Desk().ReadAsync([Fund], Token))).Message);
    }

    [Fact]
    public async Task A_bad_row_of_one_fund_costs_no_other_its_price_and_the_file_is_read_once()
    {
        await using var town = await StartAsync();
        town.Fake.Schemes.Add(new("7", "-", "-", "N.A.", "19-Nov-2026"));
        town.Fake.Mirrored["7"] = new("7", "-", "-", "55", "19-Nov-2026");
        var quotes = await town.Desk().ReadAsync([Of("X", Dealing.Nav, ("amfi", "7")), Fund], Token);
        Assert.Equal(["mfapi, as amfi: scheme 7 (X) has no NAV but 'N.A.'", "amfi"], quotes.Select(q => q.Source));
        Assert.Equal(["amfi", "mfapi"], town.Fake.Requests.Select(r => r.Operation));
    }

    [Fact]
    public async Task A_source_that_does_not_know_an_instrument_is_no_fallback()
    {
        await using var town = await StartAsync();
        var desk = town.Desk(new Stub("kite", _ => []), town.Sources.Yahoo);
        Assert.Equal("yahoo", Assert.Single(await desk.ReadAsync([Etf], Token)).Source);
        var e = await Assert.ThrowsAsync<UpstreamException>(() => desk.ReadAsync([Etf, Other], Token));
        Assert.Equal(
            (UpstreamFault.Refused, "prices: nobody prices GOLDBEES (kite does not price it; yahoo: says of GOLDBEES.NS: No data found, symbol may be delisted)"),
            (e.Fault, e.Message));
    }

    [Fact]
    public async Task What_is_wrong_with_the_whole_service_is_not_tried_on_every_instrument()
    {
        await using var town = await StartAsync();
        town.Fake.Break("yahoo", WireFault.Throttled);
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Desk(town.Sources.Yahoo).ReadAsync([Etf, Other, London], Token));
        Assert.Equal(UpstreamFault.Throttled, e.Fault);
        Assert.Single(town.Fake.Requests);
        Assert.Contains("nobody prices NIFTYBEES, GOLDBEES, VUSA (yahoo: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, e.Message.Split("yahoo: ").Length - 1);
    }

    /// <summary>The page itself once stood in the mail, tags and all.</summary>
    [Fact]
    public async Task Of_a_web_page_only_what_a_person_would_read_is_told()
    {
        await using var town = await StartAsync();
        town.Fake.Break("yahoo", WireFault.Error502);
        var e = await Assert.ThrowsAsync<UpstreamException>(() => town.Desk(town.Sources.Yahoo).ReadAsync([Etf], Token));
        Assert.Contains("(HTTP 502): a web page: 502 Bad Gateway", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('<', e.Message);
    }

    [Fact]
    public async Task A_batch_that_is_refused_is_asked_again_one_by_one()
    {
        await using var town = await StartAsync();
        var kite = new Stub("kite", asked => asked.Contains(Other)
            ? throw new UpstreamException("kite", UpstreamFault.Refused, "knows no GOLDBEES")
            : [.. asked.Select(i => Priced(i, 1m))]);
        town.Fake.Charts["GOLDBEES.NS"] = new("INR", 70m, Now);
        var quotes = await town.Desk(kite, town.Sources.Yahoo).ReadAsync([Etf, Other], Token);
        Assert.Equal(["kite", "yahoo, as kite: knows no GOLDBEES"], quotes.Select(q => q.Source));
    }

    [Fact]
    public async Task A_reference_is_sought_behind_the_source_that_priced_when_asked_for()
    {
        await using var town = await StartAsync();
        var kite = new Stub("kite", asked => [.. asked.Select(i => Priced(i, 290m))]);
        Assert.Null(Assert.Single(await town.Desk(kite, town.Sources.Yahoo).ReadAsync([Etf], Token)).Reference);
        Assert.Empty(town.Fake.Requests);
        var seeking = new PriceDesk([], [kite, town.Sources.Yahoo], Limits, Calendars, town.Time) { SeeksReferences = true };
        var quote = Assert.Single(await seeking.ReadAsync([Etf], Token));
        Assert.Equal((290m, "kite", 290.55m), (quote.Price.Amount, quote.Source, quote.Reference!.Value.Amount));

        // A price of another day is no reference, and a source that fails behind the first is no fault.
        town.Fake.Charts["NIFTYBEES.NS"] = town.Fake.Charts["NIFTYBEES.NS"] with { At = Now.AddDays(-1) };
        Assert.Null(Assert.Single(await seeking.ReadAsync([Etf], Token)).Reference);
        town.Fake.Break("yahoo", WireFault.EmptyBody);
        quote = Assert.Single(await seeking.ReadAsync([Etf], Token));
        Assert.Equal((null, "kite"), (quote.Reference, quote.Source));
    }

    [Fact]
    public async Task A_price_in_another_currency_or_of_tomorrow_is_passed_over()
    {
        await using var town = await StartAsync();
        var dollars = new Stub("ibkr", asked => [.. asked.Select(i => Priced(i, 1m) with { Price = new UnitPrice(1m, Currency.Usd) })]);
        var early = new Stub("alpaca", asked => [.. asked.Select(i => Priced(i, 1m) with { AsOf = Today.AddDays(1) })]);
        Assert.Equal(
            "yahoo, as ibkr: its price is in USD, and the policy says INR; alpaca: its price is dated 2026-11-21, and today is 2026-11-20",
            Assert.Single(await town.Desk(dollars, early, town.Sources.Yahoo).ReadAsync([Etf], Token)).Source);
    }

    [Fact]
    public async Task Rates_fall_back_and_say_so()
    {
        await using var town = await StartAsync();
        var desk = new FxDesk([town.Sources.Frankfurter, town.Sources.FrankfurterBlend, town.Sources.Yahoo], 4);
        var table = await desk.ReadAsync([Currency.Usd, Currency.Inr, Currency.Usd], Currency.Inr, Today, Token);
        Assert.Equal(("frankfurter", 88.25m), Assert.Single(table.Rates) is var r ? (r.Source, r.Rate) : default);
        town.Fake.Rates[("USD", "INR")] = (80m, Today.AddDays(-5));
        Assert.Equal(
            "yahoo, as frankfurter: its rate of 2026-11-15 is 5 days old, and the limit is 4; frankfurter blend: its rate of 2026-11-15 is 5 days old, and the limit is 4",
            Assert.Single((await desk.ReadAsync([Currency.Usd], Currency.Inr, Today, Token)).Rates).Source);
        var e = await Assert.ThrowsAsync<UpstreamException>(() => desk.ReadAsync([Currency.Gbp], Currency.Inr, Today, Token));
        Assert.StartsWith("prices: there is no exchange rate GBP/INR: frankfurter: v1/latest was refused: not found; ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_vix_falls_back_on_fred_and_says_so()
    {
        await using var town = await StartAsync();
        var desk = new VolatilityDesk([town.Sources.Cboe, town.Sources.Fred, town.Sources.Yahoo.Volatility(VolatilityIndex.IndiaVix)]);
        Assert.Equal("cboe", (await desk.ReadAsync(VolatilityIndex.Vix, Today, Token)).Source);
        Assert.Equal(13.9m, (await desk.ReadAsync(VolatilityIndex.IndiaVix, Today, Token)).Level);
        town.Fake.Break("cboe", WireFault.EmptyBody);
        var reading = await desk.ReadAsync(VolatilityIndex.Vix, Today, Token);
        Assert.Equal(17.25m, reading.Level);
        Assert.StartsWith("fred, as cboe: the answer of ", reading.Source, StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<UpstreamException>(() => desk.ReadAsync(VolatilityIndex.Vix, Today.AddDays(7), Token));
        Assert.Contains("fred: its level of 2026-11-19 is 8 days old, and the limit is 6", e.Message);
    }

    private static Quote Priced(Instrument instrument, decimal price) =>
        new(instrument.Id, new UnitPrice(price, instrument.Currency), Today, "stub", null) { ReadAt = Now };

    private sealed class Stub(string name, Func<ImmutableArray<Instrument>, ImmutableArray<Quote>> read) : IQuoteSource
    {
        public string Name => name;

        public Task<ImmutableArray<Quote>> ReadAsync(ImmutableArray<Instrument> instruments, CancellationToken cancellationToken) =>
            Task.FromResult(read(instruments));
    }
}
