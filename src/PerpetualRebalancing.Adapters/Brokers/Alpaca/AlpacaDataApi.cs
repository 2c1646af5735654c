using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>The contract of Alpaca's Market Data API v2 (docs.alpaca.markets, API reference): one method per endpoint. A symbol that is not known, or did
/// not trade, is left out of the answer or is null in it.</summary>
/// <param name="service">The data host; takes the keys of a live or a paper account.</param>
/// <param name="keyId">Goes out as <c>APCA-API-KEY-ID</c>.</param>
/// <param name="secret">Goes out as <c>APCA-API-SECRET-KEY</c>.</param>
internal sealed partial class AlpacaDataApi(Upstream service, string keyId, string secret) : IDisposable
{
    private readonly RequestLimit _limit = AlpacaApi.Permitted();

    public Upstream Service => service;

    /// <summary>The last trade of each symbol, by symbol.</summary>
    /// <param name="symbols">Without doubles.</param>
    /// <param name="feed"><c>iex</c> is free, <c>sip</c> is every exchange of the country.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    public async Task<ImmutableDictionary<string, Trade>> TradesAsync(string[] symbols, string feed, CancellationToken cancellationToken)
    {
        var answer = await LatestAsync("trades", symbols, feed, cancellationToken).ConfigureAwait(false);
        return Asked(answer, symbols, answer.Json(AlpacaDataContract.Default.TradesAnswer).Trades, AlpacaDataContract.Default.Trade);
    }

    /// <summary>The last best bid and ask of each symbol, by symbol.</summary>
    public async Task<ImmutableDictionary<string, BidAsk>> QuotesAsync(string[] symbols, string feed, CancellationToken cancellationToken)
    {
        var answer = await LatestAsync("quotes", symbols, feed, cancellationToken).ConfigureAwait(false);
        return Asked(answer, symbols, answer.Json(AlpacaDataContract.Default.QuotesAnswer).Quotes, AlpacaDataContract.Default.BidAsk);
    }

    /// <summary>The last minute bar of each symbol, by symbol.</summary>
    public async Task<ImmutableDictionary<string, Bar>> BarsAsync(string[] symbols, string feed, CancellationToken cancellationToken)
    {
        var answer = await LatestAsync("bars", symbols, feed, cancellationToken).ConfigureAwait(false);
        return Asked(answer, symbols, answer.Json(AlpacaDataContract.Default.BarsAnswer).Bars, AlpacaDataContract.Default.Bar);
    }

    public void Dispose() => _limit.Dispose();

    private async Task<Answer> LatestAsync(string what, string[] symbols, string feed, CancellationToken cancellationToken)
    {
        using var request = AlpacaApi.Signed(
            HttpMethod.Get, $"v2/stocks/{what}/latest?symbols={Uri.EscapeDataString(string.Join(',', symbols))}&feed={feed}", keyId, secret);
        return (await service.ReadAsync(request, _limit, cancellationToken).ConfigureAwait(false)).OrThrow(AlpacaApi.Own);
    }

    // What stands in the map beside the symbols is nobody's price, whatever it looks like.
    private static ImmutableDictionary<string, T> Asked<T>(
        Answer answer, string[] symbols, ImmutableDictionary<string, JsonElement>? all, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return symbols.Where(s => all is not null && all.ContainsKey(s) && all[s].ValueKind != JsonValueKind.Null)
                .ToImmutableDictionary(s => s, s => all![s].Deserialize(type)!, StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw answer.Unreadable($"{e.Path ?? "$"} of a symbol is not as the contract has it", e);
        }
    }

    /// <summary>A trade: <c>p</c> its price, <c>t</c> when.</summary>
    internal sealed record Trade(decimal P, DateTimeOffset T);

    /// <summary>A quote: <c>bp</c> the best bid, <c>ap</c> the best ask; zero when there is none.</summary>
    internal sealed record BidAsk(decimal Bp, decimal Ap, DateTimeOffset T);

    /// <summary>A bar: <c>c</c> its last price, <c>t</c> when it began.</summary>
    internal sealed record Bar(decimal C, DateTimeOffset T);

    private sealed record TradesAnswer(ImmutableDictionary<string, JsonElement>? Trades);

    private sealed record QuotesAnswer(ImmutableDictionary<string, JsonElement>? Quotes);

    private sealed record BarsAnswer(ImmutableDictionary<string, JsonElement>? Bars);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(TradesAnswer))]
    [JsonSerializable(typeof(Trade))]
    [JsonSerializable(typeof(QuotesAnswer))]
    [JsonSerializable(typeof(BidAsk))]
    [JsonSerializable(typeof(BarsAnswer))]
    [JsonSerializable(typeof(Bar))]
    private sealed partial class AlpacaDataContract : JsonSerializerContext;
}
