namespace PerpetualRebalancing.Worker.Web;

/// <summary>What the page answers.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>A page.</summary>
    /// <param name="Sheet">What is on it.</param>
    /// <param name="Status">HTTP status.</param>
    public sealed record Html(Sheet Sheet, int Status = StatusCodes.Status200OK) : Reply;

    /// <summary>Another page is to be fetched by GET.</summary>
    /// <param name="Path">A path of this page.</param>
    public sealed record See(string Path) : Reply;

    /// <summary>Words for a machine, or for somebody who is not let in.</summary>
    /// <param name="Body">Plain text.</param>
    /// <param name="Status">HTTP status.</param>
    /// <param name="MediaType">The text's form.</param>
    public sealed record Plain(string Body, int Status = StatusCodes.Status200OK, string MediaType = "text/plain; charset=utf-8") : Reply;
}
