using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Mail;

/// <summary>Who renews access tokens for a refresh token (RFC 6749 §6).</summary>
public sealed class FakeMailLogin(TimeProvider time) : FakeUpstream(time)
{
    private readonly ConcurrentDictionary<string, bool> _refresh = new() { ["refresh-1"] = true };
    private int _issued;

    /// <summary>How long an access token lasts, as it says.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether each renewal exchanges the refresh token, and the old one is no longer accepted.</summary>
    public bool Exchanges { get; set; }

    /// <summary>Is told each access token that is given out.</summary>
    public Action<string>? Issued { get; set; }

    /// <summary>Where tokens are renewed.</summary>
    public Uri Endpoint => new(Root, "oauth/token");

    /// <summary>No refresh token is accepted any more: the person took the right away, or changed the password.</summary>
    public void Revoke() => _refresh.Clear();

    /// <inheritdoc/>
    protected override string OperationOf(HttpRequest request) => "renew";

    /// <inheritdoc/>
    protected override void Map(WebApplication app) => app.MapPost("/oauth/token", async (HttpRequest request) =>
    {
        var form = await request.ReadFormAsync();
        if (form["grant_type"] != "refresh_token" || form["client_id"] != "perpetual" || form["client_secret"] != "oauth secret")
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        var refresh = form["refresh_token"].ToString();
        if (!_refresh.ContainsKey(refresh))
        {
            return Results.Json(new { error = "invalid_grant", error_description = "Token has been expired or revoked." }, statusCode: 400);
        }

        var number = Interlocked.Increment(ref _issued);
        var token = string.Create(CultureInfo.InvariantCulture, $"access-{number}");
        Issued?.Invoke(token);
        if (!Exchanges)
        {
            return Results.Json(new { access_token = token, token_type = "Bearer", expires_in = (long)Lifetime.TotalSeconds });
        }

        _refresh.TryRemove(refresh, out _);
        var next = string.Create(CultureInfo.InvariantCulture, $"refresh-{number + 1}");
        _refresh[next] = true;
        return Results.Json(new { access_token = token, token_type = "Bearer", expires_in = (long)Lifetime.TotalSeconds, refresh_token = next });
    });
}
