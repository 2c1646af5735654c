using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>What the Trading API sends and takes. Only fields that are used stand here; the service may send any others.</summary>
internal sealed partial class AlpacaApi
{
    /// <summary>A client_order_id that an order has already; the code alone is also that of other mistakes in a body.</summary>
    public const string KeyIsTaken = "40010001";

    private const string NoSuchThing = "40410000";

    /// <summary><c>GET /v2/account</c>. Money comes as text.</summary>
    internal sealed record Account(
        string AccountNumber, string Status, string Currency, decimal Cash, bool TradingBlocked, bool AccountBlocked,
        bool TradeSuspendedByUser);

    /// <summary><c>GET /v2/positions</c>: <c>side</c> long or short, <c>qty</c> below zero when short, not settled units included.</summary>
    internal sealed record Position(string Symbol, decimal Qty, string Side);

    /// <summary>An order in any answer. An order for an amount of money has no <c>qty</c>; one of several legs has neither symbol nor side.</summary>
    internal sealed record Order(
        string Id, string ClientOrderId, string? Symbol, string? Side, string Status, decimal? Qty, decimal FilledQty, DateTimeOffset CreatedAt,
        DateTimeOffset? SubmittedAt = null);

    /// <summary><c>POST /v2/orders</c>. Numbers go out as text: at most nine decimals.</summary>
    internal sealed record NewOrder(
        string Symbol, string Qty, string Side, string Type, string TimeInForce, string LimitPrice, string ClientOrderId);

    /// <summary><c>GET /v2/account/activities/FILL</c>; it names the order by Alpaca's own identity only.</summary>
    internal sealed record Fill(string Id, string OrderId, string Symbol, string Side, decimal Qty, decimal Price, DateTimeOffset TransactionTime);

    /// <summary><c>GET /v2/clock</c>.</summary>
    internal sealed record Clock(DateTimeOffset Timestamp, bool IsOpen, DateTimeOffset NextOpen, DateTimeOffset NextClose);

    /// <summary><c>GET /v2/calendar</c>: local hours, and when trades of the day settle (absent in older answers).</summary>
    internal sealed record CalendarDay(DateOnly Date, string Open, string Close, DateOnly? SettlementDate = null);

    /// <summary><c>GET /v2/assets/{symbol}</c>.</summary>
    internal sealed record Asset(string Symbol, string Status, bool Tradable, bool Fractionable);

    private sealed record Error(string Message, long? Code = null);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Account))]
    [JsonSerializable(typeof(ImmutableArray<Position>))]
    [JsonSerializable(typeof(ImmutableArray<Order>))]
    [JsonSerializable(typeof(ImmutableArray<Fill>))]
    [JsonSerializable(typeof(ImmutableArray<CalendarDay>))]
    [JsonSerializable(typeof(Clock))]
    [JsonSerializable(typeof(Asset))]
    [JsonSerializable(typeof(NewOrder))]
    [JsonSerializable(typeof(Error))]
    private sealed partial class AlpacaContract : JsonSerializerContext;
}
