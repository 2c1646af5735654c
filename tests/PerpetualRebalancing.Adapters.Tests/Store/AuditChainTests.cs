using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class AuditChainTests : IDisposable
{
    private static readonly int Count = Story.Facts.Length;

    private readonly StoreFile _file = new StoreFile().WithStory();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void An_untouched_log_is_intact_and_its_head_changes_with_every_fact()
    {
        using var store = _file.Open();
        var before = Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
        StoreFile.Record(store, new Fact.JobLossSet(false));
        var after = Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
        Assert.Equal((Count, Count + 1), (before.Count, after.Count));
        Assert.NotEqual(before.Head, after.Head);
    }

    [Fact]
    public void An_empty_log_is_intact()
    {
        using var empty = new StoreFile();
        using var store = empty.Open();
        Assert.Equal(0, Assert.IsType<AuditVerification.Intact>(store.VerifyChain()).Count);
    }

    [Fact]
    public void Any_changed_character_in_any_column_of_any_fact_is_found()
    {
        using var store = Unlocked();
        foreach (var column in new[] { "at", "by", "json", "prev_hash", "hash" })
        {
            for (var seq = 1; seq <= Count; seq++)
            {
                store.Connection.Execute("savepoint tamper");
                var text = store.Connection.ExecuteScalar<string>($"select {column} from facts where seq = @seq", new { seq })!;
                var at = column == "json" ? text.IndexOf("fact", StringComparison.Ordinal) + 7 + (seq % 3) : seq % text.Length;
                var changed = string.Concat(text.AsSpan(0, at), text[at] == 'x' ? "y" : "x", text.AsSpan(at + 1));
                store.Connection.Execute($"update facts set {column} = @changed where seq = @seq", new { changed, seq });

                var broken = Assert.IsType<AuditVerification.Broken>(store.VerifyChain());

                Assert.Equal((column, (long)seq), (column, broken.Sequence));
                store.Connection.Execute("rollback to tamper; release tamper");
            }
        }

        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
    }

    [Fact]
    public void Any_removed_fact_is_found_the_last_one_too()
    {
        using var store = Unlocked();
        for (var seq = 1; seq <= Count; seq++)
        {
            store.Connection.Execute("savepoint tamper; delete from facts where seq = @seq", new { seq });
            Assert.Equal(seq, Assert.IsType<AuditVerification.Broken>(store.VerifyChain()).Sequence);
            store.Connection.Execute("rollback to tamper; release tamper");
        }

        store.Connection.Execute("delete from facts");
        Assert.Equal(1, Assert.IsType<AuditVerification.Broken>(store.VerifyChain()).Sequence);
    }

    [Fact]
    public void Two_facts_that_changed_places_are_found()
    {
        using var store = Unlocked();
        store.Connection.Execute("update facts set seq = 1000 where seq = 5; update facts set seq = 5 where seq = 6; update facts set seq = 6 where seq = 1000;");
        Assert.Equal(5, Assert.IsType<AuditVerification.Broken>(store.VerifyChain()).Sequence);
    }

    [Fact]
    public void A_log_moved_to_another_household_is_found()
    {
        using var store = Unlocked();
        store.Connection.Execute(
            """
            insert into households (id, name, first_seen) values ('rao', 'Rao', '2026');
            update facts set household = 'rao'; update chain_heads set household = 'rao';
            """);
        using var rao = HouseholdStore.Open(_file.Path, Domain.HouseholdId.Of("rao"), _file.Time);
        Assert.Equal(1, Assert.IsType<AuditVerification.Broken>(rao.VerifyChain()).Sequence);
    }

    [Fact]
    public void Nothing_goes_on_with_a_changed_log()
    {
        _file.Tamper("drop trigger facts_are_never_changed; update facts set by = 'eve' where seq = 3");
        using var store = _file.Open();
        var seen = Assert.Throws<StoreException>(() => store.State);
        Assert.Contains("fact 3 was changed", seen.Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => StoreFile.Record(store, new Fact.JobLossSet(false)));
        Assert.Equal(Count, store.Facts().Length);
    }

    [Theory]
    [InlineData("update facts set by = 'eve' where seq = 1")]
    [InlineData("delete from facts where seq = 28")]
    [InlineData("insert or replace into facts (household, seq, at, by, json, prev_hash, hash) select household, seq, at, 'eve', json, prev_hash, hash from facts where seq = 28")]
    [InlineData("insert into facts (household, seq, at, by, json, prev_hash, hash) select household, 30, at, by, json, hash, 'h' from facts where seq = 28")]
    [InlineData("insert into facts (household, seq, at, by, json, prev_hash, hash) select household, 29, at, by, json, 'not the head', 'h' from facts where seq = 28")]
    public void The_database_itself_refuses_to_rewrite_the_log(string sql)
    {
        var refused = Assert.Throws<SqliteException>(() => _file.Tamper(sql));
        Assert.Matches("append-only|continue the chain", refused.Message);
        using var store = _file.Open();
        Assert.Equal(Count, Assert.IsType<AuditVerification.Intact>(store.VerifyChain()).Count);
    }

    private HouseholdStore Unlocked()
    {
        _file.Tamper("drop trigger facts_are_never_changed; drop trigger facts_are_never_removed");
        return _file.Open();
    }
}
