using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class PlacingLeaseTests : IDisposable
{
    private readonly StoreFile _file = new();
    private readonly HouseholdStore _one;
    private readonly HouseholdStore _other;

    public PlacingLeaseTests()
    {
        _one = _file.Open();
        _other = _file.Open();
        StoreFile.Record(_one, Story.Opened);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void One_process_places_until_it_releases()
    {
        var lease = _one.TryAcquirePlacing(101, "home");
        Assert.NotNull(lease);
        Assert.Null(_other.TryAcquirePlacing(102, "laptop"));
        Assert.Equal(new PlacingHolder(101, "home", Story.Start, Story.Start), _other.Placing());
        lease.Release();
        Assert.Null(_other.Placing());
        Assert.NotNull(_other.TryAcquirePlacing(102, "laptop"));
    }

    [Fact]
    public void A_holder_that_shows_life_keeps_the_role_and_a_silent_one_loses_it_after_a_minute()
    {
        var first = _one.TryAcquirePlacing(101, "home")!;
        _file.Time.Pass(TimeSpan.FromSeconds(59));
        Assert.True(first.Renew());
        _file.Time.Pass(TimeSpan.FromSeconds(60));
        Assert.Null(_other.TryAcquirePlacing(102, "laptop"));
        _file.Time.Pass(TimeSpan.FromSeconds(1));
        var second = _other.TryAcquirePlacing(102, "laptop");
        Assert.NotNull(second);
        Assert.False(first.Renew());
        first.Dispose();
        Assert.Equal(102, _one.Placing()!.ProcessId);
        Assert.True(second.Renew());
    }

    [Fact]
    public void A_halt_that_was_asked_for_stops_placing_before_anybody_has_recorded_it()
    {
        var lease = _one.TryAcquirePlacing(101, "home")!;
        Place(_one, lease);
        var id = _other.Transact("asha", t => t.AddIntent(StoreTransaction.HaltIntent, "{}"));
        Assert.Contains("asked for a halt", Assert.Throws<PlacingRefusedException>(() => Place(_one, lease)).Message);
        _one.Transact("asha", t => t.CompleteIntent(id, "halted"));
        Place(_one, lease);
    }

    [Fact]
    public void A_process_that_lost_the_role_journals_no_placement()
    {
        var first = _one.TryAcquirePlacing(101, "home")!;
        Place(_one, first);
        _file.Time.Pass(TimeSpan.FromSeconds(61));
        var second = _other.TryAcquirePlacing(102, "laptop")!;
        var refused = Assert.Throws<PlacingRefusedException>(() => Place(_one, first));
        Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
        Place(_other, second);
        Assert.Equal(3, _one.Current.Sequence);
    }

    [Fact]
    public void A_halt_stops_the_next_placement_and_a_resume_allows_it()
    {
        var lease = _one.TryAcquirePlacing(101, "home")!;
        StoreFile.Record(_other, new Fact.Halted("prices look odd"));
        var refused = Assert.Throws<PlacingRefusedException>(() => Place(_one, lease));
        Assert.Contains("prices look odd", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, _one.Current.Sequence);
        StoreFile.Record(_other, new Fact.Resumed("they are right"));
        Place(_one, lease);
        Assert.Equal(4, _one.Current.Sequence);
    }

    // Stands for a journalled placement: what is recorded before the check must vanish with a refusal.
    private static void Place(HouseholdStore store, PlacingLease lease) => store.Transact("service", transaction =>
    {
        transaction.Append(new Fact.JobLossSet(false));
        transaction.RequirePlacing(lease.Token);
    });
}
