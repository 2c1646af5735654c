namespace PerpetualRebalancing.Worker.Web;

/// <summary>The two cookies: who is logged in, and which browser a form was made for. Off this machine they travel over TLS alone and
/// belong to this host alone (<c>__Host-</c>, RFC 6265bis §4.1.3.2).</summary>
internal static class Cookies
{
    /// <summary>The session's name that the browser has, or null.</summary>
    public static string? Session(HttpContext http) => Read(http, "session");

    /// <summary>Gives the browser a session. A link from a mail may bring it along: a GET changes nothing.</summary>
    public static void SetSession(HttpContext http, string session) => Set(http, "session", session, SameSiteMode.Lax, Sessions.Longest);

    /// <summary>The name of a browser that nobody is logged in at, made when it has none.</summary>
    public static string Visitor(HttpContext http)
    {
        if (Read(http, "visitor") is { Length: > 0 and < 100 } known)
        {
            return known;
        }

        var visitor = FormTokens.Random();
        Set(http, "visitor", visitor, SameSiteMode.Strict, null);
        return visitor;
    }

    /// <summary>Takes the session from the browser.</summary>
    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Name(http, "session"), Options(http, SameSiteMode.Lax, null));

    private static string? Read(HttpContext http, string name) => http.Request.Cookies.TryGetValue(Name(http, name), out var value) ? value : null;

    private static void Set(HttpContext http, string name, string value, SameSiteMode sameSite, TimeSpan? life) =>
        http.Response.Cookies.Append(Name(http, name), value, Options(http, sameSite, life));

    private static CookieOptions Options(HttpContext http, SameSiteMode sameSite, TimeSpan? life) =>
        new() { HttpOnly = true, Secure = !Site.IsThisMachine(http.Request.Host), SameSite = sameSite, Path = "/", MaxAge = life, IsEssential = true };

    private static string Name(HttpContext http, string name) => Site.IsThisMachine(http.Request.Host) ? $"perpetual-{name}" : $"__Host-perpetual-{name}";
}
