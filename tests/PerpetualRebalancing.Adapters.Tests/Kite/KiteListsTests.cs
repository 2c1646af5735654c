using System.Text.Json.Nodes;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Upstreams;
using static PerpetualRebalancing.Adapters.Tests.Kite.KiteTown;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

public sealed class KiteListsTests
{
    [Fact]
    public async Task Quotes_carry_their_own_day_and_the_exchanges_band_and_leave_out_what_kite_does_not_know()
    {
        // One in a second of Kite's clock cannot be kept exactly from here; a read that is turned away is tried again.
        await using var town = await OpenAsync();
        town.Kite.HoldsLimits = false;
        town.Kite.Prices.Remove("NSE:GOLDBEES");
        town.Clock.Pass(TimeSpan.FromHours(1));
        Assert.Equal(
            [new Quote(Nifty, Rupees(250m), new DateOnly(2026, 11, 20), "Kite", null) { ReadAt = town.Clock.GetUtcNow() }], await town.Quotes.ReadAsync(town.Household.Instruments, Token));
        var band = Assert.Single(await town.Quotes.BandsAsync(town.Household.Instruments, Token));
        Assert.Equal((Rupees(200m), Rupees(300m)), (band.Lowest, band.Highest));

        town.Kite.Prices.Clear();
        var none = await Assert.ThrowsAsync<UpstreamException>(() => town.Quotes.ReadAsync(town.Household.Instruments, Token));
        Assert.Equal(UpstreamFault.Unreadable, none.Fault);
        town.Kite.HasMarketData = false;
        var plan = await Assert.ThrowsAsync<UpstreamException>(() => town.Quotes.ReadAsync(town.Household.Instruments, Token));
        Assert.Equal((UpstreamFault.Refused, "PermissionException"), (plan.Fault, plan.Code));
    }

    [Fact]
    public async Task Instruments_are_read_out_of_packed_csv_and_compared_with_the_household()
    {
        await using var town = await OpenAsync();
        var gold = (await town.Instruments.ReadAsync("NSE", Token)).Single(i => i.Symbol == "GOLDBEES");
        Assert.Equal(("NSE", "FAKE, LTD", 0.01m, 1m), (gold.Exchange, gold.Name, gold.Tick, gold.Lot));
        Assert.Empty(await town.Instruments.DifferencesAsync(town.Household, Token));
        var odd = town.Household with { Instruments = [.. town.Household.Instruments.Select(i => i.Id == Nifty ? i with { Tick = 0.005m } : i)] };
        town.Kite.Prices.Remove("NSE:GOLDBEES");
        Assert.Equal(
            ["NIFTY: NSE:NIFTYBEES has a tick of 0.01 and household.json says 0.005", "GOLD: Kite trades no NSE:GOLDBEES; correct symbols.kite"],
            await town.Instruments.DifferencesAsync(odd, Token));
        town.Kite.Break("NSE", WireFault.HtmlBody);
        Assert.Equal(UpstreamFault.Unreadable, (await Assert.ThrowsAsync<UpstreamException>(() => town.Instruments.ReadAsync("NSE", Token))).Fault);
    }

    [Fact]
    public async Task Funds_are_read_folio_by_folio_with_nulls_where_kite_has_them()
    {
        await using var town = await OpenAsync();
        town.Kite.Funds.Add(("INF000K01AA1", null, 12.345m));
        town.Kite.FundOrders.Add(new JsonObject
        {
            ["order_id"] = "3bb0",
            ["tradingsymbol"] = "INF000K01AA1",
            ["status"] = "OPEN",
            ["transaction_type"] = "BUY",
            ["amount"] = 5000,
            ["quantity"] = 0,
            ["average_price"] = 0,
            ["folio"] = null,
            ["order_timestamp"] = "2026-11-19 13:38",
            ["status_message"] = "Insufficient fund. 1/5",
            ["settlement_id"] = null,
        });
        town.Kite.FundPlans.Add(new JsonObject
        {
            ["sip_id"] = "18",
            ["tradingsymbol"] = "INF000K01AA1",
            ["status"] = "ACTIVE",
            ["instalment_amount"] = 500.00m,
            ["frequency"] = "weekly",
            ["next_instalment"] = "2026-11-26",
        });
        var holding = Assert.Single(await town.Funds.HoldingsAsync(Token));
        Assert.Equal(("INF000K01AA1", null, new Quantity(12.345m), null), (holding.Isin, holding.Folio, holding.Units, holding.NavOn));
        var order = Assert.Single(await town.Funds.OrdersAsync(Token));
        Assert.Equal(("OPEN", true, null, new DateOnly(2026, 11, 19), "Insufficient fund. 1/5"), (order.Status, order.IsPurchase, order.Price, order.PlacedOn, order.Note));
        Assert.Equal(order, await town.Funds.OrderAsync("3bb0", Token));
        var plan = Assert.Single(await town.Funds.PlansAsync(Token));
        Assert.Equal((new Money(500m, Currency.Inr), new DateOnly(2026, 11, 26)), (plan.Instalment, plan.Next));
        var scheme = Assert.Single(await town.Funds.SchemesAsync(Token));
        Assert.Equal(("Fake Gilt Fund, Growth", true, false, 0.001m, "T1"), (scheme.Name, scheme.CanBuy, scheme.CanRedeem, scheme.MinimumRedemption.Units, scheme.Settlement));
    }

    private static UnitPrice Rupees(decimal amount) => new(amount, Currency.Inr);
}
