using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;
using static PerpetualRebalancing.Adapters.Tests.Ibkr.IbkrTown;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

/// <summary>Every answer that the contract reads: where it comes from, what a good one is like, and how it is read.</summary>
/// <param name="Method">Of the request.</param>
/// <param name="Path">A part of its path.</param>
/// <param name="Good">The smallest answer of the contract.</param>
/// <param name="Read">Has the contract's file read it.</param>
/// <param name="Use">Has the adapter use it; null when nothing more is done with it.</param>
internal sealed record IbkrReading(string Method, string Path, string Good, Func<IbkrApi, Task> Read, Func<IbkrTown, Task>? Use = null)
{
    private const string Status = """{"authenticated":true,"established":true,"competing":false,"connected":true,"message":"","fail":""}""";
    private const string Question = """[{"id":"q1","message":["Sure?"],"isSuppressed":false,"messageIds":["o403"]}]""";
    private const string Placed = """[{"order_id":"1234","order_status":"PreSubmitted","encrypt_message":"1"}]""";
    private const string Trades = """[{"execution_id":"1.1","conid":320227571,"side":"B","size":1.0,"price":"192.26","order_ref":"K1","account":"U1234567","order_id":77,"trade_time_r":1793976000000}]""";

    private static readonly IbkrApi.NewOrder Order = new("U1234567", NdxConid, "K1", "LMT", "BUY", "DAY", 1m, 500m);

    public static readonly Dictionary<string, IbkrReading> All = new()
    {
        ["status"] = new("POST", "/iserver/auth/status", Status, api => api.AuthStatusAsync(Stop)),
        ["init"] = new("POST", "/iserver/auth/ssodh/init", Status, api => api.InitAsync(Stop)),
        ["tickle"] = new("POST", "/tickle", $$$"""{"session":"1","ssoExpires":460311,"iserver":{"authStatus":{{{Status}}}}}""", api => api.TickleAsync(Stop), async town =>
        {
            town.Clock.Pass(TimeSpan.FromMinutes(1));
            await town.SessionAsync();
        }),
        ["validate"] = new("GET", "/sso/validate", """{"RESULT":true,"AUTH_TIME":1793976000000}""", api => api.ValidateAsync(Stop)),
        ["accounts"] = new("GET", "/iserver/accounts", """{"accounts":["U1234567"],"selectedAccount":"U1234567"}""", api => api.AccountsAsync(Stop)),
        ["select"] = new("POST", "/iserver/account", """{"set":true,"acctId":"U1234567"}""", api => api.SelectAsync("U1234567", Stop)),
        ["portfolio"] = new("GET", "/portfolio/accounts", """[{"id":"U1234567","accountId":"U1234567"}]""", api => api.PortfolioAccountsAsync(Stop)),
        ["invalidate"] = new("POST", "/invalidate", """{"message":"success"}""", api => api.InvalidateAsync("U1234567", Stop)),
        ["positions"] = new("GET", "/positions/0", """[{"acctId":"U1234567","conid":320227571,"contractDesc":"QQQ","position":3.0,"currency":"USD"}]""", api => api.PositionsAsync("U1234567", 0, Stop), ReadAsync),
        ["ledger"] = new("GET", "/ledger", """{"USD":{"settledcash":9.6,"cashbalance":9.6,"stockmarketvalue":3},"BASE":{"settledcash":9.6,"cashbalance":9.6,"stockmarketvalue":3}}""", api => api.LedgerAsync("U1234567", Stop), ReadAsync),
        ["snapshot"] = new("GET", "/marketdata/snapshot", """[{"conid":320227571,"_updated":1793976000000,"6509":"RpB","31":"655.89","84":"655.88","86":"655.90"}]""", api => api.SnapshotAsync([NdxConid], Stop),
            town => new IbkrQuotes(town.Session, Calendars).ReadAsync([Ndx], Stop)),
        ["orders"] = new("GET", "/iserver/account/orders", """{"orders":[{"acct":"U1234567","conid":320227571,"orderId":77,"filledQuantity":1.0,"totalSize":2.0,"status":"Submitted","side":"BUY","order_ref":"K1","lastExecutionTime_r":1793976000000}],"snapshot":true}""", api => api.OrdersAsync("U1234567", Stop), ListAsync),
        ["trades"] = new("GET", "/iserver/account/trades", Trades, api => api.TradesAsync(Stop), ListAsync),
        ["order"] = new("GET", "/order/status/", """{"order_id":77,"conid":320227571,"side":"B","total_size":"5.0","order_status":"Filled"}""", api => api.OrderStatusAsync(77, Stop), async town =>
        {
            town.Gateway.Canned[("GET", "/iserver/account/trades")] = (200, System.Text.Encoding.UTF8.GetBytes(Trades));
            await ListAsync(town);
        }),
        ["place"] = new("POST", "/U1234567/orders", Placed, api => api.PlaceAsync(Order, Stop), town => town.PlaceAsync(Buy("K1"))),
        ["question"] = new("POST", "/U1234567/orders", Question, api => api.PlaceAsync(Order, Stop), town => town.PlaceAsync(Buy("K1"))),
        ["prompt"] = new("POST", "/U1234567/orders", """{"orderId":77,"reqId":"12","text":"Sure?","options":["Yes","No"],"prompt":true,"messageId":"p12"}""", api => api.PlaceAsync(Order, Stop), town => town.PlaceAsync(Buy("K1"))),
        ["reply"] = new("POST", "/iserver/reply", Placed, api => api.ReplyAsync("q1", true, "K1", Stop), async town =>
        {
            town.Gateway.Canned[("POST", "/U1234567/orders")] = (200, System.Text.Encoding.UTF8.GetBytes(Question));
            await town.PlaceAsync(Buy("K1"));
        }),
        ["cancel"] = new("DELETE", "/order/", """{"msg":"Request was submitted","order_id":77}""", api => api.CancelAsync("U1234567", 77, Stop)),
    };

    private static Task<Domain.Review.AccountReading> ReadAsync(IbkrTown town) => town.Broker.ReadAsync(Account.Id, Stop);

    private static Task<System.Collections.Immutable.ImmutableArray<Brokers.BrokerOrder>> ListAsync(IbkrTown town) => town.Broker.OrdersAsync(Account.Id, new DateOnly(2026, 11, 6), Stop);

    /// <summary>Serves an answer and reads it.</summary>
    /// <returns>What was thrown; never anything but the one exception of adapters.</returns>
    public async Task<UpstreamException?> TryAsync(IbkrTown town, byte[] body, int status, Func<IbkrTown, Task> read)
    {
        town.Gateway.Canned[(Method, Path)] = (status, body);
        try
        {
            await read(town);
            return null;
        }
        catch (UpstreamException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            return e;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"{Path} broke on {Convert.ToBase64String(body)} (HTTP {status})", e);
        }
        finally
        {
            town.Gateway.Canned.Clear();
        }
    }
}
