using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>The record: where its chain ends, and whether it is whole.</summary>
internal static class AuditPages
{
    /// <summary>Checks the chain from the first fact to the last.</summary>
    public static Reply Audit(Visit visit) => Of(visit, null);

    /// <summary>Looks a hash up that was noted elsewhere.</summary>
    public static Reply Anchor(Visit visit) => visit.Field("anchor").ToLowerInvariant() is { Length: 64 } hash && hash.All(char.IsAsciiHexDigitLower)
        ? Of(visit, hash)
        : visit.Page(StatusCodes.Status400BadRequest, "Audit", new Part.Said(new Cell("That is no hash: it has 64 hexadecimal digits. Go back and copy all of it.", Tone.Warning)));

    private static Reply Of(Visit visit, string? noted)
    {
        var store = visit.Site.Desk.Store;
        var answer = AuditAnswer.Of(store.Household, store.VerifyChain(), noted, noted is null ? null : store.FactOf(noted));
        return visit.Page("Audit",
            new Part.Shown(AuditView.Render([answer]), "The record"),
            new Part.Form(
                "Compare with a hash from an old message", "/audit", [new Field("anchor", "The hash that a report or a heartbeat ended with", Longest: 64)], "Look it up",
                "A record that somebody rewrote is whole by itself; a hash that had left before shows it.", Tone.Strong));
    }
}
