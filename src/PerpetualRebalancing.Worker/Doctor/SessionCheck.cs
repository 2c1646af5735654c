using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Outside;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>The brokers, asked whether they would answer us now.</summary>
internal static class SessionCheck
{
    /// <summary>Asks each broker for the session of each of its accounts, and places nothing. An answer whose clock is not ours is none.</summary>
    public static IEnumerable<Finding> Sessions(Patient patient)
    {
        if (PaperOutside.IsWorldOf(patient.Household))
        {
            return [];
        }

        // Without a database there is no vault to find a login in, and whoever only looks makes none.
        var settings = patient.Store is null ? patient.Settings with { RuntimeKey = null } : patient.Settings;
        using var outside = RealOutside.Open(settings, patient.Household, patient.Calendars, patient.Time);
        return [.. patient.Household.Accounts.Select(a => (a.Id, Broker: outside.BrokerOf(a.Id))).Where(a => a.Broker is not null)
            .Select(a => Told(a.Id, a.Broker!.SessionAsync(a.Id, CancellationToken.None).GetAwaiter().GetResult()))];
    }

    private static Finding Told(AccountId account, SessionState session) => session switch
    {
        SessionState.Ready { Until: { } until } => Finding.Right($"{account} answers, and tells no other time than we do; the login lapses at {MachineChecks.Text(until)}."),
        SessionState.Ready => Finding.Right($"{account} answers, and tells no other time than we do."),
        SessionState.AwaitingLogin => Finding.Note(new AccountUnreadException(account, session).Message, "It is needed before the next review or order; 'status' says when that is."),
        SessionState.Unusable => Finding.Wrong(new AccountUnreadException(account, session).Message, "Do what it says; until then the account is neither read nor traded."),
        _ => throw new InvalidOperationException($"{session} is no state of a session."),
    };
}
