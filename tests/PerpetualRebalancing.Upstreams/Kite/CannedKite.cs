using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Kite;

/// <summary>A Kite that says the same thing to everything, whatever it is; only whose profile it is, it knows when it is not told.</summary>
public sealed class CannedKite(TimeProvider time) : FakeUpstream(time)
{
    /// <summary>What it says.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>The HTTP status of it.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Whether the profile is what it says, too.</summary>
    public bool SaysItOfProfile { get; set; }

    protected override string OperationOf(HttpRequest request) => "any";

    protected override void Map(WebApplication app) => app.MapFallback(async (HttpContext context) =>
    {
        var isProfile = context.Request.Path == "/user/profile" && !SaysItOfProfile;
        context.Response.StatusCode = isProfile ? 200 : Status;
        await context.Response.Body.WriteAsync(isProfile ? Encoding.UTF8.GetBytes("""{"status":"success","data":{"user_id":"AB1234"}}""") : Body);
    });
}
