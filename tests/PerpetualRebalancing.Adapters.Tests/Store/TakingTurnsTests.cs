using System.Collections.Concurrent;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class TakingTurnsTests : IDisposable
{
    private readonly StoreFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Of_many_that_claim_a_slot_at_once_exactly_one_wins()
    {
        _file.Open().Dispose();
        var winners = new ConcurrentBag<int>();
        using var start = new Barrier(8);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => OwnThread(() =>
        {
            using var store = _file.Open();
            start.SignalAndWait();
            if (store.Transact($"worker {i}", transaction => transaction.ClaimSlot(Story.Slot)))
            {
                winners.Add(i);
            }
        })));
        using var after = _file.OpenReadOnly();
        Assert.Equal($"worker {Assert.Single(winners)}", Assert.Single(after.SlotClaims()).By);
    }

    [Fact]
    public async Task Writers_interleave_without_losing_a_fact_while_readers_read()
    {
        const int Each = 25;
        using (var store = _file.Open())
        {
            StoreFile.Record(store, Story.Opened);
        }

        using var start = new Barrier(3);
        var writers = Enumerable.Range(0, 2).Select(i => OwnThread(() =>
        {
            using var store = _file.Open();
            start.SignalAndWait();
            for (var n = 0; n < Each; n++)
            {
                StoreFile.Record(store, new Fact.CashReceived(Story.Rupees, Story.Inr(1m), IncomeKind.Other, $"{i}.{n}"));
            }
        }));
        var reader = OwnThread(() =>
        {
            using var store = _file.OpenReadOnly();
            start.SignalAndWait();
            for (var n = 0; n < Each; n++)
            {
                var seen = store.Current;
                Assert.Equal(seen.Sequence - 1, seen.State.Accounts[Story.Rupees].Income.Amount);
            }
        });
        await Task.WhenAll([.. writers, reader]);
        using var after = _file.OpenReadOnly();
        Assert.Equal(2m * Each, after.State.Accounts[Story.Rupees].Income.Amount);
        Assert.Equal(1 + (2 * Each), Assert.IsType<AuditVerification.Intact>(after.VerifyChain()).Count);
    }

    [Fact]
    public async Task One_store_may_be_used_from_several_threads()
    {
        using var store = _file.Open();
        StoreFile.Record(store, Story.Opened);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => OwnThread(() =>
        {
            for (var n = 0; n < 10; n++)
            {
                StoreFile.Record(store, new Fact.CashReceived(Story.Rupees, Story.Inr(1m), IncomeKind.Other, $"{i}.{n}"));
                Assert.True(store.State.IsOpened);
            }
        })));
        Assert.Equal(40m, store.State.Accounts[Story.Rupees].Income.Amount);
    }

    private static Task OwnThread(Action work) => Task.Factory.StartNew(
        work, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
