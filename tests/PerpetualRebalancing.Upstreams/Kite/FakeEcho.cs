using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Kite;

/// <summary>A service whose page is the address of whoever asks.</summary>
public sealed class FakeEcho(string says) : FakeUpstream(TimeProvider.System)
{
    public string Says { get; set; } = says;

    protected override string OperationOf(HttpRequest request) => "echo";

    protected override void Map(WebApplication app) => app.MapGet("/", () => Results.Text(Says));
}
