using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>Knows when each account's login is needed next, and reminds a person in time: the evening before (semantics §6).</summary>
internal static class SessionBudget
{
    /// <summary>From this hour, at the household's place, the reminder for the next day goes out.</summary>
    private static readonly TimeOnly Evening = new(18, 0);

    /// <summary>When an account is needed next: for a leg that waits for its session, or for the next review.</summary>
    public static DateTimeOffset NeededAt(Desk desk, AccountId account, DateTimeOffset review)
    {
        var calendars = desk.ReadRules().Books.Calendars;
        var now = desk.Time.GetUtcNow();
        var sessions = desk.Store.State.Batches.Where(b => b.Approved).SelectMany(b => b.Legs)
            .Where(l => l.Plan.Account == account && l.Plan.Instrument is not null && !l.IsHandedOver && (l.State == LegState.Scheduled || l.IsAtBroker))
            .Select(l => calendars[desk.Policy.Instrument(l.Plan.Instrument!).Venue])
            .Select(c => c.IsOpen(now) ? now : c.NextSession(now).Open);
        return sessions.Append(review).Min();
    }

    /// <summary>Reminds of every login that will have lapsed when it is needed tomorrow; once for each need.</summary>
    public static async Task RemindAsync(Desk desk, DateTimeOffset review, CancellationToken cancellationToken)
    {
        var now = desk.Time.GetUtcNow();
        var here = TimeZoneInfo.ConvertTime(now, desk.Zone);
        foreach (var account in desk.Policy.Accounts)
        {
            var needed = NeededAt(desk, account.Id, review);
            var isTomorrow = desk.LocalDate(needed) == desk.LocalDate(now).AddDays(1) && TimeOnly.FromDateTime(here.DateTime) >= Evening;
            if (!isTomorrow && desk.LocalDate(needed) != desk.LocalDate(now))
            {
                continue;
            }

            var lapsed = await desk.SessionAsync(account.Id, cancellationToken) switch
            {
                SessionState.Ready { Until: { } until } => until < needed,
                SessionState.AwaitingLogin => true,
                _ => false,
            };
            if (lapsed)
            {
                desk.Store.Transact("service", t => t.Raise(new Alert(
                    Severity.Warning, "login", $"login/{account.Id}/needed/{desk.LocalDate(needed):yyyy-MM-dd}",
                    $"{account.Id} needs a login before {TimeZoneInfo.ConvertTime(needed, desk.Zone):yyyy-MM-dd HH:mm} ({desk.Zone.Id}): today's will have lapsed by then. Log in that morning with 'accounts login {account.Id}'.")));
            }
        }
    }
}
