using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Zerodha's Kite Connect, version 3, as its documentation has it: one method per endpoint that is used.</summary>
/// <remarks>GET and DELETE take their parameters in the query, POST as a form. Answers are JSON in an envelope; lists of instruments are
/// CSV. Times are Indian and carry no offset. States of orders that are not known are let through.</remarks>
internal sealed class KiteApi(Upstream upstream, string apiKey, KiteLimits limits)
{
    /// <summary>The code of a sale that the depository must authorise first.</summary>
    public const string NotAuthorised = "428";

    /// <summary>The error type of a call that the app, its plan or our address may not make.</summary>
    public const string NotPermitted = "PermissionException";

    public string Name => upstream.Name;

    /// <summary>POST /session/token: a request token, once, for the day's access token. Sent once: the token does not work twice.</summary>
    public async Task<Session> ExchangeAsync(string requestToken, string checksum, CancellationToken cancellationToken) =>
        Data(await SendAsync(HttpMethod.Post, "session/token", null, limits.Other, cancellationToken,
            ("api_key", apiKey), ("request_token", requestToken), ("checksum", checksum)).ConfigureAwait(false), KiteJson.Default.EnvelopeSession);

    /// <summary>DELETE /session/token: ends a session.</summary>
    public Task EndSessionAsync(string token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"session/token?api_key={Uri.EscapeDataString(apiKey)}&access_token={Uri.EscapeDataString(token)}", token, limits.Other, cancellationToken);

    /// <summary>GET /user/profile.</summary>
    public Task<Profile> ProfileAsync(string token, CancellationToken cancellationToken) => GetAsync("user/profile", token, KiteJson.Default.EnvelopeProfile, cancellationToken);

    /// <summary>GET /user/margins/equity.</summary>
    public Task<Margins> MarginsAsync(string token, CancellationToken cancellationToken) => GetAsync("user/margins/equity", token, KiteJson.Default.EnvelopeMargins, cancellationToken);

    /// <summary>GET /portfolio/holdings: units of earlier days.</summary>
    public Task<Holding[]> HoldingsAsync(string token, CancellationToken cancellationToken) => ListAsync("portfolio/holdings", token, KiteJson.Default.EnvelopeHoldingArray, cancellationToken);

    /// <summary>POST /portfolio/holdings/authorise: opens a page on which the owner lets the depository release units.</summary>
    public async Task<Authorisation> AuthoriseAsync(string isin, decimal quantity, string token, CancellationToken cancellationToken) =>
        Data(await SendAsync(HttpMethod.Post, "portfolio/holdings/authorise", token, limits.Other, cancellationToken,
            ("isin", isin), ("quantity", Canonical.Text(quantity))).ConfigureAwait(false), KiteJson.Default.EnvelopeAuthorisation);

    /// <summary>GET /orders: today's.</summary>
    public Task<Order[]> OrdersAsync(string token, CancellationToken cancellationToken) => ListAsync("orders", token, KiteJson.Default.EnvelopeOrderArray, cancellationToken);

    /// <summary>GET /orders/{id}: every state an order was in today, oldest first.</summary>
    public Task<Order[]> OrderHistoryAsync(string orderId, string token, CancellationToken cancellationToken) =>
        ListAsync($"orders/{Uri.EscapeDataString(orderId)}", token, KiteJson.Default.EnvelopeOrderArray, cancellationToken);

    /// <summary>GET /trades: today's.</summary>
    public Task<Trade[]> TradesAsync(string token, CancellationToken cancellationToken) => ListAsync("trades", token, KiteJson.Default.EnvelopeTradeArray, cancellationToken);

    /// <summary>GET /orders/{id}/trades.</summary>
    public Task<Trade[]> OrderTradesAsync(string orderId, string token, CancellationToken cancellationToken) =>
        ListAsync($"orders/{Uri.EscapeDataString(orderId)}/trades", token, KiteJson.Default.EnvelopeTradeArray, cancellationToken);

    /// <summary>POST /orders/regular. Its success only says that the order was registered. Never sent twice.</summary>
    public async Task<OrderId> PlaceAsync(Placement order, string token, CancellationToken cancellationToken)
    {
        (string, string)[] form =
        [
            ("exchange", order.Exchange), ("tradingsymbol", order.Tradingsymbol), ("transaction_type", order.TransactionType),
            ("order_type", "LIMIT"), ("product", "CNC"), ("validity", "DAY"),
            ("quantity", Canonical.Text(order.Quantity)), ("price", Canonical.Text(order.Price)), ("tag", order.Tag),
            .. order.AlgoId is { } algo ? [("algo_id", algo)] : Array.Empty<(string, string)>(),
        ];
        return Data(await SendAsync(HttpMethod.Post, "orders/regular", token, limits.Orders, cancellationToken, form).ConfigureAwait(false), KiteJson.Default.EnvelopeOrderId);
    }

    /// <summary>DELETE /orders/{variety}/{id}.</summary>
    public async Task<OrderId> CancelAsync(string variety, string orderId, string token, CancellationToken cancellationToken) => Data(
        await SendAsync(HttpMethod.Delete, $"orders/{Uri.EscapeDataString(variety)}/{Uri.EscapeDataString(orderId)}", token, limits.Orders, cancellationToken).ConfigureAwait(false),
        KiteJson.Default.EnvelopeOrderId);

    /// <summary>GET /quote, at most 500 instruments; what it does not know is missing in the answer.</summary>
    public async Task<Dictionary<string, QuoteRow>> QuotesAsync(IReadOnlyCollection<string> symbols, string token, CancellationToken cancellationToken)
    {
        var answer = await AskAsync("quote?" + string.Join('&', symbols.Select(s => "i=" + Uri.EscapeDataString(s))), token, limits.Quotes, cancellationToken).ConfigureAwait(false);
        var told = Data(answer, KiteJson.Default.EnvelopeDictionaryStringJsonElement);
        try
        {
            // What was not asked for is not looked at.
            return symbols.Where(s => told.TryGetValue(s, out var row) && row.ValueKind != JsonValueKind.Null)
                .ToDictionary(s => s, s => told[s].Deserialize(KiteJson.Default.QuoteRow)!);
        }
        catch (JsonException e)
        {
            throw answer.Unreadable($"a quote is not as the contract has it ({e.Path})", e);
        }
    }

    /// <summary>GET /instruments/{exchange}: CSV, made each morning.</summary>
    public Task<Answer> InstrumentsAsync(string exchange, string token, CancellationToken cancellationToken) =>
        AskAsync($"instruments/{Uri.EscapeDataString(exchange)}", token, limits.Other, cancellationToken);

    /// <summary>GET /mf/orders: of seven days.</summary>
    public Task<FundOrder[]> FundOrdersAsync(string token, CancellationToken cancellationToken) => ListAsync("mf/orders", token, KiteJson.Default.EnvelopeFundOrderArray, cancellationToken);

    /// <summary>GET /mf/orders/{id}: of any age.</summary>
    public Task<FundOrder> FundOrderAsync(string orderId, string token, CancellationToken cancellationToken) =>
        GetAsync($"mf/orders/{Uri.EscapeDataString(orderId)}", token, KiteJson.Default.EnvelopeFundOrder, cancellationToken);

    /// <summary>GET /mf/holdings.</summary>
    public Task<FundHolding[]> FundHoldingsAsync(string token, CancellationToken cancellationToken) => ListAsync("mf/holdings", token, KiteJson.Default.EnvelopeFundHoldingArray, cancellationToken);

    /// <summary>GET /mf/sips.</summary>
    public Task<FundPlan[]> FundPlansAsync(string token, CancellationToken cancellationToken) => ListAsync("mf/sips", token, KiteJson.Default.EnvelopeFundPlanArray, cancellationToken);

    /// <summary>GET /mf/instruments: CSV.</summary>
    public Task<Answer> FundInstrumentsAsync(string token, CancellationToken cancellationToken) => AskAsync("mf/instruments", token, limits.Other, cancellationToken);

    private async Task<T> GetAsync<T>(string route, string token, JsonTypeInfo<Envelope<T>> type, CancellationToken cancellationToken) =>
        Data(await AskAsync(route, token, limits.Other, cancellationToken).ConfigureAwait(false), type);

    private async Task<T[]> ListAsync<T>(string route, string token, JsonTypeInfo<Envelope<T[]>> type, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(route, token, limits.Other, cancellationToken).ConfigureAwait(false);
        var rows = Data(answer, type);
        return Array.Exists(rows, r => r is null) ? throw answer.Unreadable("a row is null") : rows;
    }

    private async Task<Answer> AskAsync(string route, string token, RequestLimit limit, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, route, token);
        return (await upstream.ReadAsync(request, limit, cancellationToken).ConfigureAwait(false)).OrThrow(Refusal);
    }

    private async Task<Answer> SendAsync(HttpMethod method, string route, string? token, RequestLimit limit, CancellationToken cancellationToken, params (string Name, string Value)[] form)
    {
        using var request = Request(method, route, token);
        request.Content = form.Length == 0 ? null : new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return (await upstream.SendOnceAsync(request, limit, cancellationToken).ConfigureAwait(false)).OrThrow(Refusal);
    }

    private HttpRequestMessage Request(HttpMethod method, string route, string? token)
    {
        var request = new HttpRequestMessage(method, new Uri(route, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("X-Kite-Version", "3");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"token {apiKey}:{token}");
        }

        return request;
    }

    private static T Data<T>(Answer answer, JsonTypeInfo<Envelope<T>> type)
    {
        var envelope = answer.Json(type);
        return envelope is { Status: null or "success", Data: { } data } ? data : throw answer.Unreadable("its envelope says no success, or holds nothing");
    }

    // The one place that says what the service's own errors mean. What it does not list is not in the contract: nothing is known then.
    private static UpstreamException? Refusal(Answer answer)
    {
        if (answer.Status == (HttpStatusCode)428)
        {
            return answer.Fault(UpstreamFault.Refused, "the depository has not authorised the sale of these units (HTTP 428)", NotAuthorised);
        }

        Error? error = null;
        try
        {
            error = JsonSerializer.Deserialize(answer.Body.Span, KiteJson.Default.Error);
        }
        catch (JsonException)
        {
        }

        UpstreamFault? fault = ((int)answer.Status, error?.ErrorType) switch
        {
            (_, null) => null,
            (403, "TokenException") => UpstreamFault.SignedOut,
            (403, NotPermitted) => UpstreamFault.Refused,
            (400, "InputException" or "OrderException" or "MarginException" or "HoldingException") => UpstreamFault.Refused,
            (429, _) => UpstreamFault.Throttled,
            ( >= 500, _) => UpstreamFault.Failing,
            _ => UpstreamFault.Unreadable,
        };
        return fault is not { } known ? null : answer.Fault(
            known, string.Create(CultureInfo.InvariantCulture, $"{OneLine(error!.Message)} ({error.ErrorType}, HTTP {(int)answer.Status})"), error.ErrorType);
    }

    private static string OneLine(string? text)
    {
        var line = string.Join(' ', (text ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length switch { 0 => "no reason given", > 300 => line[..300] + " ...", _ => line };
    }

    internal sealed record Envelope<T>(T? Data, string? Status = null);

    internal sealed record Error(string? ErrorType = null, string? Message = null);

    internal sealed record Session(string UserId, string AccessToken);

    internal sealed record Profile(string UserId, ProfileMeta? Meta = null);

    internal sealed record ProfileMeta(string? DematConsent = null);

    internal sealed record Margins(AvailableMargin Available, UtilisedMargin Utilised);

    internal sealed record AvailableMargin(decimal LiveBalance, decimal Collateral);

    internal sealed record UtilisedMargin(decimal Delivery);

    internal sealed record Holding(
        string Exchange, string Tradingsymbol, decimal Quantity, decimal T1Quantity, decimal RealisedQuantity, decimal CollateralQuantity, string? Isin = null,
        decimal UsedQuantity = 0m, decimal AuthorisedQuantity = 0m, string? AuthorisedDate = null, decimal? OpeningQuantity = null);

    internal sealed record Authorisation(string RequestId);

    internal sealed record Placement(string Exchange, string Tradingsymbol, string TransactionType, decimal Quantity, decimal Price, string Tag, string? AlgoId);

    internal sealed record OrderId([property: JsonPropertyName("order_id")] string Id);

    internal sealed record Order(
        string OrderId, string Status, string Exchange, string Tradingsymbol, string TransactionType, decimal Quantity, decimal FilledQuantity, decimal Price = 0m,
        string? Product = null, string? Variety = null, string? StatusMessage = null, string? Tag = null, string[]? Tags = null);

    internal sealed record Trade(
        string TradeId, string OrderId, string Exchange, string Tradingsymbol, string TransactionType, decimal Quantity, decimal AveragePrice, string Product,
        string? FillTimestamp = null, string? ExchangeTimestamp = null);

    internal sealed record QuoteRow(decimal LastPrice, string? LastTradeTime = null, decimal LowerCircuitLimit = 0m, decimal UpperCircuitLimit = 0m);

    internal sealed record FundOrder(
        string OrderId, string Tradingsymbol, string Status, string TransactionType, decimal? Amount = null, decimal? Quantity = null, decimal? AveragePrice = null,
        string? Folio = null, string? OrderTimestamp = null, string? StatusMessage = null, string? Tag = null, string? Variety = null);

    internal sealed record FundHolding(
        string Tradingsymbol, decimal Quantity, string? Folio = null, string? Fund = null, decimal PledgedQuantity = 0m, decimal AveragePrice = 0m, decimal LastPrice = 0m,
        string? LastPriceDate = null);

    internal sealed record FundPlan(
        string SipId, string Tradingsymbol, string Status, decimal InstalmentAmount, string? Frequency = null, string? NextInstalment = null, string? Fund = null, string? Tag = null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KiteApi.Error))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Session>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Profile>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Margins>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Holding[]>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Authorisation>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.OrderId>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Order[]>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.Trade[]>))]
[JsonSerializable(typeof(KiteApi.QuoteRow))]
[JsonSerializable(typeof(KiteApi.Envelope<Dictionary<string, JsonElement>>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.FundOrder>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.FundOrder[]>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.FundHolding[]>))]
[JsonSerializable(typeof(KiteApi.Envelope<KiteApi.FundPlan[]>))]
internal sealed partial class KiteJson : JsonSerializerContext;
