using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Logging in by a link that is mailed and works once.</summary>
internal static class LoginPages
{
    /// <summary>Asks for an address.</summary>
    public static Reply Ask(Visit visit) => Ask(visit, StatusCodes.Status200OK);

    /// <summary>As <see cref="Ask(Visit)"/>, in the place of a page that is not shown to everybody.</summary>
    public static Reply Ask(Visit visit, int status) => visit.Page(status, "Log in", new Part.Form(
        "", "/login", [new Field("mail", "Your mail address, as the household's file has it", Kind: "email")], "Send me a link",
        $"A link comes by mail that works once, for {Sessions.LinkLife.TotalMinutes:0} minutes. Without mail it lies in the outbox folder."));

    /// <summary>Says the same whoever asks, and only then looks whether it is a member.</summary>
    public static Reply Send(Visit visit)
    {
        var (site, mail) = (visit.Site, visit.Field("mail"));

        // After the answer has gone: how long it takes tells nobody who is a member.
        visit.Http.Response.OnCompleted(() =>
        {
            if (site.Desk.Policy.Members.FirstOrDefault(m => m.Mail is { } known && known.Equals(mail, StringComparison.OrdinalIgnoreCase)) is { } member)
            {
                site.Sessions.Invite(member.Id, secret => Letter(site, member, secret));
            }

            return Task.CompletedTask;
        });
        return visit.Page("Look into your mail", new Part.Said(
            $"If that is the address of a member of this household, a link is on its way to it. It works once, for {Sessions.LinkLife.TotalMinutes:0} minutes."));
    }

    /// <summary>Where the link leads: a button, because mail scanners open links too.</summary>
    public static Reply Arrive(Visit visit) => visit.Site.Sessions.IsInvited(visit.Query("link"))
        ? visit.Page("Log in", new Part.Form("", "/enter", [Field.Hidden("link", visit.Query("link"))], "Log in", "The link works once."))
        : Stale(visit);

    /// <summary>Uses the link up.</summary>
    public static Reply Enter(Visit visit)
    {
        if (visit.Site.Sessions.Enter(visit.Field("link"), Cookies.Session(visit.Http)) is not { } entered)
        {
            return Stale(visit);
        }

        PageLog.LoggedIn(visit.Log, entered.Member.Value);
        Cookies.SetSession(visit.Http, entered.Session);
        return new Reply.See("/");
    }

    /// <summary>Ends the session.</summary>
    public static Reply Leave(Visit visit)
    {
        if (Cookies.Session(visit.Http) is { } session)
        {
            visit.Site.Sessions.Leave(session);
        }

        Cookies.Forget(visit.Http);
        return new Reply.See("/login");
    }

    private static Reply Stale(Visit visit) => visit.Page(
        StatusCodes.Status403Forbidden, "Log in", new Part.Said(new Cell("This link was used, has expired, or is not whole.", Tone.Warning)), new Part.Link("/login", "Ask for another one"));

    private static OutboxMessage Letter(Site site, Member member, string secret)
    {
        var letter = new LetterWriter()
            .Line($"{member.Name}, somebody asked for a link to the page of {site.Desk.Policy.Name}.")
            .Line()
            .Link("Log in", new Uri(site.Root, $"enter?link={secret}"))
            .Line()
            .Line($"It works once, for {Sessions.LinkLife.TotalMinutes:0} minutes. If it was not you, do nothing: without this message nobody gets in.")
            .Under("Your link to the household's page");
        return Letters.To(member, "login", null, FormTokens.Hash(secret), letter);
    }
}
