using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.Http;

/// <summary>A service that answers the same to everything.</summary>
internal sealed class EchoFake() : FakeUpstream(TimeProvider.System)
{
    public int Status { get; set; } = 200;

    public string Body { get; set; } = "[]";

    protected override string OperationOf(HttpRequest request) => "any";

    protected override void Map(WebApplication app) => app.Run(context =>
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsync(Body);
    });
}
