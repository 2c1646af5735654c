using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>An account cannot be read now: what needs it waits, and a person is told what to do.</summary>
internal sealed class AccountUnreadException(AccountId account, SessionState session, Exception? inner = null) : Exception(Words(account, session), inner)
{
    /// <summary>Which account.</summary>
    public AccountId Account { get; } = account;

    /// <summary>Why.</summary>
    public SessionState Session { get; } = session;

    private static string Words(AccountId account, SessionState session) => session switch
    {
        SessionState.AwaitingLogin { Link: { } link } s => $"{account} waits for a login: {Sentence(s.Why)} Log in at {link}, or with 'accounts login {account}'.",
        SessionState.AwaitingLogin s => $"{account} waits for a login: {Sentence(s.Why)} Log in with 'accounts login {account}'.",
        SessionState.Unusable s => $"{account} cannot be read: {Sentence(s.Why)}",
        _ => $"{account} cannot be read.",
    };

    private static string Sentence(string why) => why.TrimEnd('.') + ".";
}
