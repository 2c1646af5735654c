using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>What a page answered.</summary>
internal sealed record WebAnswer(HttpStatusCode Status, string Text, string? Location, HttpResponseMessage Response);

/// <summary>A person with a browser, as far as the page can tell: it keeps cookies, sends forms with what was hidden in them, and says
/// where they came from. Each has an address of its own, as the proxy would say.</summary>
internal sealed partial class WebVisitor : IDisposable
{
    private static int s_visitors;

    private readonly HttpClient _client;
    private string _token = "";

    public WebVisitor(int port, string? address = null)
    {
        Root = new Uri($"http://127.0.0.1:{port}/");
        Cookies = new CookieContainer();
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = Root, Timeout = TimeSpan.FromSeconds(60) };
        var number = Interlocked.Increment(ref s_visitors);
        _client.DefaultRequestHeaders.Add("X-Forwarded-For", address ?? string.Create(CultureInfo.InvariantCulture, $"198.51.{number / 250}.{(number % 250) + 1}"));
    }

    public Uri Root { get; }

    public CookieContainer Cookies { get; }

    /// <summary>The session's name in the browser, or null.</summary>
    public string? Session => Cookies.GetCookies(Root)["perpetual-session"]?.Value;

    /// <summary>What is hidden in the forms of the page that was shown last.</summary>
    public string Token => _token;

    public Task<WebAnswer> Get(string path, params (string Name, string Value)[] headers) => Send(new HttpRequestMessage(HttpMethod.Get, path), headers);

    /// <summary>Sends a form as a browser does from the page that was shown last.</summary>
    public Task<WebAnswer> Post(string path, params (string Name, string Value)[] fields) =>
        PostFrom(path, [("form", _token), .. fields], ("Sec-Fetch-Site", "same-origin"), ("Origin", "null"));

    /// <summary>Sends a form as anybody may.</summary>
    public Task<WebAnswer> PostFrom(string path, (string Name, string Value)[] fields, params (string Name, string Value)[] headers) => Send(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) }, headers);

    public async Task<WebAnswer> Send(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (Hidden().Match(text) is { Success: true } found)
        {
            _token = found.Groups[1].Value;
        }

        return new WebAnswer(response.StatusCode, text, response.Headers.Location?.OriginalString, response);
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Hidden();
}
