using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>The kill switch: halting with a reason, resuming by typing the word.</summary>
internal static class SwitchPages
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>The forms, as the household stands.</summary>
    public static IEnumerable<Part> Parts(Visit visit) => visit.Site.Desk.Store.State.Halt is null
        ? [new Part.Form("Stop all placing", "/halt", [new Field("reason", "Why, for everybody who looks")], "Halt", "No order is placed from then on; reading goes on, and nothing resumes by itself.", Tone.Bad)]
        : [new Part.Form("Allow placing again", "/resume", [new Field("word", "Type the word resume", Longest: 20)], "Resume", "Every leg still passes its gates first.", Tone.Bad)];

    /// <summary>Halts.</summary>
    public static async Task<Reply> HaltAsync(Visit visit) => ReviewPages.Reason(visit) is { } reason
        ? await AskAsync(visit, StoreTransaction.HaltIntent, reason, "Halted: nothing is placed from now on.")
        : visit.Page(StatusCodes.Status400BadRequest, "Not halted", new Part.Said(new Cell("Halting needs a reason of one line, for everybody who looks. Go back and write one.", Tone.Warning)));

    /// <summary>Resumes.</summary>
    public static async Task<Reply> ResumeAsync(Visit visit) => visit.Field("word") == "resume"
        ? await AskAsync(visit, Switches.ResumeIntent, $"typed by {visit.By} on the page", "The service was asked and has not answered; the home page shows when it has.")
        : visit.Page(StatusCodes.Status400BadRequest, "Not resumed", new Part.Said(new Cell("The word was not 'resume', so nothing was changed. Go back and type it.", Tone.Warning)));

    private static async Task<Reply> AskAsync(Visit visit, string kind, string why, string unanswered)
    {
        var store = visit.Site.Desk.Store;
        var id = Switches.Ask(store, visit.By, kind, why);
        string? answer = null;
        for (var waited = TimeSpan.Zero; answer is null && waited < Patience; waited += TimeSpan.FromMilliseconds(200))
        {
            await Task.Delay(200, visit.Stopping);
            answer = store.AnswerTo(id);
        }

        return visit.Page(kind == Switches.ResumeIntent ? "Resume" : "Halt", new Part.Said(new Cell(answer ?? unanswered, Tone.Warning)), new Part.Link("/", "Home"));
    }
}
