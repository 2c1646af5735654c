using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Upstreams.Alpaca;
using static PerpetualRebalancing.Adapters.Tests.Alpaca.AlpacaTown;

namespace PerpetualRebalancing.Adapters.Tests.Alpaca;

public class AlpacaQuotesTests
{
    [Fact]
    public async Task A_price_is_the_last_trade_on_the_day_of_new_york()
    {
        await using var town = await StartAsync();

        // Two in the morning in London, nine in the evening before in New York.
        town.Service.Trades["VOO"] = (501.25m, new DateTimeOffset(2026, 11, 6, 2, 0, 0, TimeSpan.Zero));

        var quote = Assert.Single(await ReadAsync(town));

        Assert.Equal((Voo.Id, 501.25m, new DateOnly(2026, 11, 5), "alpaca"), (quote.Instrument, quote.Price.Amount, quote.AsOf, quote.Source));
    }

    [Fact]
    public async Task Without_a_trade_the_middle_of_bid_and_ask_and_then_the_last_bar_stand_in()
    {
        await using var town = await StartAsync();
        var now = town.Clock.GetUtcNow();
        town.Service.Trades.Clear();
        town.Service.Quotes["VOO"] = (500m, 501m, now);
        town.Service.Quotes["GLD"] = (0m, 301m, now);
        town.Service.Bars["GLD"] = (300m, now);

        Assert.Equal([(500.5m, "alpaca (middle of bid and ask)"), (300m, "alpaca (last minute)")], (await ReadAsync(town)).Select(q => (q.Price.Amount, q.Source)));
    }

    [Fact]
    public async Task A_price_from_the_future_or_of_nothing_is_no_price()
    {
        await using var town = await StartAsync();
        town.Service.Trades["VOO"] = (501.25m, town.Clock.GetUtcNow().AddDays(1));
        town.Service.Trades["GLD"] = (0m, town.Clock.GetUtcNow());

        var empty = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(town));

        Assert.Equal(UpstreamFault.Unreadable, empty.Fault);
        Assert.Contains("VOO, GLD", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_instruments_with_a_symbol_are_asked_for()
    {
        await using var town = await StartAsync();
        using var upstream = new Upstream(AlpacaHosts.Data(AlpacaTown.Roots(town.Service.Root)), town.Clock);
        using var quotes = new AlpacaQuotes(upstream, AlpacaFake.KeyId, AlpacaFake.Secret, town.Clock);

        Assert.Empty(await quotes.ReadAsync([.. Household.Instruments.Where(i => i.Symbols.IsEmpty)], TestContext.Current.CancellationToken));
        Assert.Empty(town.Service.Requests);
    }

    private static async Task<PerpetualRebalancing.Domain.Markets.Quote[]> ReadAsync(AlpacaTown town)
    {
        using var upstream = new Upstream(AlpacaHosts.Data(AlpacaTown.Roots(town.Service.Root)), town.Clock);
        using var quotes = new AlpacaQuotes(upstream, AlpacaFake.KeyId, AlpacaFake.Secret, town.Clock);
        return [.. await quotes.ReadAsync([Voo, Gld], TestContext.Current.CancellationToken)];
    }
}
