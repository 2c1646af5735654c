namespace PerpetualRebalancing.Worker.Messages;

/// <summary>How the reader of a request may answer it, besides by command.</summary>
/// <param name="Approve">The page that asks whether to approve; null when the page has no address that others know.</param>
/// <param name="Reject">The page that asks whether to reject.</param>
/// <param name="ByReply">Whether answers by mail are read.</param>
public sealed record AnswerWays(Uri? Approve, Uri? Reject, bool ByReply)
{
    /// <summary>By command alone.</summary>
    public static readonly AnswerWays None = new(null, null, ByReply: false);
}
