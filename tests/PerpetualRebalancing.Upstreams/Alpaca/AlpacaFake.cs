using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Alpaca;

/// <summary>Alpaca as its contract has it (docs.alpaca.markets, API reference): trading and market data behind one address, one account, one key pair.</summary>
public sealed class AlpacaFake(TimeProvider time) : FakeUpstream(time)
{
    public const string KeyId = "PKFAKE";
    public const string Secret = "fake-secret";

    private readonly Lock _lock = new();
    private readonly List<AlpacaOrder> _orders = [];
    private int _ids;
    private long _window;
    private int _inWindow;

    public string AccountNumber { get; set; } = "PA1";

    public string Status { get; set; } = "ACTIVE";

    public bool IsTradingBlocked { get; set; }

    public string Currency { get; set; } = "USD";

    /// <summary>Counts a sale at once, as Alpaca's does.</summary>
    public decimal Cash { get; set; } = 10_000m;

    /// <summary>Units by symbol; below zero is short.</summary>
    public ConcurrentDictionary<string, decimal> Positions { get; } = new(StringComparer.Ordinal);

    /// <summary>What can be traded, with whether in parts of a unit.</summary>
    public ConcurrentDictionary<string, bool> Assets { get; } = new(StringComparer.Ordinal) { ["VOO"] = true, ["GLD"] = false };

    /// <summary>The last trade by symbol.</summary>
    public ConcurrentDictionary<string, (decimal Price, DateTimeOffset At)> Trades { get; } = new(StringComparer.Ordinal);

    /// <summary>Bid and ask by symbol.</summary>
    public ConcurrentDictionary<string, (decimal Bid, decimal Ask, DateTimeOffset At)> Quotes { get; } = new(StringComparer.Ordinal);

    /// <summary>The close of the last minute by symbol.</summary>
    public ConcurrentDictionary<string, (decimal Close, DateTimeOffset At)> Bars { get; } = new(StringComparer.Ordinal);

    /// <summary>Days on which nothing trades, beside the weekends.</summary>
    public HashSet<DateOnly> Holidays { get; } = [];

    /// <summary>Whether an order that is taken back stays pending_cancel until <see cref="FinishCancels"/>.</summary>
    public bool CancelsSlowly { get; set; }

    /// <summary>Whether fills are listed; Alpaca may tell an order filled before.</summary>
    public bool ListsFills { get; set; } = true;

    /// <summary>How many requests it answers in each window of its own clock, which is the machine's; all when left out. The others it turns away.</summary>
    public (int Requests, TimeSpan Window)? Permits { get; set; }

    /// <summary>How many requests it turned away.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>How many orders one page has at most.</summary>
    public int LongestPage { get; set; } = 500;

    public IReadOnlyList<AlpacaOrder> Orders
    {
        get
        {
            lock (_lock)
            {
                return [.. _orders];
            }
        }
    }

    protected override IReadOnlySet<string> EnumFields { get; } = new HashSet<string>(StringComparer.Ordinal) { "status", "type", "order_class", "time_in_force", "asset_class", "activity_type" };

    /// <summary>The market deals: units of an order change hands.</summary>
    public void Fill(string key, decimal units, decimal price)
    {
        lock (_lock)
        {
            var order = _orders.Single(o => o.Key == key);
            order.Fills.Add(new AlpacaFill($"fill-{++_ids}", units, price, Time.GetUtcNow()));
            var sign = order.Side == "buy" ? 1m : -1m;
            Cash -= sign * units * price;
            Positions.AddOrUpdate(order.Symbol, sign * units, (_, held) => held + (sign * units));
            order.Status = order.Filled == order.Units ? "filled" : "partially_filled";
        }
    }

    public void FinishCancels()
    {
        lock (_lock)
        {
            _orders.Where(o => o.Status == "pending_cancel").ToList().ForEach(o => o.Status = "canceled");
        }
    }

    internal static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'21Z'", CultureInfo.InvariantCulture);

    protected override string OperationOf(HttpRequest request) => (request.Method, request.Path.Value ?? string.Empty) switch
    {
        ("POST", _) => "place",
        ("DELETE", _) => "cancel",
        (_, "/v2/account") => "login",
        (_, "/v2/positions") => "positions",
        (_, "/v2/calendar") => "calendar",
        (_, var path) when path.StartsWith("/v2/orders", StringComparison.Ordinal) || path.StartsWith("/v2/account/activities", StringComparison.Ordinal) => "list",
        (_, var path) when path.StartsWith("/v2/stocks", StringComparison.Ordinal) => "quotes",
        _ => "other",
    };

    protected override void Map(WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (IsOverRate())
            {
                context.Response.StatusCode = 429;
                await context.Response.WriteAsync(ThrottledBody);
                return;
            }

            if (context.Request.Headers["APCA-API-KEY-ID"] != KeyId || context.Request.Headers["APCA-API-SECRET-KEY"] != Secret)
            {
                context.Response.StatusCode = 403;
                await context.Response.WriteAsync("""{"message":"forbidden."}""");
                return;
            }

            await next(context);
        });
        app.MapGet("/v2/account", () => Ok(new JsonObject
        {
            ["account_number"] = AccountNumber,
            ["status"] = Status,
            ["currency"] = Currency,
            ["cash"] = Text(Cash),
            ["buying_power"] = Text(2m * Cash),
            ["trading_blocked"] = IsTradingBlocked,
            ["account_blocked"] = false,
            ["trade_suspended_by_user"] = false,
        }));
        app.MapGet("/v2/positions", () => Ok(new JsonArray([.. Positions.Where(p => p.Value != 0m).Select(p => new JsonObject
        {
            ["symbol"] = p.Key, ["qty"] = Text(p.Value), ["side"] = p.Value > 0m ? "long" : "short", ["asset_class"] = "us_equity",
        })])));
        app.MapPost("/v2/orders", (Delegate)PlaceAsync);
        app.MapGet("/v2/orders", (DateTimeOffset after, int limit) => Ok(new JsonArray(
            [.. Orders.Where(o => o.At > after).Take(Math.Min(limit, LongestPage)).Select(o => o.Json())])));
        app.MapGet("/v2/orders:by_client_order_id", (string client_order_id) => Orders.FirstOrDefault(o => o.Key == client_order_id) is { } order
            ? Ok(order.Json()) : Error(404, 40410000, $"order not found for {client_order_id}"));
        app.MapDelete("/v2/orders/{id}", Cancel);
        app.MapGet("/v2/account/activities/FILL", (DateTimeOffset after, int page_size, string? page_token) => Ok(new JsonArray(
            [.. Orders.SelectMany(o => o.Fills.Select(f => (o, f))).Where(p => ListsFills && p.f.At > after).OrderBy(p => p.f.At)
                .SkipWhile(p => page_token is not null && p.f.Id != page_token).Skip(page_token is null ? 0 : 1).Take(page_size).Select(p => p.f.Json(p.o))])));
        app.MapGet("/v2/clock", () => Ok(new JsonObject
        {
            ["timestamp"] = Moment(Time.GetUtcNow()),
            ["is_open"] = true,
            ["next_open"] = "2026-11-09T09:30:00-05:00",
            ["next_close"] = "2026-11-06T16:00:00-05:00",
        }));
        app.MapGet("/v2/calendar", (DateOnly start, DateOnly end) => Ok(Calendar(start, end)));
        app.MapGet("/v2/assets/{symbol}", (string symbol) => Assets.TryGetValue(symbol, out var fractionable)
            ? Ok(new JsonObject { ["symbol"] = symbol, ["status"] = "active", ["tradable"] = true, ["fractionable"] = fractionable })
            : Error(404, 40410000, $"asset not found for {symbol}"));
        app.MapGet("/v2/stocks/trades/latest", (string symbols) => Ok(new JsonObject
        {
            ["trades"] = new JsonObject(symbols.Split(',').Where(Trades.ContainsKey).Select(s => KeyValuePair.Create<string, JsonNode?>(
                s, new JsonObject { ["t"] = Moment(Trades[s].At), ["p"] = Trades[s].Price, ["s"] = 100 }))),
        }));
        app.MapGet("/v2/stocks/quotes/latest", (string symbols) => Ok(new JsonObject
        {
            ["quotes"] = new JsonObject(symbols.Split(',').Where(Quotes.ContainsKey).Select(s => KeyValuePair.Create<string, JsonNode?>(
                s, new JsonObject { ["t"] = Moment(Quotes[s].At), ["bp"] = Quotes[s].Bid, ["ap"] = Quotes[s].Ask }))),
        }));
        app.MapGet("/v2/stocks/bars/latest", (string symbols) => Ok(new JsonObject
        {
            ["bars"] = new JsonObject(symbols.Split(',').Where(Bars.ContainsKey).Select(s => KeyValuePair.Create<string, JsonNode?>(
                s, new JsonObject { ["t"] = Moment(Bars[s].At), ["c"] = Bars[s].Close }))),
        }));
    }

    private bool IsOverRate()
    {
        lock (_lock)
        {
            if (Permits is not { } permits)
            {
                return false;
            }

            var window = Environment.TickCount64 / (long)permits.Window.TotalMilliseconds;
            (_window, _inWindow) = (window, window == _window ? _inWindow + 1 : 1);
            TurnedAway += _inWindow > permits.Requests ? 1 : 0;
            return _inWindow > permits.Requests;
        }
    }

    private async Task<IResult> PlaceAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        if (body is not JsonObject || body["symbol"]?.GetValue<string>() is not { } symbol || body["client_order_id"]?.GetValue<string>() is not { Length: > 0 and <= 128 } key
            || Number(body["qty"]) is not { } units || Number(body["limit_price"]) is not { } limit || body["side"]?.GetValue<string>() is not ("buy" or "sell")
            || body["type"]?.GetValue<string>() != "limit" || body["time_in_force"]?.GetValue<string>() != "day")
        {
            return Error(400, 40010000, "request body format is invalid");
        }

        lock (_lock)
        {
            var isBuy = body["side"]!.GetValue<string>() == "buy";
            if (_orders.Any(o => o.Key == key))
            {
                return Error(422, 40010001, "client_order_id must be unique");
            }

            if (!Assets.ContainsKey(symbol))
            {
                return Error(422, 42210000, $"asset \"{symbol}\" not found");
            }

            if (isBuy ? units * limit > Cash : units > Positions.GetValueOrDefault(symbol))
            {
                return Error(403, 40310000, isBuy ? "insufficient buying power" : "insufficient qty available for order");
            }

            var order = new AlpacaOrder
            {
                Id = $"order-{++_ids}",
                Key = key,
                Symbol = symbol,
                Side = isBuy ? "buy" : "sell",
                Units = units,
                Limit = limit,
                At = Time.GetUtcNow(),
            };
            _orders.Add(order);
            return Ok(order.Json());
        }
    }

    private IResult Cancel(string id)
    {
        lock (_lock)
        {
            if (_orders.FirstOrDefault(o => o.Id == id) is not { } order)
            {
                return Error(404, 40410000, "order not found");
            }

            if (order.HasEnded)
            {
                return Error(422, 42210000, $"order is already in \"{order.Status}\" state");
            }

            order.Status = CancelsSlowly ? "pending_cancel" : "canceled";
            return Results.NoContent();
        }
    }

    private JsonArray Calendar(DateOnly start, DateOnly end)
    {
        return [.. Days().Select(day => new JsonObject
        {
            ["date"] = Text(day), ["open"] = "09:30", ["close"] = "16:00", ["settlement_date"] = Text(Sessions(day.AddDays(1)).First()),
        })];

        IEnumerable<DateOnly> Days() => Sessions(start).TakeWhile(day => day <= end);
    }

    private IEnumerable<DateOnly> Sessions(DateOnly from)
    {
        for (var day = from; ; day = day.AddDays(1))
        {
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.Contains(day))
            {
                yield return day;
            }
        }
    }

    private static IResult Ok(JsonNode body) => Results.Text(body.ToJsonString(), "application/json");

    private static IResult Error(int status, int code, string message) =>
        Results.Text(new JsonObject { ["code"] = code, ["message"] = message }.ToJsonString(), "application/json", statusCode: status);

    private static decimal? Number(JsonNode? node) =>
        decimal.TryParse(node?.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && number > 0m ? number : null;

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
