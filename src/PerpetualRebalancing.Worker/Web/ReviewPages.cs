using System.Text.Json;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Web.Charts;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>A plan: what, why, what not, its proof and its gates, in charts and words; and the answer of somebody who is logged in.</summary>
internal static class ReviewPages
{
    /// <summary>The heading of the chart of a plan's drifts.</summary>
    public const string ImpactTitle = "Drift correction impact";

    /// <summary>Asks for a rejection's reason.</summary>
    public const string WhyReject = "Why you reject it, for the record";

    /// <summary>What a rejection does.</summary>
    public const string NothingPlaced = "Nothing of it is placed then.";

    /// <summary>The heading of the chart of the sell program.</summary>
    public const string CeilingTitle = "Active drift ceiling and execution";

    /// <summary>The plan, with forms to answer while it is asked about.</summary>
    public static Reply Review(Visit visit)
    {
        if (Find(visit) is not { } stored)
        {
            return visit.Missing("There is no such plan.");
        }

        var desk = visit.Site.Desk;
        var asked = desk.Store.State.Batches.FirstOrDefault(b => b.PlanHash == stored.Hash && !b.Approved);
        return visit.Page(Title(stored),
        [
            .. asked is null ? [] : Forms(stored, asked, desk),
            .. Parts(stored, desk),
            new Part.Link($"/reviews/{stored.Hash[..10]}/history", "What became of it, leg by leg"),
        ]);
    }

    /// <summary>What became of each leg.</summary>
    public static Reply History(Visit visit)
    {
        if (Find(visit) is not { } stored)
        {
            return visit.Missing("There is no such plan.");
        }

        var store = visit.Site.Desk.Store;
        var explanation = PlanExplanation.Of(stored, PolicyOf(stored, visit.Site.Desk), store.Facts());
        return visit.Page($"History of plan {stored.Slot} · {stored.Hash[..10]}", new Part.Shown(ExplainView.Render(explanation), "The plan"), new Part.Link($"/reviews/{stored.Hash[..10]}", "The plan itself"));
    }

    /// <summary>Approves: the gates run again first.</summary>
    public static async Task<Reply> ApproveAsync(Visit visit) =>
        Find(visit) is { } stored ? Answered(visit, stored, await visit.Site.Caretaker.ApproveAsync(stored.Hash[..10], visit.By, stored.Hash, visit.Stopping)) : visit.Missing("There is no such plan.");

    /// <summary>Rejects, with a reason.</summary>
    public static async Task<Reply> RejectAsync(Visit visit)
    {
        if (Find(visit) is not { } stored)
        {
            return visit.Missing("There is no such plan.");
        }

        return Reason(visit) is { } reason
            ? Answered(visit, stored, await visit.Site.Caretaker.RejectAsync(stored.Hash[..10], reason, visit.By, visit.Stopping))
            : NoReason(visit);
    }

    /// <summary>A rejection without a reason.</summary>
    public static Reply NoReason(Visit visit) => visit.Page(
        StatusCodes.Status400BadRequest, "Not rejected", new Part.Said(new Cell("A rejection needs a reason of one line, for the record. Go back and write one.", Tone.Warning)));

    /// <summary>What an approval sets going.</summary>
    public static string Note(Batch asked, Desk desk) =>
        $"It waits until {MoneyFormat.Moment(asked.Expires, desk.Zone)}. When you approve, the gates run again on fresh prices; moved beyond the tolerance, it is planned and asked again.";

    /// <summary>What came of an answer.</summary>
    public static Reply Answered(Visit visit, StoredPlan stored, ApprovalAnswer answer)
    {
        var isDone = answer is ApprovalAnswer.Approved or ApprovalAnswer.Rejected;
        return visit.Page(answer switch
        {
            ApprovalAnswer.Approved => "Approved",
            ApprovalAnswer.Rejected => "Rejected",
            ApprovalAnswer.Replanned => "Planned again",
            _ => "Nothing was changed",
        },
        [
            new Part.Said(new Cell(MoneyFormat.Sentence(answer.Words), isDone ? Tone.Good : Tone.Warning)),
            .. visit.Member is null ? [] : new Part[] { new Part.Link($"/reviews/{stored.Hash[..10]}", $"Plan {stored.Slot} · {stored.Hash[..10]}"), new Part.Link("/", "Home") },
        ]);
    }

    /// <summary>A reason on one line, or null.</summary>
    public static string? Reason(Visit visit) => visit.Field("reason") is { Length: > 0 and <= 200 } reason && !reason.Any(char.IsControl) ? reason : null;

    /// <summary>The title of a plan's page.</summary>
    public static string Title(StoredPlan stored) => $"Plan {stored.Slot} · {stored.Hash[..10]}";

    /// <summary>The charts, and the plan in words.</summary>
    public static IEnumerable<Part> Parts(StoredPlan stored, Desk desk)
    {
        var (plan, policy) = (stored.Read(), PolicyOf(stored, desk));
        var known = desk.Store.Facts().Where(f => f.Fact is not Fact.ReviewClosed closed || closed.Slot.CompareTo(plan.Slot) <= 0).Select(f => f.Fact);
        yield return new Part.Impact(ImpactTitle, DriftImpactChart.Of(plan, policy));
        if (CeilingChart.Of(known, plan) is { } ceiling)
        {
            yield return new Part.Ceiling(CeilingTitle, ceiling);
        }

        var verdicts = JsonSerializer.Deserialize(stored.Verdict, DomainJson.Default.ImmutableArrayGateVerdict);
        yield return new Part.Shown(PlanView.Render(plan, policy, new Judgement(verdicts)), "The plan");
    }

    private static IEnumerable<Part> Forms(StoredPlan stored, Batch asked, Desk desk)
    {
        var path = $"/reviews/{stored.Hash[..10]}";
        yield return new Part.Form("Your answer", $"{path}/approve", [], "Approve this plan", Note(asked, desk));
        yield return new Part.Form("", $"{path}/reject", [new Field("reason", WhyReject)], "Reject this plan", NothingPlaced, Tone.Bad);
    }

    private static StoredPlan? Find(Visit visit)
    {
        try
        {
            return visit.Site.Desk.Store.Plan(visit.Path("code"));
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static Household PolicyOf(StoredPlan stored, Desk desk)
    {
        try
        {
            return new Replay(desk.Store).PolicyOf(stored);
        }
        catch (ConfigurationException)
        {
            return desk.Policy;
        }
    }
}
