using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PerpetualRebalancing.Worker.Tests.Watching;

/// <summary>Somebody on a real socket who takes whatever is sent, and remembers it.</summary>
internal sealed class Elsewhere : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Elsewhere(WebApplication application) => _application = application;

    /// <summary>What came: method, path and body, the bytes of which stand for letters.</summary>
    public ConcurrentQueue<(string Method, string Path, string Headers, string Body)> Heard { get; } = new();

    /// <summary>The status of the answers.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public string Root => _application.Urls.First();

    public static async Task<Elsewhere> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        var elsewhere = new Elsewhere(builder.Build());
        elsewhere._application.Run(elsewhere.TakeAsync);
        await elsewhere._application.StartAsync();
        return elsewhere;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}"));
        Heard.Enqueue((context.Request.Method, context.Request.Path, headers, Encoding.Latin1.GetString(body.ToArray())));
        context.Response.StatusCode = Status;
    }
}
