using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Who is logged in. A session's name is in the browser's cookie and nowhere else: the database has its hash.</summary>
internal sealed class Sessions(HouseholdStore store)
{
    /// <summary>How long a session lasts that nobody uses.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>How long a login's link works.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    /// <summary>Links to one member that may be under way at once: more would only fill a mailbox.</summary>
    public const int MostLinks = 3;

    // A page view is no reason to write to the disk.
    private static readonly TimeSpan Noted = TimeSpan.FromMinutes(5);

    /// <summary>Makes a link for a member.</summary>
    /// <param name="member">Who may enter by it.</param>
    /// <param name="message">The message that carries it, made of the link's secret.</param>
    /// <returns>False when enough are under way.</returns>
    public bool Invite(MemberId member, Func<string, OutboxMessage> message)
    {
        var secret = FormTokens.Random();
        return store.Transact("page", t =>
        {
            if (t.LoginLinks(member) >= MostLinks)
            {
                return false;
            }

            t.AddLoginLink(FormTokens.Hash(secret), member, t.Now + LinkLife);
            return t.Enqueue(message(secret));
        });
    }

    /// <summary>Whether a link's secret would let somebody in now; changes nothing.</summary>
    public bool IsInvited(string secret) => store.HasLoginLink(FormTokens.Hash(secret));

    /// <summary>Lets somebody in, once for each link, under a name that nobody can have known before.</summary>
    /// <param name="secret">The link's.</param>
    /// <param name="before">The session that the browser had; it ends.</param>
    /// <returns>The session's new name and whose it is; null when the link is none, was used or has expired.</returns>
    public (string Session, MemberId Member)? Enter(string secret, string? before)
    {
        var session = FormTokens.Random();
        var member = store.Transact("page", t =>
        {
            if (t.TakeLoginLink(FormTokens.Hash(secret)) is not { } found)
            {
                return null;
            }

            if (before is not null)
            {
                t.EndSession(FormTokens.Hash(before));
            }

            t.BeginSession(FormTokens.Hash(session), found);
            return found;
        });
        return member is null ? null : (session, member);
    }

    /// <summary>Whose session it is; null when it is none, ended or has expired.</summary>
    public MemberId? Find(string session, DateTimeOffset now)
    {
        var hash = FormTokens.Hash(session);
        if (store.PageSession(hash) is not { } found || now - found.Seen >= Idle || now - found.Began >= Longest)
        {
            return null;
        }

        if (now - found.Seen >= Noted)
        {
            store.Transact("page", t => t.SeeSession(hash));
        }

        return new MemberId(found.Member);
    }

    /// <summary>Ends a session.</summary>
    public void Leave(string session) => store.Transact("page", t => t.EndSession(FormTokens.Hash(session)));
}
