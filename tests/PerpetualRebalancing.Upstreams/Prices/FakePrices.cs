using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Prices;

/// <summary>The public services of prices, rates and indices at one address: AMFI, mfapi.in, Yahoo's chart, Frankfurter, Cboe, FRED.
/// Their routes do not meet. It answers with what it was last given.</summary>
public sealed class FakePrices(TimeProvider time) : FakeUpstream(time)
{
    /// <summary>The operations, one per service and version.</summary>
    public static readonly string[] Operations = ["amfi", "mfapi", "yahoo", "frankfurter", "frankfurter blend", "cboe", "fred"];

    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary>AMFI's schemes, and what mfapi.in has copied of them.</summary>
    public List<Scheme> Schemes { get; } = [];

    /// <summary>What mfapi.in has where it differs from AMFI: a mirror can be late.</summary>
    public Dictionary<string, Scheme> Mirrored { get; } = [];

    /// <summary>Yahoo's charts by symbol.</summary>
    public Dictionary<string, Chart> Charts { get; } = [];

    /// <summary>Units of the second currency for one of the first.</summary>
    public Dictionary<(string From, string To), (decimal Rate, DateOnly Day)> Rates { get; } = [];

    /// <summary>The VIX by day; a day without one has none.</summary>
    public SortedDictionary<DateOnly, decimal?> Vix { get; } = [];

    /// <summary>AMFI's column names, and how a row is written under them.</summary>
    public (string Names, Func<Scheme, string> Row) Layout { get; set; } = Layout2026;

    /// <summary>Since August 2026.</summary>
    public static (string Names, Func<Scheme, string> Row) Layout2026 { get; } = (
        "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;Net Asset Value;Date",
        s => $"{s.Code};{s.Isin};{s.Isin2};A Fund;Direct Plan;Growth\t;{s.Nav};{s.Day}");

    /// <summary>From 2018 to August 2026.</summary>
    public static (string Names, Func<Scheme, string> Row) Layout2018 { get; } = (
        "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date",
        s => $"{s.Code};{s.Isin};{s.Isin2};A Fund - Direct - Growth;{s.Nav};{s.Day}");

    /// <summary>Before: as many columns as now, of another meaning.</summary>
    public static (string Names, Func<Scheme, string> Row) Layout2017 { get; } = (
        "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Repurchase Price;Sale Price;Date",
        s => $"{s.Code};{s.Isin};{s.Isin2};A Fund - Direct - Growth;{s.Nav};99.99;88.88;{s.Day}");

    /// <summary>A scheme, its cells as they stand in the file.</summary>
    public sealed record Scheme(string Code, string Isin, string Isin2, string Nav, string Day);

    /// <summary>A chart: what was dealt at last, and the closes before it.</summary>
    public sealed record Chart(string Currency, decimal? Price, DateTimeOffset? At, int Offset = 19800)
    {
        /// <summary>Closes by second; null where there was none.</summary>
        public (long At, decimal? Close)[]? Closes { get; init; }

        /// <summary>Places of a price.</summary>
        public int PriceHint { get; init; } = 2;
    }

    /// <inheritdoc/>
    protected override string OperationOf(HttpRequest request) => (request.Path.Value ?? string.Empty) switch
    {
        var path when path.StartsWith("/spages/", StringComparison.Ordinal) => "amfi",
        var path when path.StartsWith("/mf/", StringComparison.Ordinal) => "mfapi",
        var path when path.StartsWith("/v8/", StringComparison.Ordinal) => "yahoo",
        var path when path.StartsWith("/v1/", StringComparison.Ordinal) => "frankfurter",
        var path when path.StartsWith("/v2/", StringComparison.Ordinal) => "frankfurter blend",
        var path when path.StartsWith("/api/", StringComparison.Ordinal) => "cboe",
        var path when path.StartsWith("/graph/", StringComparison.Ordinal) => "fred",
        _ => "unknown",
    };

    /// <inheritdoc/>
    protected override string ThrottledBody => "Edge: Too Many Requests";

    /// <inheritdoc/>
    protected override void Map(WebApplication app)
    {
        app.MapGet("/spages/NAVAll.txt", () => Results.Text(NavAll(), "text/plain"));
        app.MapGet("/mf/{code}/latest", Latest);
        app.MapGet("/v8/finance/chart/{symbol}", (string symbol, HttpRequest request) => ChartOf(symbol, request));
        app.MapGet("/v1/latest", (HttpRequest request) => RateOf(request.Query["base"].ToString(), request.Query["symbols"].ToString(), isBlended: false));
        app.MapGet("/v2/rate/{from}/{to}", (string from, string to) => RateOf(from, to, isBlended: true));
        app.MapGet("/api/global/us_indices/daily_prices/VIX_History.csv", () => Results.Text(
            "DATE,OPEN,HIGH,LOW,CLOSE\r\n" + string.Concat(Vix.Where(v => v.Value is not null).Select(v => string.Create(
                Plain, $"{v.Key:MM/dd/yyyy},{v.Value + 1:0.000000},99.000000,1.000000,{v.Value:0.000000}\r\n"))), "text/csv"));
        app.MapGet("/graph/fredgraph.csv", (HttpRequest request) => Results.Text(
            $"observation_date,{request.Query["id"]}\n" + string.Concat(Vix
                .Where(v => string.CompareOrdinal(v.Key.ToString("yyyy-MM-dd", Plain), request.Query["cosd"]) >= 0)
                .Select(v => string.Create(Plain, $"{v.Key:yyyy-MM-dd},{v.Value?.ToString("0.00", Plain) ?? "."}\n"))), "text/csv"));
    }

    private string NavAll()
    {
        var file = new StringBuilder(Layout.Names).Append("\r\n \r\nOpen Ended Schemes(Equity Scheme - Large Cap Fund)\r\n \r\nA Mutual Fund\r\n \r\n");
        foreach (var scheme in Schemes)
        {
            file.Append(Layout.Row(scheme)).Append("\r\n");
        }

        return file.Append(" \r\n").ToString();
    }

    private IResult Latest(string code)
    {
        if (!code.All(char.IsAsciiDigit))
        {
            return Json(new JsonObject { ["error"] = "invalid scheme_code" }, 400);
        }

        var scheme = Mirrored.GetValueOrDefault(code) ?? Schemes.Find(s => s.Code == code);
        if (scheme is null)
        {
            return Json(new JsonObject { ["meta"] = new JsonObject(), ["data"] = new JsonArray(), ["status"] = "SUCCESS" });
        }

        var day = DateOnly.ParseExact(scheme.Day, "dd-MMM-yyyy", Plain).ToString("dd-MM-yyyy", Plain);
        return Json(new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["fund_house"] = "A Mutual Fund",
                ["scheme_code"] = long.Parse(code, Plain),
                ["isin_growth"] = scheme.Isin,
                ["isin_div_reinvestment"] = scheme.Isin2 == "-" ? null : scheme.Isin2,
            },
            ["data"] = new JsonArray(new JsonObject { ["date"] = day, ["nav"] = scheme.Nav }),
            ["status"] = "SUCCESS",
        });
    }

    private IResult ChartOf(string symbol, HttpRequest request)
    {
        // It turns away who does not look like a browser.
        if (!request.Headers.UserAgent.ToString().StartsWith("Mozilla/5.0", StringComparison.Ordinal))
        {
            return Results.Text("Edge: Too Many Requests", "text/plain", statusCode: 429);
        }

        if (!Charts.TryGetValue(symbol, out var chart))
        {
            return Json(
                new JsonObject
                {
                    ["chart"] = new JsonObject
                    {
                        ["result"] = null,
                        ["error"] = new JsonObject { ["code"] = "Not Found", ["description"] = "No data found, symbol may be delisted" },
                    },
                },
                404);
        }

        var result = new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["currency"] = chart.Currency,
                ["symbol"] = symbol,
                ["instrumentType"] = "ETF",
                ["regularMarketTime"] = chart.At?.ToUnixTimeSeconds(),
                ["gmtoffset"] = chart.Offset,
                ["exchangeTimezoneName"] = "Asia/Kolkata",
                ["regularMarketPrice"] = chart.Price,
                ["priceHint"] = chart.PriceHint,
            },
            ["indicators"] = new JsonObject
            {
                ["quote"] = new JsonArray(chart.Closes is null
                    ? new JsonObject()
                    : new JsonObject { ["close"] = new JsonArray([.. chart.Closes.Select(c => (JsonNode?)c.Close)]) }),
            },
        };
        if (chart.Closes is { } closes)
        {
            result["timestamp"] = new JsonArray([.. closes.Select(c => (JsonNode?)c.At)]);
        }

        return Json(new JsonObject { ["chart"] = new JsonObject { ["result"] = new JsonArray(result), ["error"] = null } });
    }

    private IResult RateOf(string from, string to, bool isBlended)
    {
        if (!Rates.TryGetValue((from, to), out var rate))
        {
            return Json(isBlended ? new JsonObject { ["status"] = 404, ["message"] = "not found" } : new JsonObject { ["message"] = "not found" }, 404);
        }

        var day = rate.Day.ToString("yyyy-MM-dd", Plain);
        return Json(isBlended
            ? new JsonObject { ["date"] = day, ["base"] = from, ["quote"] = to, ["rate"] = rate.Rate }
            : new JsonObject { ["amount"] = 1.0m, ["base"] = from, ["date"] = day, ["rates"] = new JsonObject { [to] = rate.Rate } });
    }

    private static IResult Json(JsonObject body, int status = 200) => Results.Text(body.ToJsonString(), "application/json", statusCode: status);
}
