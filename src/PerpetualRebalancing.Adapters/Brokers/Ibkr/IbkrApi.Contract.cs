using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>What the Client Portal Web API sends and takes. Only fields that are used stand here; the service may send any others.</summary>
internal sealed partial class IbkrApi
{
    /// <summary><c>POST /iserver/auth/status</c>. Older gateways tell no <c>established</c>.</summary>
    internal sealed record AuthStatus(
        bool Authenticated, bool Competing, bool? Connected = null, bool? Established = null, string? Message = null, string? Fail = null)
    {
        /// <summary>Whether the brokerage session is up and nobody else's is.</summary>
        public bool IsReady => Authenticated && !Competing && (Established ?? Connected ?? false);
    }

    /// <summary><c>POST /tickle</c>.</summary>
    internal sealed record Tickle(Tickle.Server? Iserver = null)
    {
        internal sealed record Server(AuthStatus? AuthStatus = null);
    }

    /// <summary><c>GET /sso/validate</c>: when the person logged in, in milliseconds since 1970.</summary>
    internal sealed record Login([property: JsonPropertyName("RESULT")] bool Result, [property: JsonPropertyName("AUTH_TIME")] long? AuthTime = null);

    /// <summary><c>GET /iserver/accounts</c>.</summary>
    internal sealed record Accounts([property: JsonPropertyName("accounts")] ImmutableArray<string> Numbers, string? SelectedAccount = null);

    /// <summary><c>GET /portfolio/accounts</c>.</summary>
    internal sealed record PortfolioAccount(string AccountId);

    /// <summary><c>GET /portfolio/{acct}/positions/{page}</c>: below zero when short.</summary>
    internal sealed record Position(string AcctId, long Conid, [property: JsonPropertyName("position")] decimal Units, string Currency, string? ContractDesc = null);

    /// <summary><c>GET /portfolio/{acct}/ledger</c>, a currency's row; <c>BASE</c> sums all.</summary>
    internal sealed record LedgerRow(
        [property: JsonPropertyName("settledcash")] decimal SettledCash, [property: JsonPropertyName("cashbalance")] decimal CashBalance,
        [property: JsonPropertyName("stockmarketvalue")] decimal StockMarketValue);

    /// <summary><c>GET /iserver/marketdata/snapshot</c>: the first answer of a contract has nothing but its number.</summary>
    /// <param name="Conid">The contract.</param>
    /// <param name="Updated">Milliseconds since 1970.</param>
    /// <param name="Last">Field 31, text: <c>C</c> before it is the close of the day before, <c>H</c> that trading is halted.</param>
    /// <param name="Bid">Field 84.</param>
    /// <param name="Ask">Field 86.</param>
    /// <param name="Availability">Field 6509: its first letter is R realtime, D delayed, Z frozen, Y frozen and delayed, N not subscribed.</param>
    internal sealed record Snapshot(
        long Conid,
        [property: JsonPropertyName("_updated")] long? Updated = null,
        [property: JsonPropertyName("31")] string? Last = null,
        [property: JsonPropertyName("84")] string? Bid = null,
        [property: JsonPropertyName("86")] string? Ask = null,
        [property: JsonPropertyName("6509")] string? Availability = null);

    /// <summary><c>GET /iserver/account/orders</c>: <c>snapshot</c> is false while the list is still being fetched.</summary>
    internal sealed record OrderList(ImmutableArray<Order> Orders, bool Snapshot);

    /// <summary>A row of the orders of today's session.</summary>
    /// <param name="OrderId">The service's identity.</param>
    /// <param name="Acct">Whose.</param>
    /// <param name="Conid">Of what.</param>
    /// <param name="Side">BUY or SELL.</param>
    /// <param name="Status">One of a set of words that may grow.</param>
    /// <param name="TotalSize">Units ordered; none for an order by amount.</param>
    /// <param name="FilledQuantity">Units that changed hands.</param>
    /// <param name="OrderRef">The client's key, where it gave one.</param>
    /// <param name="LastChange">Milliseconds since 1970.</param>
    internal sealed record Order(
        long OrderId, string Acct, long Conid, string Side, string Status, decimal FilledQuantity, decimal? TotalSize = null,
        [property: JsonPropertyName("order_ref")] string? OrderRef = null,
        [property: JsonPropertyName("lastExecutionTime_r")] long? LastChange = null);

    /// <summary><c>GET /iserver/account/order/status/{orderId}</c>.</summary>
    internal sealed record OrderStatus(
        long OrderId, long Conid, string Side, [property: JsonPropertyName("order_status")] string Status, decimal? TotalSize = null);

    /// <summary><c>GET /iserver/account/trades</c>: a fill. The side is B or BOT, S or SLD.</summary>
    internal sealed record Trade(
        string ExecutionId, long Conid, string Side, decimal Size, decimal Price, string? OrderRef = null, long? OrderId = null, string? Account = null,
        [property: JsonPropertyName("trade_time_r")] long? Time = null);

    /// <summary>One order in the body of <c>POST /iserver/account/{acct}/orders</c>.</summary>
    internal sealed record NewOrder(
        string AcctId, long Conid, [property: JsonPropertyName("cOID")] string ClientKey, string OrderType, string Side, string Tif, decimal Quantity, decimal Price,
        [property: JsonPropertyName("outsideRTH")] bool OutsideHours = false);

    /// <summary>What may come with HTTP 200 after an order or a reply; the fourth shape, <c>{"error":".."}</c>, is thrown as a refusal.</summary>
    internal abstract record OrderAnswer
    {
        private OrderAnswer()
        {
        }

        /// <summary>The order is taken.</summary>
        internal sealed record Placed(long OrderId, string Status) : OrderAnswer;

        /// <summary>It must be answered before any other order is sent, else the order is void.</summary>
        internal sealed record Question(string Id, string Text, ImmutableArray<string> MessageIds) : OrderAnswer;

        /// <summary>A question of the server about an order that has a number already.</summary>
        internal sealed record Prompt(long OrderId, string RequestId, string Text, ImmutableArray<string> Options) : OrderAnswer;
    }

    private sealed record NewOrders(ImmutableArray<NewOrder> Orders);

    private sealed record Init(bool Publish, bool Compete);

    private sealed record Reply(bool Confirmed);

    private sealed record Notification(long OrderId, string ReqId, string Text);

    private sealed record Choice(string AcctId);

    private sealed record AnswerLine(
        [property: JsonPropertyName("order_id")] long? OrderId = null,
        [property: JsonPropertyName("order_status")] string? OrderStatus = null,
        [property: JsonPropertyName("local_order_id")] string? LocalOrderId = null,
        string? Id = null, ImmutableArray<string>? Message = null, ImmutableArray<string>? MessageIds = null);

    private sealed record PromptLine(long OrderId, string ReqId, string Text, bool Prompt, ImmutableArray<string>? Options = null);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(AuthStatus))]
    [JsonSerializable(typeof(Tickle))]
    [JsonSerializable(typeof(Login))]
    [JsonSerializable(typeof(Accounts))]
    [JsonSerializable(typeof(ImmutableArray<PortfolioAccount>))]
    [JsonSerializable(typeof(ImmutableArray<Position>))]
    [JsonSerializable(typeof(ImmutableDictionary<string, JsonElement>))]
    [JsonSerializable(typeof(LedgerRow))]
    [JsonSerializable(typeof(ImmutableArray<Snapshot>))]
    [JsonSerializable(typeof(OrderList))]
    [JsonSerializable(typeof(NewOrders))]
    [JsonSerializable(typeof(Init))]
    [JsonSerializable(typeof(Reply))]
    [JsonSerializable(typeof(Notification))]
    [JsonSerializable(typeof(Choice))]
    [JsonSerializable(typeof(ImmutableArray<AnswerLine>))]
    [JsonSerializable(typeof(PromptLine))]
    private sealed partial class IbkrContract : JsonSerializerContext;

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(OrderStatus))]
    [JsonSerializable(typeof(ImmutableArray<Trade>))]
    private sealed partial class IbkrSnakeContract : JsonSerializerContext;
}
