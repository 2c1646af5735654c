using Dapper;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class StoreTransaction
{
    // Sessions end sooner than this by themselves; their rows are of no use then.
    private static readonly TimeSpan SessionRowsKept = TimeSpan.FromDays(8);

    /// <summary>How many links of a member were not used and have not expired.</summary>
    public long LoginLinks(MemberId member) => Connection.ExecuteScalar<long>(
        "select count(*) from login_links where household = @Household and member = @Member and used_at is null and expires > @Now",
        new { Household = _household, Member = member.Value, Now });

    /// <summary>Keeps the hash of a link's secret; what has expired goes.</summary>
    public void AddLoginLink(string hash, MemberId member, DateTimeOffset expires) => Connection.Execute(
        """
        delete from login_links where household = @Household and expires <= @Now;
        insert into login_links (hash, household, member, expires) values (@Hash, @Household, @Member, @Expires)
        """,
        new { Hash = hash, Household = _household, Member = member.Value, Expires = expires, Now });

    /// <summary>Uses a link up.</summary>
    /// <returns>Whose it was; null when it is none, was used before or has expired.</returns>
    public MemberId? TakeLoginLink(string hash) => Connection.ExecuteScalar<string?>(
        "update login_links set used_at = @Now where household = @Household and hash = @Hash and used_at is null and expires > @Now returning member",
        new { Hash = hash, Household = _household, Now }) is { } member ? new MemberId(member) : null;

    /// <summary>Begins a session; those that ended long ago go.</summary>
    public void BeginSession(string hash, MemberId member) => Connection.Execute(
        """
        delete from page_sessions where household = @Household and began <= @Old;
        insert into page_sessions (hash, household, member, began, seen) values (@Hash, @Household, @Member, @Now, @Now)
        """,
        new { Hash = hash, Household = _household, Member = member.Value, Now, Old = Now - SessionRowsKept });

    /// <summary>Notes that a session was used.</summary>
    public void SeeSession(string hash) => Connection.Execute(
        "update page_sessions set seen = @Now where household = @Household and hash = @Hash", new { Hash = hash, Household = _household, Now });

    /// <summary>Ends a session; one that is none is ended already.</summary>
    public void EndSession(string hash) => Connection.Execute(
        "delete from page_sessions where household = @Household and hash = @Hash", new { Hash = hash, Household = _household });
}
