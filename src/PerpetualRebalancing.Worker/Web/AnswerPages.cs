using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Where the links of an approval request lead: a page that shows what is asked, and a form that answers. Nobody need be logged
/// in: the link is of one member, for one answer to one plan, until it expires.</summary>
internal static class AnswerPages
{
    // What a link is made of, in the query and then in the form.
    private static readonly ImmutableArray<string> Fields = ["b", "p", "a", "m", "x", "t"];

    /// <summary>Shows the plan and what will happen. Mail scanners open links: nothing happens yet.</summary>
    public static Reply Show(Visit visit)
    {
        if (Read(visit, visit.Query) is not { } found)
        {
            return Unfit(visit);
        }

        var desk = visit.Site.Desk;
        if (Asked(visit, found.Token) is not { } batch || desk.Store.Plan(found.Token.PlanHash) is not { } stored)
        {
            return Over(visit);
        }

        var carried = Fields.Select(name => Field.Hidden(name, visit.Query(name)));
        return visit.Page(ReviewPages.Title(stored),
        [
            found.Token.Action == LinkAction.Approve
                ? new Part.Form("Approve this plan?", "/answer", [.. carried], $"Approve, as {found.Member.Name}", ReviewPages.Note(batch, desk))
                : new Part.Form("Reject this plan?", "/answer", [.. carried, new Field("reason", ReviewPages.WhyReject)], $"Reject, as {found.Member.Name}", ReviewPages.NothingPlaced, Tone.Bad),
            .. ReviewPages.Parts(stored, desk),
        ]);
    }

    /// <summary>Answers, once: a second click finds the request answered.</summary>
    public static async Task<Reply> AnswerAsync(Visit visit)
    {
        if (Read(visit, visit.Field) is not { } found)
        {
            return Unfit(visit);
        }

        if (Asked(visit, found.Token) is null || visit.Site.Desk.Store.Plan(found.Token.PlanHash) is not { } stored)
        {
            return Over(visit);
        }

        var (token, by) = (found.Token, found.Member.Id.Value);
        if (token.Action == LinkAction.Approve)
        {
            return ReviewPages.Answered(visit, stored, await visit.Site.Caretaker.ApproveAsync(token.Batch.Value, by, token.PlanHash, visit.Stopping));
        }

        return ReviewPages.Reason(visit) is { } reason
            ? ReviewPages.Answered(visit, stored, await visit.Site.Caretaker.RejectAsync(token.Batch.Value, reason, by, visit.Stopping))
            : ReviewPages.NoReason(visit);
    }

    private static (ApprovalToken Token, Member Member)? Read(Visit visit, Func<string, string> field)
    {
        if (visit.Site.Desk.Settings.RuntimeKey is not { } key
            || new ApprovalLink(key).Read(Fields.ToDictionary(name => name, field), visit.Site.Desk.Time.GetUtcNow()) is not { } token
            || visit.Site.Desk.Policy.Members.FirstOrDefault(m => m.Id == token.Member) is not { } member)
        {
            return null;
        }

        return (token, member);
    }

    // The same plan can be asked about again after a rejection: that is another request, with links of its own.
    private static Batch? Asked(Visit visit, ApprovalToken token) => visit.Site.Desk.Store.State.Batches.FirstOrDefault(b =>
        b.Id == token.Batch && b.PlanHash == token.PlanHash && !b.Approved && b.Expires.ToUnixTimeSeconds() == token.Expires.ToUnixTimeSeconds());

    private static Reply Unfit(Visit visit)
    {
        PageLog.Refused(visit.Log, "a link of an approval request was changed, has expired, or is of another installation");
        return visit.Page(StatusCodes.Status403Forbidden, "Nothing was changed", new Part.Said(new Cell("This link is not whole, has expired, or is not of this household. Answer with another one, by reply or by command.", Tone.Warning)));
    }

    private static Reply Over(Visit visit) => visit.Page(
        StatusCodes.Status410Gone, "Nothing was changed", new Part.Said(new Cell("This request was answered, replaced or has expired; the newest message about it says which.", Tone.Warning)));
}
