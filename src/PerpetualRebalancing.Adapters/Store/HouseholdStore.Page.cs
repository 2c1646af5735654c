using Dapper;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    /// <summary>Whether a link of this hash was not used and has not expired.</summary>
    public bool HasLoginLink(string hash) => Guarded(c => c.ExecuteScalar<long>(
        "select count(*) from login_links where household = @Household and hash = @Hash and used_at is null and expires > @Now",
        new { Household = Household.Value, Hash = hash, Now = _time.GetUtcNow() })) == 1;

    /// <summary>The session of a hash, or null.</summary>
    public PageSession? PageSession(string hash) => List<PageSession>(
        "select member, began, seen from page_sessions where household = @Household and hash = @Hash", new { Household = Household.Value, Hash = hash }).FirstOrDefault();
}

/// <summary>Somebody who is logged in at the page.</summary>
/// <param name="Member">The member's id.</param>
/// <param name="Began">When they entered.</param>
/// <param name="Seen">When they were seen last, within minutes.</param>
public sealed record PageSession(string Member, DateTimeOffset Began, DateTimeOffset Seen);
