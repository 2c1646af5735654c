using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Kite;

public sealed partial class FakeKite
{
    private static readonly TimeSpan India = TimeSpan.FromMinutes(330);

    private readonly List<KiteOrder> _book = [];
    private readonly List<KiteTrade> _trades = [];
    private DateOnly _day;

    /// <summary>Rupees that can be spent.</summary>
    public decimal Cash { get; set; } = 100_000m;

    /// <summary>Rupees of margin for pledged units, inside the live balance.</summary>
    public decimal Collateral { get; set; }

    /// <summary>A fifth of what was sold today, which Kite keeps back.</summary>
    public decimal Delivery { get; set; }

    /// <summary>Last prices, by exchange and symbol.</summary>
    public Dictionary<string, decimal> Prices { get; } = new() { ["NSE:NIFTYBEES"] = 250m, ["NSE:GOLDBEES"] = 100m };

    /// <summary>Between which prices an order is taken today; a fifth around the last price where nothing stands here.</summary>
    public Dictionary<string, (decimal Lowest, decimal Highest)> Bands { get; } = [];

    /// <summary>How many units change hands at once; the rest of an order stays open.</summary>
    public decimal Liquidity { get; set; } = decimal.MaxValue;

    /// <summary>Whether the trades of orders are shown; the book may be ahead of them.</summary>
    public bool ShowsTrades { get; set; } = true;

    /// <summary>Whether a cancellation reaches the exchange at once.</summary>
    public bool CancelsAtOnce { get; set; } = true;

    /// <summary>Whether the depository releases nothing.</summary>
    public bool Refuse428 { get; set; }

    /// <summary>What the demat account holds.</summary>
    public List<DematHolding> Demat { get; } = [];

    /// <summary>What the folios hold.</summary>
    public List<(string Isin, string? Folio, decimal Units)> Funds { get; } = [];

    /// <summary>Orders of fund units.</summary>
    public JsonArray FundOrders { get; init; } = [];

    /// <summary>Standing purchases.</summary>
    public JsonArray FundPlans { get; init; } = [];

    /// <summary>The list of schemes.</summary>
    public string FundsCsv { get; set; } =
        "tradingsymbol,amc,name,purchase_allowed,redemption_allowed,minimum_purchase_amount,purchase_amount_multiplier,minimum_additional_purchase_amount,minimum_redemption_quantity,redemption_quantity_multiplier,dividend_type,scheme_type,plan,settlement_type,last_price,last_price_date\n"
        + "INF000K01AA1,FakeMutualFund,\"Fake Gilt Fund, Growth\",1,0,1000.0,1.0,500.0,0.001,0.001,growth,debt,direct,T1,20.1,2026-11-19\n";

    /// <summary>Today's orders, oldest first.</summary>
    public IReadOnlyList<KiteOrder> Book => _book;

    /// <summary>Every order that was ever registered, by tag: what a doubled order would show in.</summary>
    public List<string> Registered { get; } = [];

    private IEnumerable<KiteTrade> Trades => ShowsTrades ? _trades : [];

    private DateTimeOffset Local => Time.GetUtcNow().ToOffset(India);

    /// <summary>Somebody else places an order, with the same tag if they like.</summary>
    public KiteOrder PlaceByHand(string symbol, string side, decimal quantity, decimal price, string tag = "", string product = "CNC")
    {
        lock (_gate)
        {
            Roll();
            return Register(new KiteOrder(Number(), "NSE", symbol, side, quantity, price, tag, product, Text(Local)));
        }
    }

    /// <summary>The exchange deals: open orders meet the last price again.</summary>
    public void Trade()
    {
        lock (_gate)
        {
            _book.ForEach(Match);
        }
    }

    /// <summary>The exchange closes: what is open is cancelled.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (var order in _book.Where(o => o.IsOpen))
            {
                order.Status = "CANCELLED";
            }
        }
    }

    private IResult Place(IFormCollection form)
    {
        LastForm = form.ToDictionary(f => f.Key, f => f.Value.ToString());
        if (!IsAddressRegistered)
        {
            return Failure(403, "PermissionException", "IP address is not whitelisted for this app.");
        }

        if (form["order_type"] != "LIMIT" || form["product"] != "CNC" || form["validity"] != "DAY"
            || !decimal.TryParse(form["quantity"], NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || quantity == 0m
            || !decimal.TryParse(form["price"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
            || form["tag"].ToString() is not { Length: <= 20 } tag || !Prices.ContainsKey($"{form["exchange"]}:{form["tradingsymbol"]}"))
        {
            return Failure(400, "InputException", "Invalid order parameters.");
        }

        if (BandOf($"{form["exchange"]}:{form["tradingsymbol"]}") is var band && (price < band.Lowest || price > band.Highest))
        {
            return Failure(400, "InputException", "Price is outside the circuit limits.");
        }

        var order = new KiteOrder(Number(), form["exchange"]!, form["tradingsymbol"]!, form["transaction_type"]!, quantity, price, tag, "CNC", Text(Local));
        if (order.Side == "SELL")
        {
            var held = Demat.FirstOrDefault(h => h.Symbol == order.Symbol);
            if (held is null || held.Realised + held.T1 - held.Used < quantity)
            {
                return Failure(400, "HoldingException", "Insufficient stock holding.");
            }

            if (Refuse428 || (DematConsent == string.Empty && held.Authorised < quantity))
            {
                return Results.Content("""{"status":"error","message":"units need authorisation at depository","error_type":"HoldingException"}""", Json, null, 428);
            }
        }
        else if (quantity * price > Cash)
        {
            return Failure(400, "MarginException", $"Insufficient funds. Required margin is {quantity * price}");
        }

        Register(order);
        return Success(new JsonObject { ["order_id"] = order.Id });
    }

    private (decimal Lowest, decimal Highest) BandOf(string symbol) => Bands.GetValueOrDefault(symbol, (Prices[symbol] * 0.8m, Prices[symbol] * 1.2m));

    private KiteOrder Register(KiteOrder order)
    {
        _book.Add(order);
        Registered.Add(order.Tag);
        if (order.Side == "BUY")
        {
            Cash -= order.Quantity * order.Price;
        }

        Match(order);
        return order;
    }

    private void Match(KiteOrder order)
    {
        var price = Prices.GetValueOrDefault($"{order.Exchange}:{order.Symbol}");
        var units = Math.Min(order.Quantity - order.Filled, Liquidity);
        if (!order.IsOpen || units <= 0m || price <= 0m || (order.Side == "BUY" ? order.Price < price : order.Price > price))
        {
            return;
        }

        order.Filled += units;
        order.Status = order.Filled == order.Quantity ? "COMPLETE" : "OPEN";
        _trades.Add(new KiteTrade(Number(), order, units, price, Text(Local)));
        if (order.Side == "BUY")
        {
            Cash += units * (order.Price - price);
            return;
        }

        (Cash, Delivery) = (Cash + (units * price * 0.8m), Delivery + (units * price * 0.2m));
        Demat.First(h => h.Symbol == order.Symbol).Used += units;
    }

    private IResult Cancel(string id)
    {
        if (_book.FirstOrDefault(o => o.Id == id) is not { IsOpen: true } order)
        {
            return Failure(400, "OrderException", "Order cannot be cancelled as it is being processed. Try later.");
        }

        order.Status = CancelsAtOnce ? "CANCELLED" : "CANCEL PENDING";
        Cash += order.Side == "BUY" && CancelsAtOnce ? (order.Quantity - order.Filled) * order.Price : 0m;
        return Success(new JsonObject { ["order_id"] = id });
    }

    private IResult Authorise(IFormCollection form) => Demat.Any(h => h.Isin == form["isin"])
        ? Success(new JsonObject { ["request_id"] = "req/" + form["quantity"] })
        : Failure(400, "InputException", "Unknown isin.");

    private IResult Quotes(IEnumerable<string> symbols)
    {
        if (!HasMarketData)
        {
            return Failure(403, "PermissionException", "Insufficient permission for that call.");
        }

        var day = Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Success(new JsonObject(symbols.Where(Prices.ContainsKey).Select(s => KeyValuePair.Create<string, JsonNode?>(s, new JsonObject
        {
            ["instrument_token"] = 1,
            ["timestamp"] = Text(Local),
            ["last_trade_time"] = $"{day} 09:20:00",
            ["last_price"] = Prices[s],
            ["lower_circuit_limit"] = BandOf(s).Lowest,
            ["upper_circuit_limit"] = BandOf(s).Highest,
            ["ohlc"] = new JsonObject { ["close"] = Prices[s] },
        }))));
    }

    // A night: the book and the trades are gone, what was bought is on its way, what was on its way is there.
    private void Roll()
    {
        var today = DateOnly.FromDateTime(Local.DateTime);
        if (_day == today || _day == default)
        {
            _day = today;
            return;
        }

        foreach (var held in Demat)
        {
            (held.Realised, held.T1, held.Used, held.Authorised) = (held.Realised + held.T1 - held.Used, 0m, 0m, 0m);
        }

        foreach (var trade in _trades.Where(t => t.Order is { Side: "BUY", Product: "CNC" }))
        {
            if (Demat.FirstOrDefault(h => h.Symbol == trade.Order.Symbol) is not { } held)
            {
                Demat.Add(held = new DematHolding(trade.Order.Exchange, trade.Order.Symbol, $"ISIN-{trade.Order.Symbol}", 0m));
            }

            held.T1 += trade.Units;
        }

        (Cash, Delivery, _day) = (Cash + Delivery, 0m, today);
        _book.Clear();
        _trades.Clear();
    }

    private string Number() => string.Create(CultureInfo.InvariantCulture, $"{Local:yyMMdd}{++_numbers:000000000}");

    private static string Text(DateTimeOffset local) => local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private string InstrumentsCsv(string exchange) =>
        "instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange\n"
        + string.Concat(Prices.Keys.Where(k => k.StartsWith(exchange + ":", StringComparison.Ordinal)).Select(k => $"1,1,{k[(exchange.Length + 1)..]},\"FAKE, LTD\",0.0,,0.0,0.01,1,EQ,{exchange},{exchange}\n"));
}

/// <summary>An order in the fake's book.</summary>
public sealed record KiteOrder(string Id, string Exchange, string Symbol, string Side, decimal Quantity, decimal Price, string Tag, string Product, string At)
{
    public decimal Filled { get; set; }

    public string Status { get; set; } = "OPEN";

    public bool IsOpen => Status is not ("COMPLETE" or "CANCELLED" or "REJECTED");
}

/// <summary>A trade of an order.</summary>
public sealed record KiteTrade(string Id, KiteOrder Order, decimal Units, decimal Price, string At);

/// <summary>A line of the demat account.</summary>
public sealed record DematHolding(string Exchange, string Symbol, string Isin, decimal Units)
{
    public decimal Realised { get; set; } = Units;

    public decimal T1 { get; set; }

    public decimal Used { get; set; }

    public decimal Pledged { get; set; }

    public decimal Authorised { get; set; }

    public string AuthorisedOn { get; set; } = "2026-01-01 00:00:00";
}
