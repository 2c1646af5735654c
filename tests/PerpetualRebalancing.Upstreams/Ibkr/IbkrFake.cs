using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Ibkr;

/// <summary>The Client Portal gateway as its contract has it (ibkrcampus.com, Client Portal Web API and Flex Web Service): a login that lapses, a brokerage session inside it,
/// calls that others need before them, pages, streams that must be started, and a book that asks questions.</summary>
public sealed partial class IbkrFake(TimeProvider time) : FakeUpstream(time)
{
    public const string Number = "U1234567";

    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(6);

    private readonly Lock _lock = new();
    private readonly HashSet<long> _streams = [];
    private DateTimeOffset _touched = time.GetUtcNow();
    private bool _hasAccounts;
    private bool _hasPortfolios;
    private int _answered;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    /// <summary>Where the gateway's routes start.</summary>
    public Uri Gateway => GatewayAt(Root);

    /// <summary>Whether a person has logged in.</summary>
    public bool IsLoggedIn { get; set; } = true;

    /// <summary>A person logs in now.</summary>
    public void LogIn()
    {
        _touched = Time.GetUtcNow();
        (IsLoggedIn, LoggedInAt) = (true, _touched);
    }

    /// <summary>Whether the brokerage session inside the login is open.</summary>
    public bool IsBrokerageOpen { get; set; }

    /// <summary>Whether another program holds the brokerage session.</summary>
    public bool IsCompeting { get; set; }

    /// <summary>Whether a lapsed login is told with HTTP 401 at once, or by a status that says no.</summary>
    public bool SaysNoWith401 { get; set; }

    /// <summary>When the person logged in.</summary>
    public DateTimeOffset LoggedInAt { get; set; } = time.GetUtcNow();

    public List<string> Accounts { get; } = [Number];

    public string Selected { get; set; } = Number;

    /// <summary>Units by contract, of the first account.</summary>
    public ConcurrentDictionary<long, decimal> Positions { get; } = new();

    public int PageSize { get; set; } = 100;

    /// <summary>Settled and all cash by currency.</summary>
    public ConcurrentDictionary<string, (decimal Settled, decimal Balance)> Ledger { get; } = new(StringComparer.Ordinal) { ["USD"] = (10_000m, 10_000m) };

    public decimal StockValue { get; set; } = 1754.04m;

    /// <summary>The last price as text, its availability and its time, by contract.</summary>
    public ConcurrentDictionary<long, (string Last, string Availability, DateTimeOffset At)> Quotes { get; } = new();

    /// <summary>How many requests are answered before it says that it is asked too often, for ten minutes.</summary>
    public int? TurnsAwayAfter { get; set; }

    /// <summary>What it answers whatever it knows, by method and a part of the path.</summary>
    public ConcurrentDictionary<(string Method, string Path), (int Status, byte[] Body)> Canned { get; } = new();

    /// <summary>Requests that came while it answered nobody.</summary>
    public int Insisted { get; private set; }

    protected override IReadOnlySet<string> EnumFields { get; } = new HashSet<string>(StringComparer.Ordinal) { "status", "order_status" };

    protected override string? ErrorInside200 => """{"error":"We cannot do that now"}""";

    public static Uri GatewayAt(Uri root) => new(root, "v1/api/");

    protected override string OperationOf(HttpRequest request) => (request.Method, (request.Path.Value ?? string.Empty).Replace("/v1/api", string.Empty, StringComparison.Ordinal)) switch
    {
        ("POST", var path) when path.StartsWith("/iserver/account/", StringComparison.Ordinal) && path.EndsWith("/orders", StringComparison.Ordinal) => "place",
        ("POST", var path) when path.StartsWith("/iserver/reply", StringComparison.Ordinal) || path == "/iserver/notification" => "reply",
        ("DELETE", _) => "cancel",
        (_, "/tickle") => "login",
        (_, var path) when path.StartsWith("/iserver/auth", StringComparison.Ordinal) => "login",
        (_, "/iserver/account/orders" or "/iserver/account/trades") => "list",
        (_, var path) when path.StartsWith("/iserver/account/order/status", StringComparison.Ordinal) => "list",
        (_, var path) when path.StartsWith("/portfolio", StringComparison.Ordinal) => "positions",
        (_, "/iserver/marketdata/snapshot") => "quotes",
        _ => "other",
    };

    protected override void Map(WebApplication app)
    {
        app.Use(GuardAsync);
        app.MapPost("/v1/api/tickle", () => Ok(new JsonObject
        {
            ["session"] = "5e55",
            ["ssoExpires"] = 460311,
            ["userId"] = 1,
            ["hmds"] = new JsonObject { ["error"] = "no bridge" },
            ["iserver"] = new JsonObject { ["authStatus"] = Status() },
        }));
        app.MapPost("/v1/api/iserver/auth/status", () => Ok(Status()));
        app.MapPost("/v1/api/iserver/auth/ssodh/init", (Delegate)InitAsync);
        app.MapGet("/v1/api/sso/validate", () => Ok(new JsonObject { ["RESULT"] = true, ["AUTH_TIME"] = LoggedInAt.ToUnixTimeMilliseconds(), ["EXPIRES"] = 415890 }));
        app.MapGet("/v1/api/iserver/accounts", () =>
        {
            _hasAccounts = true;
            return Ok(new JsonObject { ["accounts"] = new JsonArray([.. Accounts.Select(a => JsonValue.Create(a))]), ["selectedAccount"] = Selected, ["isPaper"] = true });
        });
        app.MapPost("/v1/api/iserver/account", (Delegate)SelectAsync);
        app.MapGet("/v1/api/portfolio/accounts", () =>
        {
            _hasPortfolios = true;
            return Ok(new JsonArray([.. Accounts.Select(a => new JsonObject { ["id"] = a, ["accountId"] = a, ["currency"] = "USD", ["type"] = "DEMO" })]));
        });
        app.MapPost("/v1/api/portfolio/{account}/positions/invalidate", () => Ok(new JsonObject { ["message"] = "success" }));
        app.MapGet("/v1/api/portfolio/{account}/positions/{page:int}", (string account, int page) => Ok(new JsonArray(
            [.. Positions.OrderBy(p => p.Key).Where(_ => account == Accounts[0]).Skip(page * PageSize).Take(PageSize).Select(p => new JsonObject
            {
                ["acctId"] = account, ["conid"] = p.Key, ["contractDesc"] = "QQQ", ["position"] = p.Value, ["currency"] = "USD", ["assetClass"] = "STK", ["model"] = "",
            })])));
        app.MapGet("/v1/api/portfolio/{account}/ledger", () => Ok(new JsonObject(
            [.. Ledger.Append(new("BASE", (Ledger.Values.Sum(l => l.Settled), Ledger.Values.Sum(l => l.Balance)))).Select(l => KeyValuePair.Create<string, JsonNode?>(l.Key, new JsonObject
            {
                ["settledcash"] = l.Value.Item1, ["cashbalance"] = l.Value.Item2, ["exchangerate"] = 1, ["netliquidationvalue"] = l.Value.Item2, ["stockmarketvalue"] = StockValue, ["currency"] = l.Key,
            }))])));
        app.MapGet("/v1/api/iserver/marketdata/snapshot", (string conids) => Ok(new JsonArray(
            [.. conids.Split(',').Select(c => Snapshot(long.Parse(c, CultureInfo.InvariantCulture)))])));
        MapBook(app);
    }

    internal static IResult Ok(JsonNode body) => Results.Text(body.ToJsonString(), "application/json");

    internal static IResult Error(int status, string error) => Results.Text(new JsonObject { ["error"] = error, ["statusCode"] = status }.ToJsonString(), "application/json", statusCode: status);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var now = Time.GetUtcNow();
        var path = context.Request.Path.Value ?? string.Empty;
        if (now < _closedUntil || ++_answered > TurnsAwayAfter)
        {
            Insisted += now < _closedUntil ? 1 : 0;
            _closedUntil = now < _closedUntil ? _closedUntil : now.AddMinutes(10);
            await Error(429, "too many requests").ExecuteAsync(context);
            return;
        }

        if (now - _touched > LongestSilence)
        {
            (IsLoggedIn, IsBrokerageOpen) = (false, false);
        }

        if (!IsLoggedIn || IsCompeting)
        {
            IsBrokerageOpen = false;
        }

        if (!IsBrokerageOpen)
        {
            _hasAccounts = false;
            _streams.Clear();
        }

        _touched = now;
        var isAuth = path.EndsWith("/tickle", StringComparison.Ordinal) || path.Contains("/iserver/auth/", StringComparison.Ordinal);
        if (!IsLoggedIn && (SaysNoWith401 || !isAuth || path.EndsWith("/init", StringComparison.Ordinal)))
        {
            await Results.Problem("not authenticated", statusCode: 401).ExecuteAsync(context);
            return;
        }

        if (path.Contains("/iserver/", StringComparison.Ordinal) && !isAuth && !IsBrokerageOpen)
        {
            await Error(400, "Bad Request: Init session first").ExecuteAsync(context);
            return;
        }

        var needsAccounts = path.Contains("/iserver/account/", StringComparison.Ordinal) || path.Contains("/marketdata/", StringComparison.Ordinal);
        if ((needsAccounts && !_hasAccounts) || (path.Contains("/portfolio/", StringComparison.Ordinal) && !path.EndsWith("/portfolio/accounts", StringComparison.Ordinal) && !_hasPortfolios))
        {
            await Error(400, "Bad Request: Please query /accounts first").ExecuteAsync(context);
            return;
        }

        if (Canned.FirstOrDefault(c => c.Key.Method == context.Request.Method && path.Contains(c.Key.Path, StringComparison.Ordinal)).Value is { Body: { } body } canned)
        {
            context.Response.StatusCode = canned.Status;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(body);
            return;
        }

        await next(context);
    }

    private JsonObject Status() => new()
    {
        ["authenticated"] = IsLoggedIn && IsBrokerageOpen,
        ["established"] = IsBrokerageOpen,
        ["competing"] = IsCompeting,
        ["connected"] = IsLoggedIn,
        ["message"] = "",
        ["fail"] = "",
        ["MAC"] = "00:00:00:00:00:00",
        ["serverInfo"] = new JsonObject { ["serverName"] = "fake" },
    };

    private async Task<IResult> InitAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        if (body?["publish"]?.GetValue<bool>() != true)
        {
            return Error(500, "publish must be true");
        }

        (IsBrokerageOpen, IsCompeting) = (true, IsCompeting && body["compete"]?.GetValue<bool>() != true);
        return Ok(Status());
    }

    private async Task<IResult> SelectAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        Selected = body?["acctId"]?.GetValue<string>() ?? Selected;
        return Ok(new JsonObject { ["set"] = true, ["acctId"] = Selected });
    }

    private JsonObject Snapshot(long conid)
    {
        var row = new JsonObject { ["conidEx"] = conid.ToString(CultureInfo.InvariantCulture), ["conid"] = conid };
        if (_streams.Add(conid) || !Quotes.TryGetValue(conid, out var quote))
        {
            return row;
        }

        (row["_updated"], row["6509"], row["31"], row["84"], row["86"]) = (quote.At.ToUnixTimeMilliseconds(), quote.Availability, quote.Last, "", "");
        return row;
    }
}
