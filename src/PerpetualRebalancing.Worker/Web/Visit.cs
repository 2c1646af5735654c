using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>One request, after it was let in.</summary>
/// <param name="Site">What every page works with.</param>
/// <param name="Http">The request.</param>
/// <param name="Member">Who is logged in; null for nobody.</param>
/// <param name="Form">What a POST carries; empty for a GET.</param>
/// <param name="FormToken">Goes with every form of the answer.</param>
internal sealed record Visit(Site Site, HttpContext Http, Member? Member, IFormCollection Form, string FormToken)
{
    /// <summary>Stops with the service, not with the browser: what a person has confirmed is done even when they close the page.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Where it is logged.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Who does it, for the record.</summary>
    public string By => Member?.Id.Value ?? throw new InvalidOperationException("Nobody is logged in.");

    /// <summary>A part of the path.</summary>
    public string Path(string name) => Http.Request.RouteValues[name]?.ToString() ?? "";

    /// <summary>A parameter; one that is there twice is none, as two readers might take different ones.</summary>
    public string Query(string name) => Http.Request.Query[name] is [{ } one] ? one : "";

    /// <summary>What a field says.</summary>
    public string Field(string name) => Form[name] is [{ } one] ? one.Trim() : "";

    /// <summary>A page for whoever asks.</summary>
    public Reply Page(string title, params ImmutableArray<Part> parts) => new Reply.Html(SheetOf(title, parts));

    /// <summary>As the other one, with another status.</summary>
    public Reply Page(int status, string title, params ImmutableArray<Part> parts) => new Reply.Html(SheetOf(title, parts), status);

    /// <summary>There is no such thing.</summary>
    public Reply Missing(string what) => Page(StatusCodes.Status404NotFound, "Not found", new Part.Said(what));

    private Sheet SheetOf(string title, ImmutableArray<Part> parts) => new(
        title, Member is null ? null : Site.Desk.Policy.Name, Member?.Name, FormToken, Http.Request.Path, parts);
}
