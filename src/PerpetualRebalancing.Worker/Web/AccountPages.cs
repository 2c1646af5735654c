using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Accounts, and logging in at a broker that wants a person for it.</summary>
internal static class AccountPages
{
    // What Kite's redirect carries; all of it is in the form that confirms it.
    private static readonly ImmutableArray<string> Carried = ["request_token", "state", "status"];

    /// <summary>Each account as the ledger has it: nobody outside is asked.</summary>
    public static Reply Accounts(Visit visit)
    {
        var desk = visit.Site.Desk;
        var state = desk.Store.State;
        return visit.Page("Accounts",
        [
            new Part.Shown(
                new PageWriter("Accounts").Heading("Accounts, as the ledger has them").Table(
                    [new Column("account"), new Column("member"), new Column("broker"), new Column("mode"), Column.Number("cash"), Column.Number("of it reserved")],
                    desk.Policy.Accounts.Select(a => ImmutableArray.Create<Cell>(
                        a.Id.Value, desk.Policy.Member(a.Member).Name, a.Broker, state.ModeOf(a).ToString().ToLowerInvariant(),
                        MoneyFormat.Text(state.Accounts[a.Id].Cash), MoneyFormat.Text(state.Accounts[a.Id].Reserved)))).Page(),
                "Accounts"),
            .. desk.Policy.Accounts.Where(a => desk.Outside.LoginOf(a.Id) is not null).Select(a => new Part.Form(
                $"Log in at {a.Broker} for {a.Id}", $"/accounts/{a.Id}/login", [], "Make a link", "The link leads to the broker's own page; only there you type a password.")),
        ]);
    }

    /// <summary>Makes the link to the broker's own page.</summary>
    public static Reply BeginLogin(Visit visit) => AccountOf(visit) is { } account && visit.Site.Desk.Outside.LoginOf(account.Id) is { } login
        ? visit.Page($"Log in for {account.Id}", new Part.Link(login.Begin().AbsoluteUri, $"Open the page of {account.Broker}"), new Part.Said("It leads back here when you are done. The link works once, for a quarter of an hour."))
        : visit.Missing("There is no such account that is logged in at.");

    /// <summary>Where the broker sends the browser back to, by a GET, which changes nothing here: a button asks for the rest.</summary>
    public static Reply Returned(Visit visit) => AccountOf(visit) is { } account && visit.Site.Desk.Outside.LoginOf(account.Id) is not null
        ? visit.Page($"Log in for {account.Id}", new Part.Form(
            "", $"/kite/{account.Id}", [.. Carried.Select(name => Field.Hidden(name, visit.Query(name)))], "Finish the login", $"{account.Broker} sent you back. One more step, and {account.Id} can be read and traded today."))
        : visit.Missing("There is no such account that is logged in at.");

    /// <summary>Finishes the login. Nobody need be logged in here for it: the state in what came back is random, ours, and works once, so
    /// that only a login that was begun here can end here.</summary>
    public static async Task<Reply> CompleteLoginAsync(Visit visit)
    {
        var desk = visit.Site.Desk;
        if (AccountOf(visit) is not { } account || desk.Outside.LoginOf(account.Id) is not { } login)
        {
            return visit.Missing("There is no such account that is logged in at.");
        }

        var query = string.Join('&', Carried.Select(name => $"{name}={Uri.EscapeDataString(visit.Field(name))}"));
        var answer = await visit.Site.Caretaker.InTurnAsync(
            () => BrokerLogin.CompleteAsync(desk, account.Id, login, $"https://page.invalid/?{query}", visit.Member?.Id.Value ?? "page", visit.Stopping), visit.Stopping);
        return visit.Page($"Log in for {account.Id}", new Part.Said(new Cell(answer.Words, answer.IsDone ? Tone.Good : Tone.Bad)));
    }

    private static Account? AccountOf(Visit visit) => visit.Site.Desk.Policy.Accounts.FirstOrDefault(a => a.Id.Value == visit.Path("account"));
}
