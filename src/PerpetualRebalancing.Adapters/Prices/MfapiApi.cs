using System.Text.Json.Serialization;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The contract of mfapi.in, one person's mirror of AMFI's NAVs. It answers a scheme that it does not know with HTTP 200,
/// <c>SUCCESS</c> and no data.</summary>
internal sealed class MfapiApi(Upstream upstream, RequestLimit limit)
{
    private static readonly string[] DayForms = ["dd-MM-yyyy"];

    /// <summary>How to speak to it: gently, it is a gift.</summary>
    public static UpstreamTerms Terms(Uri root) => new("mfapi", root) { Retries = 1, RetriesThrottled = false, ClockTolerance = PriceSources.ClockTolerance };

    /// <summary>GET mf/{code}/latest</summary>
    public async Task<Latest> LatestAsync(string code, CancellationToken cancellationToken) =>
        Read(await upstream.ReadAsync($"mf/{Uri.EscapeDataString(code)}/latest", limit, cancellationToken).ConfigureAwait(false), code);

    /// <summary>The newest NAV in an answer.</summary>
    public static Latest Read(Answer answer, string code)
    {
        var scheme = answer.OrThrow(Own).Json(MfapiJson.Default.Scheme);
        if (scheme.Status is { } status && status != "SUCCESS")
        {
            throw answer.Fault(UpstreamFault.Refused, $"says {status} of scheme {code}");
        }

        if (scheme.Data.Length == 0)
        {
            throw answer.Fault(UpstreamFault.Refused, $"knows no scheme {code}: it answered without a NAV");
        }

        if (scheme.Meta?.SchemeCode is { } theirs && theirs.ToString(System.Globalization.CultureInfo.InvariantCulture) != code)
        {
            throw answer.Unreadable($"scheme {code} was asked and {theirs} answered");
        }

        Latest? latest = null;
        foreach (var row in scheme.Data)
        {
            if (row is null || !PublishedNumber.TryReadDay(row.Date, DayForms, out var day))
            {
                throw answer.Unreadable($"a NAV of scheme {code} has no day but '{row?.Date}'");
            }

            if (latest is null || day > latest.Day)
            {
                // A scheme without a NAV on its last day has a zero there.
                latest = PublishedNumber.TryRead(row.Nav, out var nav)
                    ? new Latest(nav, day, [.. new[] { scheme.Meta?.IsinGrowth, scheme.Meta?.IsinReinvestment }.OfType<string>()], answer.ReadAt)
                    : throw answer.Fault(UpstreamFault.Refused, $"scheme {code} has no NAV but '{row.Nav}'");
            }
        }

        return latest!;
    }

    private static UpstreamException? Own(Answer answer)
    {
        if ((int)answer.Status is not (400 or 404))
        {
            return null;
        }

        try
        {
            return answer.Fault(UpstreamFault.Refused, $"{answer.Route} was refused: {answer.Json(MfapiJson.Default.Refusal).Error}");
        }
        catch (UpstreamException)
        {
            return null;
        }
    }

    /// <summary>A scheme's newest NAV, the ISINs it goes by, and when it was read.</summary>
    internal sealed record Latest(decimal Nav, DateOnly Day, string[] Isins, DateTimeOffset ReadAt);

    internal sealed record Scheme(Row?[] Data, Meta? Meta = null, string? Status = null);

    internal sealed record Meta(
        [property: JsonPropertyName("scheme_code")] long? SchemeCode = null,
        [property: JsonPropertyName("isin_growth")] string? IsinGrowth = null,
        [property: JsonPropertyName("isin_div_reinvestment")] string? IsinReinvestment = null);

    internal sealed record Row(string Date, string Nav);

    internal sealed record Refusal(string Error);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(MfapiApi.Scheme))]
[JsonSerializable(typeof(MfapiApi.Refusal))]
internal sealed partial class MfapiJson : JsonSerializerContext;
