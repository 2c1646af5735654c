using System.Globalization;
using System.Text.Json.Nodes;

namespace PerpetualRebalancing.Upstreams.Alpaca;

/// <summary>A line of the fake's order book.</summary>
public sealed class AlpacaOrder
{
    public required string Id { get; init; }

    public required string Key { get; init; }

    public required string Symbol { get; init; }

    public required string Side { get; init; }

    public required decimal Units { get; init; }

    public required decimal Limit { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Status { get; set; } = "accepted";

    public List<AlpacaFill> Fills { get; } = [];

    public decimal Filled => Fills.Sum(f => f.Units);

    public bool HasEnded => Status is "filled" or "canceled" or "expired" or "rejected" or "replaced";

    internal JsonObject Json() => new()
    {
        ["id"] = Id,
        ["client_order_id"] = Key,
        ["created_at"] = AlpacaFake.Moment(At),
        ["submitted_at"] = AlpacaFake.Moment(At),
        ["filled_at"] = Status == "filled" ? AlpacaFake.Moment(Fills[^1].At) : null,
        ["asset_class"] = "us_equity",
        ["symbol"] = Symbol,
        ["notional"] = null,
        ["qty"] = Units.ToString(CultureInfo.InvariantCulture),
        ["filled_qty"] = Filled.ToString(CultureInfo.InvariantCulture),
        ["filled_avg_price"] = Filled == 0m ? null : (Fills.Sum(f => f.Units * f.Price) / Filled).ToString(CultureInfo.InvariantCulture),
        ["order_class"] = "",
        ["type"] = "limit",
        ["side"] = Side,
        ["time_in_force"] = "day",
        ["limit_price"] = Limit.ToString(CultureInfo.InvariantCulture),
        ["status"] = Status,
        ["extended_hours"] = false,
        ["legs"] = null,
    };
}

/// <summary>Units of an order that changed hands.</summary>
public sealed record AlpacaFill(string Id, decimal Units, decimal Price, DateTimeOffset At)
{
    internal JsonObject Json(AlpacaOrder order) => new()
    {
        ["activity_type"] = "FILL",
        ["id"] = Id,
        ["order_id"] = order.Id,
        ["symbol"] = order.Symbol,
        ["side"] = order.Side,
        ["qty"] = Units.ToString(CultureInfo.InvariantCulture),
        ["price"] = Price.ToString(CultureInfo.InvariantCulture),
        ["transaction_time"] = AlpacaFake.Moment(At),
        ["type"] = "fill",
        ["leaves_qty"] = "0",
    };
}
