using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>The contract of the Client Portal Web API (ibkrcampus.com, Client Portal Web API and Flex Web Service): one method per endpoint, its words untranslated.</summary>
internal sealed partial class IbkrApi : IDisposable
{
    private const int ShownLength = 300;

    private readonly Upstream _service;
    private readonly IbkrPace _pace;
    private readonly TimeProvider _time;
    private readonly Action _forget;

    // One class for a whole gateway, and slower ones inside it.
    private readonly RequestLimit _any;
    private readonly RequestLimit _slowAccounts;
    private readonly RequestLimit _slowOrders;
    private readonly RequestLimit _slowTrades;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="service">The gateway; the caller disposes of it.</param>
    /// <param name="pace">How fast it may be asked.</param>
    /// <param name="time">What time it is.</param>
    /// <param name="forget">Called when the service no longer knows the session, or wants its first calls again.</param>
    public IbkrApi(Upstream service, IbkrPace pace, TimeProvider time, Action forget)
    {
        (_service, _pace, _time, _forget) = (service, pace, time, forget);
        _any = new RequestLimit(pace.PerSecond, TimeSpan.FromSeconds(1));
        (_slowAccounts, _slowOrders, _slowTrades) = (new(1, pace.Slow, _any), new(1, pace.Slow, _any), new(1, pace.Slow, _any));
    }

    public Upstream Service => _service;

    public async Task<AuthStatus> AuthStatusAsync(CancellationToken cancellationToken) =>
        (await PostAsync("iserver/auth/status", [], cancellationToken).ConfigureAwait(false)).Json(IbkrContract.Default.AuthStatus);

    /// <summary>Opens the brokerage session of a login.</summary>
    /// <remarks>Its answer is told before the session is up: the status says when it is. Without <c>publish</c> it fails.</remarks>
    public async Task InitAsync(CancellationToken cancellationToken) =>
        await PostAsync("iserver/auth/ssodh/init", Bytes(new Init(Publish: true, Compete: true), IbkrContract.Default.Init), cancellationToken).ConfigureAwait(false);

    public async Task<Tickle> TickleAsync(CancellationToken cancellationToken) =>
        (await PostAsync("tickle", [], cancellationToken).ConfigureAwait(false)).Json(IbkrContract.Default.Tickle);

    /// <summary>When the person logged in; once a minute at most.</summary>
    public async Task<Login> ValidateAsync(CancellationToken cancellationToken) =>
        (await GetAsync("sso/validate", _any, cancellationToken).ConfigureAwait(false)).Json(IbkrContract.Default.Login);

    /// <summary>The accounts that may trade; must be asked once before orders and market data.</summary>
    public async Task<Accounts> AccountsAsync(CancellationToken cancellationToken)
    {
        var answer = await GetAsync("iserver/accounts", _any, cancellationToken).ConfigureAwait(false);
        var accounts = answer.Json(IbkrContract.Default.Accounts);
        return accounts with { Numbers = Whole(accounts.Numbers, answer) };
    }

    /// <summary>Makes an account the one that orders and trades are told of.</summary>
    public async Task SelectAsync(string account, CancellationToken cancellationToken) =>
        await PostAsync("iserver/account", Bytes(new Choice(account), IbkrContract.Default.Choice), cancellationToken).ConfigureAwait(false);

    /// <summary>The accounts that may be read; must be asked once before any other of <c>/portfolio</c>.</summary>
    public async Task<ImmutableArray<PortfolioAccount>> PortfolioAccountsAsync(CancellationToken cancellationToken) =>
        (await GetAsync("portfolio/accounts", _slowAccounts, cancellationToken).ConfigureAwait(false)).JsonList(IbkrContract.Default.ImmutableArrayPortfolioAccount);

    /// <summary>Has the positions read afresh.</summary>
    public async Task InvalidateAsync(string account, CancellationToken cancellationToken) =>
        await PostAsync($"portfolio/{Uri.EscapeDataString(account)}/positions/invalidate", [], cancellationToken).ConfigureAwait(false);

    /// <summary>A page of positions, from 0; an empty one is after the last.</summary>
    public async Task<ImmutableArray<Position>> PositionsAsync(string account, int page, CancellationToken cancellationToken) =>
        (await GetAsync($"portfolio/{Uri.EscapeDataString(account)}/positions/{Text(page)}", _any, cancellationToken).ConfigureAwait(false)).JsonList(IbkrContract.Default.ImmutableArrayPosition);

    /// <summary>Cash by currency, and <c>BASE</c>; what has another name is no row.</summary>
    public async Task<ImmutableDictionary<string, LedgerRow>> LedgerAsync(string account, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"portfolio/{Uri.EscapeDataString(account)}/ledger", _any, cancellationToken).ConfigureAwait(false);
        var rows = answer.Json(IbkrContract.Default.ImmutableDictionaryStringJsonElement).Where(r => r.Key is "BASE" || (r.Key.Length == 3 && r.Key.All(char.IsAsciiLetterUpper)));
        return rows.ToImmutableDictionary(
            r => r.Key,
            r => (answer with { Body = JsonMarshal.GetRawUtf8Value(r.Value).ToArray() }).Json(IbkrContract.Default.LedgerRow));
    }

    public async Task<ImmutableArray<Snapshot>> SnapshotAsync(IEnumerable<long> conids, CancellationToken cancellationToken) =>
        (await GetAsync($"iserver/marketdata/snapshot?conids={string.Join(',', conids.Select(Text))}&fields=31,84,86,6509", _any, cancellationToken).ConfigureAwait(false)).JsonList(IbkrContract.Default.ImmutableArraySnapshot);

    /// <summary>The orders of today's session.</summary>
    public async Task<OrderList> OrdersAsync(string account, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"iserver/account/orders?accountId={Uri.EscapeDataString(account)}", _slowOrders, cancellationToken).ConfigureAwait(false);
        var list = answer.Json(IbkrContract.Default.OrderList);
        return list with { Orders = Whole(list.Orders, answer) };
    }

    public async Task<OrderStatus> OrderStatusAsync(long orderId, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"iserver/account/order/status/{Text(orderId)}", _any, cancellationToken).ConfigureAwait(false);
        var status = answer.Json(IbkrSnakeContract.Default.OrderStatus);
        return status.OrderId == orderId ? status : throw answer.Unreadable($"it is about order {status.OrderId}");
    }

    /// <summary>What changed hands in the last seven days.</summary>
    public async Task<ImmutableArray<Trade>> TradesAsync(CancellationToken cancellationToken) =>
        (await GetAsync("iserver/account/trades?days=7", _slowTrades, cancellationToken).ConfigureAwait(false)).JsonList(IbkrSnakeContract.Default.ImmutableArrayTrade);

    /// <summary>Sends one order, once.</summary>
    public Task<OrderAnswer> PlaceAsync(NewOrder order, CancellationToken cancellationToken) => OrderAsync(
        $"iserver/account/{Uri.EscapeDataString(order.AcctId)}/orders", Bytes(new NewOrders([order]), IbkrContract.Default.NewOrders), order.ClientKey, cancellationToken);

    /// <summary>Answers a question, once.</summary>
    public Task<OrderAnswer> ReplyAsync(string question, bool isConfirmed, string clientKey, CancellationToken cancellationToken) => OrderAsync(
        $"iserver/reply/{Uri.EscapeDataString(question)}", Bytes(new Reply(isConfirmed), IbkrContract.Default.Reply), clientKey, cancellationToken);

    /// <summary>Answers a prompt of the server with one of its options, once.</summary>
    public async Task NotifyAsync(OrderAnswer.Prompt prompt, string option, CancellationToken cancellationToken) => await SendAsync(
        HttpMethod.Post, "iserver/notification", Bytes(new Notification(prompt.OrderId, prompt.RequestId, option), IbkrContract.Default.Notification), cancellationToken)
        .ConfigureAwait(false);

    /// <summary>Asks to take an order back, once. The book says later whether it was.</summary>
    public async Task CancelAsync(string account, long orderId, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Delete, $"iserver/account/{Uri.EscapeDataString(account)}/order/{Text(orderId)}", [], cancellationToken).ConfigureAwait(false);

        // An object, or a list of one; older answers have no order in them.
        var line = LinesOf(answer)[0];
        if (line.OrderId is { } told && told != orderId)
        {
            throw answer.Unreadable($"it is about order {told}, asked was {orderId}");
        }
    }

    public void Dispose()
    {
        _slowAccounts.Dispose();
        _slowOrders.Dispose();
        _slowTrades.Dispose();
        _any.Dispose();
    }

    private async Task<OrderAnswer> OrderAsync(string route, byte[] body, string clientKey, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, route, body, cancellationToken).ConfigureAwait(false);
        if (IsObject(answer, "prompt"))
        {
            var prompt = answer.Json(IbkrContract.Default.PromptLine);
            return prompt.Prompt
                ? new OrderAnswer.Prompt(prompt.OrderId, prompt.ReqId, OneLine(prompt.Text), prompt.Options is { } options ? Whole(options, answer) : [])
                : throw answer.Unreadable("it is a prompt that is none");
        }

        return LinesOf(answer) switch
        {
            [{ OrderId: { } id, Id: null, OrderStatus: { } status } line] when line.LocalOrderId is null || line.LocalOrderId == clientKey => new OrderAnswer.Placed(id, status),
            [{ OrderId: null, Id: { Length: > 0 } question } line] => new OrderAnswer.Question(
                question, line.Message is { } texts ? OneLine(string.Join(' ', Whole(texts, answer))) : string.Empty, line.MessageIds is { } ids ? Whole(ids, answer) : []),
            var lines => throw answer.Unreadable($"it is neither one order nor one question, but {lines.Length} lines"),
        };
    }

    private static ImmutableArray<AnswerLine> LinesOf(Answer answer)
    {
        // One line may come without its brackets.
        var isBare = answer.Body.Span.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..];
        var list = isBare ? answer with { Body = (byte[])[(byte)'[', .. answer.Body.Span, (byte)']'] } : answer;
        var lines = list.JsonList(IbkrContract.Default.ImmutableArrayAnswerLine);
        return lines.Length > 0 && lines.All(l => l is not { OrderId: null, Id: null }) ? lines : throw answer.Unreadable("it names neither an order nor a question");
    }

    private async Task<Answer> GetAsync(string route, RequestLimit limit, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, route, []);
        return Judge(await _service.ReadAsync(request, limit, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>For what may be asked twice.</summary>
    private async Task<Answer> PostAsync(string route, byte[] body, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, route, body);
        return Judge(await _service.ReadAsync(request, _any, cancellationToken).ConfigureAwait(false));
    }

    private async Task<Answer> SendAsync(HttpMethod method, string route, byte[] body, CancellationToken cancellationToken)
    {
        using var request = Request(method, route, body);
        return Judge(await _service.SendOnceAsync(request, _any, cancellationToken).ConfigureAwait(false));
    }

    private HttpRequestMessage Request(HttpMethod method, string route, byte[] body)
    {
        if (_time.GetUtcNow() < _closedUntil)
        {
            throw new UpstreamException(_service.Name, UpstreamFault.Throttled, string.Create(
                CultureInfo.InvariantCulture, $"it was asked too often before; nothing is sent until {_closedUntil:HH:mm} UTC, since who insists is locked out for good"));
        }

        var request = new HttpRequestMessage(method, new Uri(route, UriKind.Relative));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private Answer Judge(Answer answer)
    {
        if ((int)answer.Status == 429)
        {
            _closedUntil = _time.GetUtcNow() + _pace.Penalty;
        }

        answer.OrThrow(Own);
        return ErrorOf(answer) is { } error ? throw answer.Fault(UpstreamFault.Refused, $"{error} ({answer.Route})") : answer;
    }

    // There is no uniform envelope: text, HTML and nothing come too, and only a status tells them apart.
    private UpstreamException? Own(Answer answer)
    {
        var error = ErrorOf(answer);
        if ((int)answer.Status == 401 || ((int)answer.Status == 400 && error?.Contains("init session", StringComparison.OrdinalIgnoreCase) == true))
        {
            _forget();
            return answer.Fault(UpstreamFault.SignedOut, $"{answer.Route} knows no session of ours (HTTP {(int)answer.Status}{(error is null ? string.Empty : $": {error}")}): log in at {new Uri(_service.Root, "/")}");
        }

        if ((int)answer.Status is < 400 or 429 or >= 500 || error is null)
        {
            return null;
        }

        if (error.Contains("/accounts first", StringComparison.OrdinalIgnoreCase))
        {
            _forget();
        }

        return answer.Fault(UpstreamFault.Refused, $"{error} ({answer.Route}, HTTP {(int)answer.Status})");
    }

    private static string? ErrorOf(Answer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            var first = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 ? root[0] : root;
            return first.ValueKind == JsonValueKind.Object && first.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                && error.GetString() is { } text ? OneLine(text) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Text with half a character in it is no text.
            return null;
        }
    }

    private static bool IsObject(Answer answer, string property)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(property, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= ShownLength ? line : string.Concat(line.AsSpan(0, ShownLength), " ...");
    }

    private static ImmutableArray<T> Whole<T>(ImmutableArray<T> list, Answer answer) =>
        list.IsDefault || list.Any(item => item is null) ? throw answer.Unreadable("an item of its list is null") : list;

    private static byte[] Bytes<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
