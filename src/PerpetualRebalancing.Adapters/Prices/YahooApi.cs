using System.Globalization;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The contract of Yahoo's chart, as far as it is known: nobody published one. Any array may hold nulls, the timestamps may be
/// missing, London's prices are in pence, and throttling is plain text.</summary>
internal sealed class YahooApi(Upstream upstream, RequestLimit limit, TimeProvider time)
{
    // Weekends and the longest holidays lie within; the answer stays small.
    private static readonly TimeSpan Window = TimeSpan.FromDays(10);

    private const int LongestOffset = 14 * 3600;

    /// <summary>How to speak to it: it answers no stranger, and shuts out who insists.</summary>
    public static UpstreamTerms Terms(Uri root) => new("yahoo", root)
    {
        Retries = 1,
        RetriesThrottled = false,
        UserAgent = "Mozilla/5.0 (compatible; PerpetualRebalancing/0.1)",
        ClockTolerance = PriceSources.ClockTolerance,
    };

    /// <summary>GET v8/finance/chart/{symbol}?period1&amp;period2&amp;interval=1d&amp;includePrePost=false</summary>
    public async Task<Last> LastAsync(string symbol, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var route = string.Create(
            CultureInfo.InvariantCulture,
            $"v8/finance/chart/{Uri.EscapeDataString(symbol)}?period1={(now - Window).ToUnixTimeSeconds()}&period2={now.ToUnixTimeSeconds()}&interval=1d&includePrePost=false");
        return Read(await upstream.ReadAsync(route, limit, cancellationToken).ConfigureAwait(false), symbol);
    }

    /// <summary>The last price in an answer: what was dealt at last, or else the last close that is no null.</summary>
    public static Last Read(Answer answer, string symbol)
    {
        var chart = answer.OrThrow(a => Own(a, symbol)).Json(YahooJson.Default.Envelope).Chart;
        if (chart.Error is { } error)
        {
            throw Refused(answer, error, symbol);
        }

        if (chart.Result is not [{ } result, ..])
        {
            throw answer.Fault(UpstreamFault.Refused, $"knows no {symbol}: it answered without a price");
        }

        var meta = result.Meta;
        if (!string.Equals(meta.Symbol, symbol, StringComparison.OrdinalIgnoreCase))
        {
            throw answer.Unreadable($"{symbol} was asked and {meta.Symbol} answered");
        }

        var (seconds, price) = (meta.RegularMarketTime ?? 0, meta.RegularMarketPrice ?? 0m);
        var closes = result.Indicators?.Quote is [{ Close: { } close }, ..] ? close : [];
        var times = result.Timestamp ?? [];
        if (times.Length > 0 && closes.Length > 0 && times.Length != closes.Length)
        {
            throw answer.Unreadable($"it has {times.Length} timestamps and {closes.Length} closes");
        }

        if (!PublishedNumber.IsUsable(price) || seconds <= 0)
        {
            (seconds, price) = (0, 0m);
            for (var i = 0; i < Math.Min(times.Length, closes.Length); i++)
            {
                if (times[i] is { } at && closes[i] is { } value && PublishedNumber.IsUsable(value) && at > seconds)
                {
                    // Closes are binary fractions written out: 73.72000122070312.
                    (seconds, price) = (at, Math.Round(value, Math.Clamp(meta.PriceHint ?? 4, 0, 8)));
                }
            }
        }

        if (!PublishedNumber.IsUsable(price))
        {
            throw answer.Fault(UpstreamFault.Refused, $"has no price of {symbol} in the last {Window.Days} days");
        }

        if (Math.Abs((long)meta.Gmtoffset) > LongestOffset || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() - LongestOffset)
        {
            throw answer.Unreadable($"{symbol} was priced at second {seconds} in a time zone of {meta.Gmtoffset} seconds");
        }

        var day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.AddSeconds(meta.Gmtoffset));
        return meta.Currency switch
        {
            "GBp" or "GBX" => new Last(price / 100m, "GBP", day, answer.ReadAt),
            { } currency => new Last(price, currency, day, answer.ReadAt),
            null => throw answer.Fault(UpstreamFault.Refused, $"does not say the currency of {symbol}"),
        };
    }

    private static UpstreamException? Own(Answer answer, string symbol)
    {
        if ((int)answer.Status == 429)
        {
            return null;
        }

        try
        {
            return answer.Json(YahooJson.Default.Envelope).Chart.Error is { } error ? Refused(answer, error, symbol) : null;
        }
        catch (UpstreamException)
        {
            return null;
        }
    }

    private static UpstreamException Refused(Answer answer, Error error, string symbol) =>
        answer.Fault(UpstreamFault.Refused, $"says of {symbol}: {error.Description ?? error.Code ?? "an error without words"}", error.Code);

    /// <summary>A price in a currency (pence made pounds), its day at the exchange, and when it was read.</summary>
    internal sealed record Last(decimal Price, string Currency, DateOnly Day, DateTimeOffset ReadAt);

    internal sealed record Envelope(Chart Chart);

    internal sealed record Chart(Result?[]? Result = null, Error? Error = null);

    internal sealed record Error(string? Code = null, string? Description = null);

    internal sealed record Result(Meta Meta, long?[]? Timestamp = null, Indicators? Indicators = null);

    internal sealed record Meta(
        string Symbol, int Gmtoffset, string? Currency = null, decimal? RegularMarketPrice = null, long? RegularMarketTime = null, int? PriceHint = null);

    internal sealed record Indicators(Bars?[]? Quote = null);

    internal sealed record Bars(decimal?[]? Close = null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(YahooApi.Envelope))]
internal sealed partial class YahooJson : JsonSerializerContext;
