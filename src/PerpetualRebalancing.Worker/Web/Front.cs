using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Features;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Stands before every page: which requests are answered at all, and what every answer says to the browser.</summary>
internal sealed class Front(Site site, SheetWriter writer, ILogger log, CancellationToken stopping)
{
    private const string FormType = "application/x-www-form-urlencoded";

    // Sent with everything. No script runs, nothing is loaded from elsewhere, no form goes elsewhere, nobody frames the page.
    private static readonly ImmutableArray<(string Name, string Value)> Always =
    [
        ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ];

    private static readonly FormOptions Small = new() { ValueCountLimit = 32, KeyLengthLimit = 64, ValueLengthLimit = 4096, BufferBody = false };

    /// <summary>Before the request is routed: the host's name, and the browser's instructions.</summary>
    public async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        foreach (var (name, value) in Always)
        {
            http.Response.Headers[name] = value;
        }

        if (!site.Knows(http.Request.Host))
        {
            // A name of somebody else's that was made to point here (DNS rebinding), or a proxy that is not in the configuration.
            PageLog.Refused(log, "its host is not one of the page's own; 'page.allowedHosts' in services.json lists further ones");
            await WriteAsync(http, new Reply.Plain("This page is not known by that name.\n", StatusCodes.Status421MisdirectedRequest));
            return;
        }

        try
        {
            await next(http);
        }
        catch (BadHttpRequestException e)
        {
            await TryWriteAsync(http, new Reply.Plain("The request cannot be read.\n", e.StatusCode));
        }
        catch (InvalidDataException)
        {
            await TryWriteAsync(http, new Reply.Plain("The form cannot be read.\n", StatusCodes.Status400BadRequest));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            await TryWriteAsync(http, new Reply.Plain("The service is stopping.\n", StatusCodes.Status503ServiceUnavailable));
        }
        catch (Exception e)
        {
            PageLog.Failed(log, e.Message, e);
            await TryWriteAsync(http, new Reply.Plain("Something failed here. The service's log says what.\n", StatusCodes.Status500InternalServerError));
        }

        if (!http.Response.HasStarted && http.Response is { StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentLength: null })
        {
            await WriteAsync(http, new Reply.Plain(http.Response.StatusCode == StatusCodes.Status404NotFound ? "There is no such page.\n" : "That cannot be done here.\n", http.Response.StatusCode));
        }
    }

    /// <summary>Answers a request by its route.</summary>
    public async Task AnswerAsync(HttpContext http, Route route)
    {
        if (route.Entry == Entry.Machine)
        {
            await WriteAsync(http, await route.Answer(new Visit(site, http, null, FormCollection.Empty, "") { Stopping = stopping, Log = log }));
            return;
        }

        var session = Cookies.Session(http);
        var member = session is null ? null : MemberOf(session);
        var visitor = member is null ? $"visitor {Cookies.Visitor(http)}" : $"session {session}";
        var visit = new Visit(site, http, member, FormCollection.Empty, site.Forms.For(visitor)) { Stopping = stopping, Log = log };
        if (route.Method == HttpMethods.Post)
        {
            if (Foreign(http.Request) is { } why)
            {
                await RefuseAsync(visit, why, "The request did not come from this page, or came through a proxy that changes its host. Open the page itself and try again.");
                return;
            }

            var form = await http.Request.ReadFormAsync(Small, http.RequestAborted);
            if (!site.Forms.Fits(form["form"] is [{ } token] ? token : null, visitor))
            {
                await RefuseAsync(visit, "its form was not made for this browser, or before the service was started", "This form is out of date. Go back, load the page again, and repeat it.");
                return;
            }

            visit = visit with { Form = form };
        }

        var reply = route.Entry == Entry.Member && member is null ? LoginPages.Ask(visit, StatusCodes.Status401Unauthorized) : await route.Answer(visit);
        await WriteAsync(http, reply);
    }

    private async Task RefuseAsync(Visit visit, string why, string words)
    {
        PageLog.Refused(log, why);
        await WriteAsync(visit.Http, visit.Page(StatusCodes.Status403Forbidden, "Refused", new Part.Said(new Cell(words, Tone.Warning))));
    }

    private Member? MemberOf(string session) => site.Sessions.Find(session, site.Desk.Time.GetUtcNow()) is { } id
        ? site.Desk.Policy.Members.FirstOrDefault(m => m.Id == id)
        : null;

    /// <summary>Why a POST is not from a page of ours; null when it is. Both headers are the browser's own and no page can write them.
    /// Under our referrer policy a browser says <c>Origin: null</c> even of our own pages: then only <c>Sec-Fetch-Site</c> tells.</summary>
    private static string? Foreign(HttpRequest request)
    {
        var (fetched, origin) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString());
        var ours = $"{(Site.IsThisMachine(request.Host) ? "http" : "https")}://{request.Host.Value}";
        var isOurs = fetched.Length > 0 ? fetched == "same-origin" && origin is "" or "null" || origin == ours : origin == ours;
        return !isOurs || (fetched.Length > 0 && fetched != "same-origin") ? "it came from another site"
            : request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() != FormType ? "it is no form"
            : null;
    }

    private Task TryWriteAsync(HttpContext http, Reply reply) => http.Response.HasStarted || http.RequestAborted.IsCancellationRequested ? Task.CompletedTask : WriteAsync(http, reply);

    private async Task WriteAsync(HttpContext http, Reply reply)
    {
        switch (reply)
        {
            case Reply.Html html:
                http.Response.StatusCode = html.Status;
                http.Response.ContentType = "text/html; charset=utf-8";
                await http.Response.WriteAsync(await writer.WriteAsync(html.Sheet), http.RequestAborted);
                break;
            case Reply.See see:
                // Not 302: whatever the request was, a GET follows.
                http.Response.StatusCode = StatusCodes.Status303SeeOther;
                http.Response.Headers.Location = see.Path;
                break;
            case Reply.Plain plain:
                http.Response.StatusCode = plain.Status;
                http.Response.ContentType = plain.MediaType;
                await http.Response.WriteAsync(plain.Body, http.RequestAborted);
                break;
            default:
                throw new InvalidOperationException($"{reply} is no answer.");
        }
    }
}
