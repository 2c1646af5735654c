using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

public class IbkrReadTests
{
    [Fact]
    public async Task Cash_and_known_units_are_read_and_what_is_unknown_is_left_out()
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.Ledger["USD"] = (9_500.25m, 10_750.75m);
        town.Gateway.Ledger["GBP"] = (5m, 5m);

        var reading = await ReadAsync(town);

        Assert.Equal(new Money(9_500.25m, Currency.Usd), reading.Settled);
        Assert.Equal(new Money(1_250.50m, Currency.Usd), reading.Unsettled);
        Assert.Equal([new HoldingReading(IbkrTown.Ndx.Id, new Quantity(3m))], reading.Holdings);
    }

    [Fact]
    public async Task All_pages_of_positions_are_read_afresh()
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.PageSize = 1;
        town.Gateway.Positions[IbkrTown.GoldConid] = 7m;

        var reading = await ReadAsync(town);

        Assert.Equal(2, reading.Holdings.Length);
        Assert.Equal(1, town.AskedPath("/invalidate"));
        Assert.Equal(4, town.AskedPath("/positions/") - 1);
    }

    [Fact]
    public async Task The_first_calls_are_made_once_and_again_when_the_session_was_lost()
    {
        await using var town = await IbkrTown.StartAsync();
        await ReadAsync(town);
        await town.FindAsync("K1");
        await ReadAsync(town);
        Assert.Equal((1, 1), (town.AskedPath("/iserver/accounts"), town.AskedPath("/portfolio/accounts")));

        town.Clock.Pass(TimeSpan.FromMinutes(8));
        await town.SessionAsync();
        town.Gateway.IsLoggedIn = true;
        await ReadAsync(town);
        await town.FindAsync("K1");
        Assert.Equal((2, 2), (town.AskedPath("/iserver/accounts"), town.AskedPath("/portfolio/accounts")));
    }

    [Fact]
    public async Task No_positions_are_not_believed_while_the_ledger_counts_shares()
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.Positions.Clear();

        Assert.Contains("still being fetched", (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(town))).Message, StringComparison.Ordinal);

        town.Gateway.StockValue = 0m;
        Assert.Empty((await ReadAsync(town)).Holdings);
    }

    [Fact]
    public async Task A_short_position_and_a_ledger_without_our_currency_are_refused()
    {
        await using var town = await IbkrTown.StartAsync();
        town.Gateway.Positions[IbkrTown.NdxConid] = -1m;
        Assert.Equal(UpstreamFault.Refused, (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(town))).Fault);

        town.Gateway.Positions[IbkrTown.NdxConid] = 1m;
        town.Gateway.Ledger.Clear();
        town.Gateway.Ledger["GBP"] = (1m, 1m);
        Assert.Contains("GBP", (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(town))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purchase_leaves_settled_cash_when_it_fills()
    {
        await using var town = await IbkrTown.StartAsync();
        await town.PlaceAsync(IbkrTown.Buy("K1"));
        town.Gateway.Fill("K1", 2m, 499m);

        var reading = await ReadAsync(town);

        Assert.Equal(9_002m, reading.Settled.Amount);
        Assert.Equal(new Quantity(5m), reading.Holdings[0].Quantity);
    }

    private static Task<AccountReading> ReadAsync(IbkrTown town) => town.Broker.ReadAsync(IbkrTown.Account.Id, IbkrTown.Stop);
}
