using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Ibkr;

/// <summary>The gateway's order book: it may ask before it takes an order, and forgets an order whose question is not answered.</summary>
public sealed partial class IbkrFake
{
    private readonly List<IbkrOrder> _orders = [];
    private (string Id, IbkrOrder Order, Queue<string> Left)? _asking;
    private bool _isListed;
    private int _ids = 1000;

    public IReadOnlyList<IbkrOrder> Orders
    {
        get
        {
            lock (_lock)
            {
                return [.. _orders];
            }
        }
    }

    /// <summary>The questions that every order is asked, by their ids; one message may have several, joined with a comma.</summary>
    public List<string> Questions { get; } = [];

    /// <summary>Replies that came: the question and the answer.</summary>
    public List<(string Question, bool IsConfirmed)> Replies { get; } = [];

    /// <summary>Whether an order is answered by a prompt of the server.</summary>
    public bool Prompts { get; set; }

    /// <summary>The state that a new order has.</summary>
    public string FirstStatus { get; set; } = "PreSubmitted";

    /// <summary>Whether the list of orders never becomes complete.</summary>
    public bool NeverLists { get; set; }

    /// <summary>Whether trades are told; they may be behind the orders.</summary>
    public bool ListsTrades { get; set; } = true;

    /// <summary>The market deals: units of an order change hands.</summary>
    public void Fill(string key, decimal units, decimal price)
    {
        lock (_lock)
        {
            var order = _orders.Single(o => o.Key == key);
            order.Fills.Add(new IbkrFill($"0000.{++_ids}.01.01", units, price, Time.GetUtcNow()));
            var sign = order.Side == "BUY" ? 1m : -1m;
            var (settled, balance) = Ledger["USD"];
            Ledger["USD"] = (settled - (sign > 0m ? units * price : 0m), balance - (sign * units * price));
            Positions.AddOrUpdate(order.Conid, sign * units, (_, held) => held + (sign * units));
            order.Status = order.Filled == order.Units ? "Filled" : "Submitted";
        }
    }

    /// <summary>Somebody places an order by hand.</summary>
    public void PlaceByHand(long conid, decimal units)
    {
        lock (_lock)
        {
            _orders.Add(new IbkrOrder { Id = ++_ids, Account = Number, Key = "", Conid = conid, Side = "BUY", Units = units, Limit = 1m, At = Time.GetUtcNow() });
        }
    }

    /// <summary>The session ends: what is open is cancelled, and the list of orders begins anew.</summary>
    public void EndDay()
    {
        lock (_lock)
        {
            _orders.Where(o => !o.HasEnded).ToList().ForEach(o => o.Status = "Cancelled");
            _isListed = false;
        }
    }

    private void MapBook(WebApplication app)
    {
        app.MapPost("/v1/api/iserver/account/{account}/orders", PlaceAsync);
        app.MapPost("/v1/api/iserver/reply/{id}", ReplyAsync);
        app.MapPost("/v1/api/iserver/notification", () =>
        {
            lock (_lock)
            {
                _orders[^1].Status = "Inactive";
                return Ok(new JsonObject { ["result"] = "ok" });
            }
        });
        app.MapGet("/v1/api/iserver/account/orders", (string accountId) =>
        {
            lock (_lock)
            {
                var isFirst = !_isListed;
                _isListed = !NeverLists;
                var rows = isFirst ? [] : _orders.Where(o => o.Account == accountId && o.At.UtcDateTime.Date == Time.GetUtcNow().UtcDateTime.Date).Select(o => o.Json());
                return Ok(new JsonObject { ["orders"] = new JsonArray([.. rows]), ["snapshot"] = !isFirst });
            }
        });
        app.MapGet("/v1/api/iserver/account/order/status/{id:long}", (long id) => Orders.FirstOrDefault(o => o.Id == id) is { } order
            ? Ok(order.StatusJson()) : Error(503, "Service Unavailable"));
        app.MapGet("/v1/api/iserver/account/trades", () => Ok(new JsonArray(
            [.. Orders.Where(o => ListsTrades && o.Account == Selected).SelectMany(o => o.Fills.Select(f => (o, f))).OrderBy(p => p.f.At).Select(p => p.f.Json(p.o))])));
        app.MapDelete("/v1/api/iserver/account/{account}/order/{id:long}", (long id) =>
        {
            lock (_lock)
            {
                if (_orders.FirstOrDefault(o => o.Id == id && !o.HasEnded) is not { } order)
                {
                    return Ok(new JsonObject { ["error"] = $"OrderID {id} doesn't exist" });
                }

                order.Status = "Cancelled";
                return Ok(new JsonObject { ["msg"] = "Request was submitted", ["order_id"] = id, ["conid"] = order.Conid });
            }
        });
    }

    private async Task<IResult> PlaceAsync(HttpContext context, string account)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        if (body?["orders"] is not JsonArray { Count: 1 } tickets || tickets[0] is not JsonObject ticket
            || ticket["orderType"]?.GetValue<string>() != "LMT" || ticket["tif"]?.GetValue<string>() != "DAY" || ticket["side"]?.GetValue<string>() is not ("BUY" or "SELL")
            || ticket["quantity"]?.GetValue<decimal>() is not > 0m || ticket["cOID"]?.GetValue<string>() is not { Length: > 0 } key)
        {
            return Error(500, "Bad ticket");
        }

        lock (_lock)
        {
            // An order that comes before the answer to a question voids the one that was asked about.
            _asking = null;
            if (_orders.Any(o => o.Key == key && o.At > Time.GetUtcNow().AddHours(-24)))
            {
                return Ok(new JsonObject { ["error"] = $"Local order ID={key} is already registered." });
            }

            var order = new IbkrOrder
            {
                Id = ++_ids,
                Account = account,
                Key = key,
                Conid = ticket["conid"]!.GetValue<long>(),
                Side = ticket["side"]!.GetValue<string>(),
                Units = ticket["quantity"]!.GetValue<decimal>(),
                Limit = ticket["price"]!.GetValue<decimal>(),
                At = Time.GetUtcNow(),
                Status = FirstStatus,
            };
            if (order.Side == "BUY" ? order.Units * order.Limit > Ledger["USD"].Settled : order.Units > Positions.GetValueOrDefault(order.Conid))
            {
                return Ok(new JsonObject { ["error"] = "We cannot accept your order: available funds or shares are insufficient." });
            }

            if (Prompts)
            {
                _orders.Add(order);
                return Ok(new JsonObject
                {
                    ["orderId"] = order.Id,
                    ["reqId"] = "12",
                    ["text"] = "Please confirm",
                    ["options"] = new JsonArray("Yes", "No"),
                    ["prompt"] = true,
                    ["messageId"] = "p12",
                });
            }

            return Next(order, new Queue<string>(Questions));
        }
    }

    private async Task<IResult> ReplyAsync(HttpContext context, string id)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        var isConfirmed = body!["confirmed"]!.GetValue<bool>();
        lock (_lock)
        {
            if (_asking is not { } asking || asking.Id != id)
            {
                return Error(503, "Service Unavailable");
            }

            Replies.Add((id, isConfirmed));
            _asking = null;
            return isConfirmed ? Next(asking.Order, asking.Left) : Ok(new JsonObject { ["error"] = "Order not confirmed " });
        }
    }

    private IResult Next(IbkrOrder order, Queue<string> left)
    {
        if (left.TryDequeue(out var question))
        {
            var id = $"question-{++_ids}";
            _asking = (id, order, left);
            return Ok(new JsonArray(new JsonObject
            {
                ["id"] = id,
                ["message"] = new JsonArray($"About {question}:\nare you sure?"),
                ["isSuppressed"] = false,
                ["messageIds"] = new JsonArray([.. question.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(q => JsonValue.Create(q))]),
                ["messageOptions"] = new JsonArray("Yes", "No"),
            }));
        }

        _orders.Add(order);
        return Ok(new JsonArray(new JsonObject { ["order_id"] = order.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), ["order_status"] = order.Status, ["encrypt_message"] = "1" }));
    }
}
