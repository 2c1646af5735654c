using System.Text.Json;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The contract of Frankfurter: v1 gives the European Central Bank's rates, v2 a blend of several central banks'.</summary>
internal sealed class FrankfurterApi(Upstream upstream, RequestLimit limit)
{
    private static readonly string[] DayForms = ["yyyy-MM-dd"];

    /// <summary>How to speak to it.</summary>
    public static UpstreamTerms Terms(Uri root) => new("frankfurter", root) { Retries = 2, ClockTolerance = PriceSources.ClockTolerance };

    /// <summary>GET v1/latest?base={from}&amp;symbols={to}</summary>
    public async Task<Rate> LatestAsync(string from, string to, CancellationToken cancellationToken) =>
        ReadLatest(await upstream.ReadAsync($"v1/latest?base={from}&symbols={to}", limit, cancellationToken).ConfigureAwait(false), from, to);

    /// <summary>GET v2/rate/{from}/{to}</summary>
    public async Task<Rate> BlendedAsync(string from, string to, CancellationToken cancellationToken) =>
        ReadBlended(await upstream.ReadAsync($"v2/rate/{from}/{to}", limit, cancellationToken).ConfigureAwait(false), from, to);

    /// <summary>The rate in an answer of v1.</summary>
    public static Rate ReadLatest(Answer answer, string from, string to)
    {
        var rates = answer.OrThrow(Own).Json(FrankfurterJson.Default.Latest);
        if (!rates.Rates.TryGetValue(to, out var element))
        {
            throw answer.Fault(UpstreamFault.Refused, $"has no rate from {from} to {to}");
        }

        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDecimal(out var rate))
        {
            throw answer.Unreadable($"the rate {from}/{to} is no number");
        }

        return rates.Amount is null or 1m
            ? RateOf(answer, rates.Date, rates.Base, to, rate, from, to)
            : throw answer.Unreadable($"its rates are those of {rates.Amount} {from}");
    }

    /// <summary>The rate in an answer of v2.</summary>
    public static Rate ReadBlended(Answer answer, string from, string to)
    {
        var rate = answer.OrThrow(Own).Json(FrankfurterJson.Default.Blended);
        return RateOf(answer, rate.Date, rate.Base, rate.Quote, rate.Rate, from, to);
    }

    private static Rate RateOf(Answer answer, string date, string theirBase, string theirQuote, decimal rate, string from, string to)
    {
        if (theirBase != from || theirQuote != to)
        {
            throw answer.Unreadable($"{from}/{to} was asked and {theirBase}/{theirQuote} answered");
        }

        return PublishedNumber.TryReadDay(date, DayForms, out var day) && PublishedNumber.IsUsable(rate)
            ? new Rate(rate, day, answer.ReadAt)
            : throw answer.Unreadable($"the rate {from}/{to} is {rate} on '{date}'");
    }

    // v1 says {"message"}, v2 {"status","message"}.
    private static UpstreamException? Own(Answer answer)
    {
        if ((int)answer.Status is not (400 or 404 or 422))
        {
            return null;
        }

        try
        {
            return answer.Fault(UpstreamFault.Refused, $"{answer.Route} was refused: {answer.Json(FrankfurterJson.Default.Refusal).Message}");
        }
        catch (UpstreamException)
        {
            return null;
        }
    }

    /// <summary>A rate, its publishing day, and when it was read.</summary>
    internal sealed record Rate(decimal Value, DateOnly Day, DateTimeOffset ReadAt);

    internal sealed record Latest(string Base, string Date, Dictionary<string, JsonElement> Rates, decimal? Amount = null);

    internal sealed record Blended(string Date, string Base, string Quote, decimal Rate);

    internal sealed record Refusal(string Message);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(FrankfurterApi.Latest))]
[JsonSerializable(typeof(FrankfurterApi.Blended))]
[JsonSerializable(typeof(FrankfurterApi.Refusal))]
internal sealed partial class FrankfurterJson : JsonSerializerContext;
