using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>The contract of Alpaca's Trading API v2 (docs.alpaca.markets, API reference): one method per endpoint, its words untranslated.</summary>
/// <param name="service">The live or the paper host; each has keys of its own.</param>
/// <param name="keyId">Goes out as <c>APCA-API-KEY-ID</c>.</param>
/// <param name="secret">Goes out as <c>APCA-API-SECRET-KEY</c>.</param>
/// <param name="limit">How often the account may ask, usually <see cref="Permitted"/>; it is disposed of with this.</param>
internal sealed partial class AlpacaApi(Upstream service, string keyId, string secret, RequestLimit limit) : IDisposable
{
    /// <summary>The longest list of orders that one request answers.</summary>
    public const int OrdersPerPage = 500;

    private const int FillsPerPage = 100;

    /// <summary>200 requests a minute and account; the service counts in fixed minutes, so a little is left for its own idea of a minute.</summary>
    public static RequestLimit Permitted() => new(190, TimeSpan.FromMinutes(1));

    public Upstream Service => service;

    public async Task<Account> AccountAsync(CancellationToken cancellationToken) =>
        (await GetAsync("v2/account", cancellationToken).ConfigureAwait(false)).Json(AlpacaContract.Default.Account);

    public async Task<ImmutableArray<Position>> PositionsAsync(CancellationToken cancellationToken) =>
        (await GetAsync("v2/positions", cancellationToken).ConfigureAwait(false)).JsonList(AlpacaContract.Default.ImmutableArrayPosition);

    /// <summary>Sends an order, once.</summary>
    public async Task<Order> PlaceAsync(NewOrder order, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(order, AlpacaContract.Default.NewOrder));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = Request(HttpMethod.Post, "v2/orders");
        request.Content = content;
        var answer = (await service.SendOnceAsync(request, limit, cancellationToken).ConfigureAwait(false)).OrThrow(Own);
        var placed = answer.Json(AlpacaContract.Default.Order);
        return placed.ClientOrderId == order.ClientOrderId && placed.Symbol == order.Symbol
            ? placed
            : throw answer.Unreadable($"it is about an order {placed.ClientOrderId} of {placed.Symbol}, asked was {order.ClientOrderId} of {order.Symbol}");
    }

    /// <summary>Orders of any state that were submitted after a moment, oldest first, at most <see cref="OrdersPerPage"/>.</summary>
    public async Task<ImmutableArray<Order>> OrdersAsync(DateTimeOffset after, CancellationToken cancellationToken) => (await GetAsync(
        $"v2/orders?status=all&limit={OrdersPerPage}&direction=asc&after={Moment(after)}", cancellationToken).ConfigureAwait(false))
        .JsonList(AlpacaContract.Default.ImmutableArrayOrder);

    /// <summary>The order of a key; null when the book does not show it.</summary>
    public async Task<Order?> OrderAsync(string clientOrderId, CancellationToken cancellationToken)
    {
        var answer = await SendAsync($"v2/orders:by_client_order_id?client_order_id={Uri.EscapeDataString(clientOrderId)}", cancellationToken)
            .ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NotFound && CodeOf(answer) is NoSuchThing)
        {
            return null;
        }

        var order = answer.OrThrow(Own).Json(AlpacaContract.Default.Order);
        return order.ClientOrderId == clientOrderId ? order : throw answer.Unreadable($"it is about an order {order.ClientOrderId}");
    }

    /// <summary>Asks to take an order back, once. The book says later whether it was.</summary>
    public async Task CancelAsync(string orderId, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Delete, $"v2/orders/{Uri.EscapeDataString(orderId)}");
        var answer = (await service.SendOnceAsync(request, limit, cancellationToken).ConfigureAwait(false)).OrThrow(Own);
        if (answer.Status != HttpStatusCode.NoContent)
        {
            throw answer.Unreadable("it should be empty (HTTP 204)");
        }
    }

    /// <summary>Everything that changed hands after a moment, oldest first.</summary>
    public async Task<ImmutableArray<Fill>> FillsAsync(DateTimeOffset after, CancellationToken cancellationToken)
    {
        var fills = ImmutableArray.CreateBuilder<Fill>();
        for (var token = string.Empty; ;)
        {
            var route = $"v2/account/activities/FILL?direction=asc&page_size={FillsPerPage}&after={Moment(after)}";
            var answer = await GetAsync(token.Length == 0 ? route : $"{route}&page_token={Uri.EscapeDataString(token)}", cancellationToken).ConfigureAwait(false);
            var page = answer.JsonList(AlpacaContract.Default.ImmutableArrayFill);
            fills.AddRange(page);
            if (page.Length < FillsPerPage)
            {
                return fills.ToImmutable();
            }

            token = page[^1].Id != token ? page[^1].Id : throw answer.Unreadable("its pages do not go on");
        }
    }

    public async Task<Clock> ClockAsync(CancellationToken cancellationToken) =>
        (await GetAsync("v2/clock", cancellationToken).ConfigureAwait(false)).Json(AlpacaContract.Default.Clock);

    /// <summary>The days with a session, both ends included, oldest first.</summary>
    public async Task<ImmutableArray<CalendarDay>> CalendarAsync(DateOnly start, DateOnly end, CancellationToken cancellationToken) => (await GetAsync(
        $"v2/calendar?start={Day(start)}&end={Day(end)}", cancellationToken).ConfigureAwait(false)).JsonList(AlpacaContract.Default.ImmutableArrayCalendarDay);

    public async Task<Asset> AssetAsync(string symbol, CancellationToken cancellationToken) =>
        (await GetAsync($"v2/assets/{Uri.EscapeDataString(symbol)}", cancellationToken).ConfigureAwait(false)).Json(AlpacaContract.Default.Asset);

    public void Dispose() => limit.Dispose();

    /// <summary>What the error envelope <c>{"code":40310000,"message":"..."}</c> tells.</summary>
    internal static UpstreamException? Own(Answer answer) => (int)answer.Status is >= 400 and < 500 and not 429 && ErrorOf(answer) is { } error
        ? answer.Status == HttpStatusCode.Unauthorized || (answer.Status == HttpStatusCode.Forbidden && error.Code is null)
            ? answer.Fault(UpstreamFault.SignedOut, $"it does not accept the key (HTTP {(int)answer.Status}: {error.Message}). The live host, the paper host "
                + "and each account have keys of their own: use a key pair that was made for this account, on the page of live or of paper trading", CodeOf(error))
            : answer.Fault(UpstreamFault.Refused, $"{error.Message} ({answer.Route}, HTTP {(int)answer.Status}, code {CodeOf(error) ?? "none"})", CodeOf(error))
        : null;

    private async Task<Answer> GetAsync(string route, CancellationToken cancellationToken) =>
        (await SendAsync(route, cancellationToken).ConfigureAwait(false)).OrThrow(Own);

    private async Task<Answer> SendAsync(string route, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, route);
        return await service.ReadAsync(request, limit, cancellationToken).ConfigureAwait(false);
    }

    private HttpRequestMessage Request(HttpMethod method, string route) => Signed(method, route, keyId, secret);

    internal static HttpRequestMessage Signed(HttpMethod method, string route, string keyId, string secret)
    {
        // A colon in the first segment (orders:by_client_order_id) makes no scheme of it, since a slash comes before.
        var request = new HttpRequestMessage(method, new Uri(route, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("APCA-API-KEY-ID", keyId);
        request.Headers.TryAddWithoutValidation("APCA-API-SECRET-KEY", secret);
        return request;
    }

    private static string? CodeOf(Answer answer) => ErrorOf(answer) is { } error ? CodeOf(error) : null;

    private static string? CodeOf(Error error) => error.Code?.ToString(CultureInfo.InvariantCulture);

    private static Error? ErrorOf(Answer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body.Span, AlpacaContract.Default.Error);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
