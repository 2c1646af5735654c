using System.Globalization;
using System.Text.Json.Nodes;

namespace PerpetualRebalancing.Upstreams.Ibkr;

/// <summary>A line of the fake gateway's order book.</summary>
public sealed class IbkrOrder
{
    public required long Id { get; init; }

    public required string Account { get; init; }

    public required string Key { get; init; }

    public required long Conid { get; init; }

    public required string Side { get; init; }

    public required decimal Units { get; init; }

    public required decimal Limit { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Status { get; set; } = "PreSubmitted";

    public List<IbkrFill> Fills { get; } = [];

    /// <summary>Units that the list of orders tells as filled; the trades may be behind.</summary>
    public decimal Filled => Fills.Sum(f => f.Units);

    public bool HasEnded => Status is "Filled" or "Cancelled" or "Inactive";

    internal JsonObject Json()
    {
        var row = new JsonObject
        {
            ["acct"] = Account,
            ["conidex"] = Conid.ToString(CultureInfo.InvariantCulture),
            ["conid"] = Conid,
            ["orderId"] = Id,
            ["cashCcy"] = "USD",
            ["remainingQuantity"] = Units - Filled,
            ["filledQuantity"] = Filled,
            ["totalSize"] = Units,
            ["status"] = Status,
            ["avgPrice"] = Filled == 0m ? "" : (Fills.Sum(f => f.Units * f.Price) / Filled).ToString(CultureInfo.InvariantCulture),
            ["origOrderType"] = "LIMIT",
            ["price"] = Limit.ToString(CultureInfo.InvariantCulture),
            ["timeInForce"] = "CLOSE",
            ["lastExecutionTime_r"] = At.ToUnixTimeMilliseconds(),
            ["side"] = Side,
        };
        if (Key.Length > 0)
        {
            row["order_ref"] = Key;
        }

        return row;
    }

    internal JsonObject StatusJson() => new()
    {
        ["order_id"] = Id,
        ["conid"] = Conid,
        ["side"] = Side == "BUY" ? "B" : "S",
        ["total_size"] = Units.ToString(CultureInfo.InvariantCulture),
        ["order_type"] = "LIMIT",
        ["cum_fill"] = Filled.ToString(CultureInfo.InvariantCulture),
        ["order_status"] = Status,
        ["tif"] = "DAY",
        ["account"] = Account,
    };
}

/// <summary>Units of an order that changed hands.</summary>
public sealed record IbkrFill(string Id, decimal Units, decimal Price, DateTimeOffset At)
{
    internal JsonObject Json(IbkrOrder order)
    {
        var row = new JsonObject
        {
            ["execution_id"] = Id,
            ["conid"] = order.Conid,
            ["side"] = order.Side == "BUY" ? "B" : "S",
            ["size"] = Units,
            ["price"] = Price.ToString(CultureInfo.InvariantCulture),
            ["trade_time"] = At.UtcDateTime.ToString("yyyyMMdd-HH:mm:ss", CultureInfo.InvariantCulture),
            ["trade_time_r"] = At.ToUnixTimeMilliseconds(),
            ["commission"] = "1.01",
            ["account"] = order.Account,
            ["order_id"] = order.Id,
        };
        if (order.Key.Length > 0)
        {
            row["order_ref"] = order.Key;
        }

        return row;
    }
}
