using System.Text.Json.Nodes;

namespace PerpetualRebalancing.Upstreams.Kite;

public sealed partial class FakeKite
{
    private JsonObject Margins() => new JsonObject
    {
        ["enabled"] = true,
        ["net"] = Cash + Collateral,
        ["available"] = new JsonObject { ["adhoc_margin"] = 0, ["cash"] = Cash, ["opening_balance"] = Cash, ["live_balance"] = Cash + Collateral, ["collateral"] = Collateral, ["intraday_payin"] = 0 },
        ["utilised"] = new JsonObject { ["debits"] = 0, ["holding_sales"] = Delivery * 5, ["delivery"] = Delivery, ["payout"] = 0 },
    };

    private static JsonObject HoldingRow(DematHolding h) => new JsonObject
    {
        ["tradingsymbol"] = h.Symbol,
        ["exchange"] = h.Exchange,
        ["instrument_token"] = 1,
        ["isin"] = h.Isin,
        ["product"] = "CNC",
        ["price"] = 0,
        ["quantity"] = h.Realised,
        ["used_quantity"] = h.Used,
        ["t1_quantity"] = h.T1,
        ["realised_quantity"] = h.Realised,
        ["authorised_quantity"] = h.Authorised,
        ["authorised_date"] = h.AuthorisedOn,
        ["opening_quantity"] = h.Realised + h.T1,
        ["collateral_quantity"] = h.Pledged,
        ["collateral_type"] = "",
        ["discrepancy"] = false,
        ["average_price"] = 10.5m,
        ["last_price"] = 11m,
        ["authorisation"] = new JsonObject(),
    };

    private static JsonObject OrderRow(KiteOrder o) => new JsonObject
    {
        ["placed_by"] = "AB1234",
        ["order_id"] = o.Id,
        ["exchange_order_id"] = null,
        ["status"] = o.Status,
        ["status_message"] = null,
        ["order_timestamp"] = o.At,
        ["variety"] = "regular",
        ["exchange"] = o.Exchange,
        ["tradingsymbol"] = o.Symbol,
        ["order_type"] = "LIMIT",
        ["transaction_type"] = o.Side,
        ["validity"] = "DAY",
        ["product"] = o.Product,
        ["quantity"] = o.Quantity,
        ["price"] = o.Price,
        ["filled_quantity"] = o.Filled,
        ["pending_quantity"] = o.Quantity - o.Filled,
        ["cancelled_quantity"] = 0,
        ["average_price"] = 0,
        ["tag"] = o.Tag.Length == 0 ? null : o.Tag,
        ["guid"] = "x",
    };

    private static JsonObject TradeRow(KiteTrade t) => new JsonObject
    {
        ["trade_id"] = t.Id,
        ["order_id"] = t.Order.Id,
        ["exchange"] = t.Order.Exchange,
        ["tradingsymbol"] = t.Order.Symbol,
        ["transaction_type"] = t.Order.Side,
        ["product"] = t.Order.Product,
        ["average_price"] = t.Price,
        ["quantity"] = t.Units,
        ["fill_timestamp"] = t.At,
        ["order_timestamp"] = t.At[11..],
        ["exchange_timestamp"] = t.At,
    };

    private static JsonObject FundRow((string Isin, string? Folio, decimal Units) f) => new JsonObject
    {
        ["tradingsymbol"] = f.Isin,
        ["folio"] = f.Folio,
        ["fund"] = "Fake Gilt Fund",
        ["quantity"] = f.Units,
        ["pledged_quantity"] = 0,
        ["average_price"] = 20,
        ["last_price"] = 21,
        ["last_price_date"] = "",
        ["pnl"] = 0,
    };
}
