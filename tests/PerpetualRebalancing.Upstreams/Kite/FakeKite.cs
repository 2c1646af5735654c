using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Kite;

/// <summary>Kite Connect with one user: sessions that end at six in the morning in India, an order book that lives for a day, a demat
/// account, limits of asking by the second, lists in packed CSV.</summary>
public sealed partial class FakeKite(TimeProvider time) : FakeUpstream(time)
{
    public const string ApiKey = "fakekey";
    public const string ApiSecret = "fakesecret";
    private const string Json = "application/json";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _requestTokens = [];
    private readonly Dictionary<string, (string User, DateTimeOffset Ends)> _sessions = [];
    private readonly Dictionary<string, (long Second, int Count)> _asked = [];
    private int _numbers;

    /// <summary>Who the account belongs to.</summary>
    public string User { get; init; } = "AB1234";

    /// <summary>The depository's standing instruction: empty for none, null for a profile that does not say.</summary>
    public string? DematConsent { get; set; } = "physical";

    /// <summary>Whether orders come from a registered address.</summary>
    public bool IsAddressRegistered { get; set; } = true;

    /// <summary>Whether the app's plan has market data.</summary>
    public bool HasMarketData { get; set; } = true;

    /// <summary>Whether asking too often is turned away.</summary>
    public bool HoldsLimits { get; set; } = true;

    /// <summary>How often something was turned away for being asked too often.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>The form of the last order.</summary>
    public IReadOnlyDictionary<string, string> LastForm { get; private set; } = new Dictionary<string, string>();

    protected override string? ErrorInside200 => """{"status":"error","message":"Something went wrong","error_type":"GeneralException","data":null}""";

    protected override string ThrottledBody => """{"status":"error","message":"Too many requests","error_type":"NetworkException","data":null}""";

    protected override IReadOnlySet<string> EnumFields { get; } = new HashSet<string> { "status", "product", "variety", "validity", "order_type" };

    /// <summary>A person follows a login link and types password and code.</summary>
    /// <param name="link">The link.</param>
    /// <param name="user">Who.</param>
    /// <param name="status">What Kite says of it.</param>
    /// <returns>The address that the browser is sent to.</returns>
    public string LogIn(Uri link, string? user = null, string status = "success")
    {
        var query = HttpUtility.ParseQueryString(link.Query);
        var token = RandomNumberGenerator.GetHexString(32);
        lock (_gate)
        {
            _requestTokens[token] = query["api_key"] == ApiKey ? user ?? User : throw new InvalidOperationException("The link is of another app.");
        }

        return $"https://household.example/kite?{query["redirect_params"]}&action=login&type=login&status={status}&request_token={token}";
    }

    /// <summary>A login of the user, without pages.</summary>
    /// <returns>The access token.</returns>
    public string OpenSession()
    {
        lock (_gate)
        {
            return Session(User);
        }
    }

    /// <summary>A login elsewhere: every session ends.</summary>
    public void EndSessions()
    {
        lock (_gate)
        {
            _sessions.Clear();
        }
    }

    /// <summary>How many sessions are alive.</summary>
    public int Sessions
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Values.Count(s => s.Ends > Time.GetUtcNow());
            }
        }
    }

    protected override string OperationOf(HttpRequest request) => (request.Method, request.Path.Value ?? string.Empty) switch
    {
        ("POST", "/session/token") => "exchange",
        ("DELETE", "/session/token") => "logout",
        ("POST", "/portfolio/holdings/authorise") => "authorise",
        ("POST", _) => "place",
        ("DELETE", _) => "cancel",
        (_, "/user/profile") => "login",
        (_, "/orders") => "list",
        (_, "/portfolio/holdings") => "positions",
        (_, "/quote") => "quotes",
        (_, var path) => path.Split('/')[^1],
    };

    protected override void Map(WebApplication app)
    {
        app.MapPost("/session/token", (HttpRequest request) => Locked(() => Exchange(request.Form)));
        app.MapDelete("/session/token", (string api_key, string access_token) => Locked(() => Success(JsonValue.Create(api_key == ApiKey && _sessions.Remove(access_token)))));
        Signed("GET", "/user/profile", _ => Success(Profile()));
        Signed("GET", "/user/margins/equity", _ => Success(Margins()));
        Signed("GET", "/portfolio/holdings", _ => Success(new JsonArray([.. Demat.Select(HoldingRow)])));
        Signed("POST", "/portfolio/holdings/authorise", request => Authorise(request.Form));
        Signed("GET", "/orders", _ => Success(new JsonArray([.. Book.Select(OrderRow)])));
        Signed("GET", "/orders/{id}", request => Success(new JsonArray([.. Book.Where(o => o.Id == (string?)request.RouteValues["id"]).Select(OrderRow)])));
        Signed("GET", "/orders/{id}/trades", request => Success(new JsonArray([.. Trades.Where(t => t.Order.Id == (string?)request.RouteValues["id"]).Select(TradeRow)])));
        Signed("GET", "/trades", _ => Success(new JsonArray([.. Trades.Select(TradeRow)])));
        Signed("POST", "/orders/regular", request => Place(request.Form));
        Signed("DELETE", "/orders/regular/{id}", request => Cancel((string)request.RouteValues["id"]!));
        Signed("GET", "/quote", request => Quotes(request.Query["i"]!));
        Signed("GET", "/instruments/{exchange}", request => Csv(InstrumentsCsv((string)request.RouteValues["exchange"]!)));
        Signed("GET", "/mf/instruments", _ => Csv(FundsCsv));
        Signed("GET", "/mf/holdings", _ => Success(new JsonArray([.. Funds.Select(FundRow)])));
        Signed("GET", "/mf/orders", _ => Success(FundOrders.DeepClone()));
        Signed("GET", "/mf/orders/{id}", request => Success(FundOrders.OfType<JsonObject>().Single(o => (string?)o["order_id"] == (string?)request.RouteValues["id"]).DeepClone()));

        // As it comes: without the envelope's status.
        Signed("GET", "/mf/sips", _ => Results.Content(new JsonObject { ["data"] = FundPlans.DeepClone() }.ToJsonString(), Json));

        void Signed(string method, string route, Func<HttpRequest, IResult> handle) => app.MapMethods(route, [method], (HttpRequest request) => Locked(() =>
        {
            var header = request.Headers.Authorization.ToString();
            var token = header.StartsWith($"token {ApiKey}:", StringComparison.Ordinal) ? header[$"token {ApiKey}:".Length..] : string.Empty;
            if (request.Headers["X-Kite-Version"] != "3" || !_sessions.TryGetValue(token, out var session) || session.Ends <= Time.GetUtcNow())
            {
                return Failure(403, "TokenException", "Incorrect `api_key` or `access_token`.");
            }

            if (IsTooOften(OperationOf(request)))
            {
                return Failure(429, "NetworkException", "Too many requests");
            }

            Roll();
            return session.User == User ? handle(request) : Success(new JsonObject { ["user_id"] = session.User });
        }));
    }

    private IResult Locked(Func<IResult> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    private IResult Exchange(IFormCollection form)
    {
        var token = form["request_token"].ToString();
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey + token + ApiSecret)));
        if (form["api_key"] != ApiKey || form["checksum"] != checksum || !_requestTokens.Remove(token, out var user))
        {
            return Failure(403, "TokenException", "Token is invalid or has expired.");
        }

        var access = Session(user);
        return Success(new JsonObject
        {
            ["user_id"] = user,
            ["user_name"] = "A B",
            ["api_key"] = ApiKey,
            ["access_token"] = access,
            ["refresh_token"] = string.Empty,
            ["login_time"] = Text(Local),
            ["meta"] = new JsonObject { ["demat_consent"] = "physical" },
        });
    }

    private string Session(string user)
    {
        var (access, now) = (RandomNumberGenerator.GetHexString(32), Local);
        _sessions[access] = (user, new DateTimeOffset(now.Date.AddHours(now.Hour < 6 ? 6 : 30), now.Offset));
        return access;
    }

    private JsonObject Profile()
    {
        var profile = new JsonObject { ["user_id"] = User, ["user_name"] = "A B", ["broker"] = "ZERODHA", ["exchanges"] = new JsonArray("NSE", "BSE", "MF"), ["avatar_url"] = null };
        if (DematConsent is { } consent)
        {
            profile["meta"] = new JsonObject { ["demat_consent"] = consent };
        }

        return profile;
    }

    // By the second of the machine, as the service's own clock may stand still in a test.
    private bool IsTooOften(string operation)
    {
        var (name, most) = operation switch { "quotes" => ("quotes", 1), "place" or "cancel" => ("orders", 10), _ => ("other", 10) };
        var second = Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        var (last, count) = _asked.GetValueOrDefault(name);
        _asked[name] = (second, second == last ? count + 1 : 1);
        if (!HoldsLimits || _asked[name].Count <= most)
        {
            return false;
        }

        TurnedAway++;
        return true;
    }

    private static IResult Success(JsonNode? data) => Results.Content(new JsonObject { ["status"] = "success", ["data"] = data }.ToJsonString(), Json);

    private static IResult Failure(int status, string type, string message) => Results.Content(
        new JsonObject { ["status"] = "error", ["message"] = message, ["error_type"] = type, ["data"] = null }.ToJsonString(), Json, Encoding.UTF8, status);

    private static IResult Csv(string text)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return Results.Bytes(packed.ToArray(), "text/csv");
    }
}
