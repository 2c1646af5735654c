using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class FactLogTests : IDisposable
{
    private readonly StoreFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_story_has_every_kind_of_fact()
    {
        var kinds = typeof(Fact).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(Fact))).Select(t => t.Name).Order().ToList();
        Assert.NotEmpty(kinds);
        Assert.Equal(kinds, Story.Facts.Select(f => f.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void Every_fact_comes_back_as_it_was_with_its_place_time_and_author()
    {
        _file.WithStory();
        using var store = _file.OpenReadOnly();
        var read = store.Facts();
        Assert.Equal(Story.Facts.Select(DomainJson.Text), read.Select(r => DomainJson.Text(r.Fact)));
        Assert.Equal(Enumerable.Range(1, read.Length).Select(i => (long)i), read.Select(r => r.Sequence));
        Assert.Equal(Enumerable.Range(0, read.Length).Select(i => Story.Start.AddMinutes(i)), read.Select(r => r.At));
        Assert.All(read, r => Assert.Equal("asha", r.By));
        Assert.Equal(read[^2..].Select(r => r.Sequence), store.Facts(read.Length - 2).Select(r => r.Sequence));
    }

    [Fact]
    public void The_text_of_every_fact_is_what_the_serializer_itself_makes_of_its_kinds()
    {
        Assert.All(Story.Facts, fact => Assert.Equal(JsonSerializer.Serialize(fact, DomainJson.Default.Fact), DomainJson.Text(fact)));
    }

    [Theory]
    [InlineData("""{"fact":"halted","why":"x"}""", true)]
    [InlineData("""{"fact":"halted","why":"x"} """, true)]
    [InlineData("""{"fact":"halted"}""", false)]
    [InlineData("""{"fact":"halted",}""", false)]
    [InlineData("""{"fact":"halted","why":"x","when":"now"}""", false)]
    [InlineData("""{"fact":"halted","fact":"halted","why":"x"}""", false)]
    [InlineData("""{"fact":"halt","why":"x"}""", false)]
    [InlineData("""{"fact":"Halted","why":"x"}""", false)]
    [InlineData("""{"fact":"","why":"x"}""", false)]
    [InlineData("""{"fact":1,"why":"x"}""", false)]
    [InlineData("""{"why":"x","fact":"halted"}""", false)]
    [InlineData("""{"why":"x"}""", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void A_text_is_read_as_a_fact_only_when_its_kind_is_known_and_its_members_fit(string text, bool isFact)
    {
        if (isFact)
        {
            Assert.Equal(new Fact.Halted("x"), DomainJson.ReadFact(text));
        }
        else
        {
            Assert.Throws<JsonException>(() => DomainJson.ReadFact(text));
        }
    }

    [Fact]
    public void The_state_after_a_restart_is_the_state_before_it_and_the_fold_over_the_log()
    {
        using var writing = _file.Open();
        StoreFile.Record(writing, [.. Story.Facts]);
        using var reading = _file.OpenReadOnly();
        var expected = Text(HouseholdState.After(Story.Facts));
        Assert.Equal(expected, Text(writing.State));
        Assert.Equal(expected, Text(reading.State));
        Assert.Equal(Story.Facts.Length, reading.Current.Sequence);
    }

    [Fact]
    public void A_transaction_sees_what_it_appended_and_what_others_appended_before_it()
    {
        using var one = _file.Open();
        using var other = _file.Open();
        StoreFile.Record(one, Story.Opened);
        Assert.True(one.State.IsOpened);
        StoreFile.Record(other, new Fact.PhaseSet(Phase.Retirement));
        one.Transact("asha", transaction =>
        {
            Assert.Equal((2, Phase.Retirement), (transaction.Sequence, transaction.State.Phase));
            transaction.Append(new Fact.Halted("why"));
            Assert.Equal((3, "why"), (transaction.Sequence, transaction.State.Halt));
            Assert.Equal((3, "why"), (one.Current.Sequence, one.State.Halt));
        });
        Assert.Equal("why", other.State.Halt);
    }

    [Fact]
    public void An_exception_undoes_everything_and_the_store_goes_on()
    {
        using var store = _file.Open();
        StoreFile.Record(store, Story.Opened);
        Assert.Throws<FormatException>(() => store.Transact("asha", transaction =>
        {
            transaction.Append(new Fact.Halted("lost"));
            Assert.Equal("lost", store.State.Halt);
            transaction.Raise(new Alert(Domain.Review.Severity.Warning, "x", "x", "lost"));
            transaction.ClaimSlot(Story.Slot);
            throw new FormatException();
        }));
        Assert.Equal((1, null), (store.Current.Sequence, store.State.Halt));
        Assert.Empty(store.Alerts());
        Assert.Empty(store.SlotClaims());
        StoreFile.Record(store, new Fact.JobLossSet(true));
        Assert.Equal((2, true), (store.Current.Sequence, store.State.JobLoss));
    }

    [Fact]
    public void A_fact_that_the_fold_refuses_aborts_everything_even_when_the_refusal_is_swallowed()
    {
        using var store = _file.Open();
        StoreFile.Record(store, Story.Opened);
        Assert.Throws<InvalidOperationException>(() => store.Transact("asha", transaction =>
        {
            transaction.Append(new Fact.JobLossSet(true));
            Assert.Throws<InvalidOperationException>(() => transaction.Append(Story.Opened));
        }));
        Assert.Equal((1, false), (store.Current.Sequence, store.State.JobLoss));
    }

    [Fact]
    public void What_was_not_committed_when_the_process_died_is_gone()
    {
        var dying = _file.Open();
        StoreFile.Record(dying, Story.Opened);
        Assert.ThrowsAny<Exception>(() => dying.Transact("asha", transaction =>
        {
            transaction.Append(new Fact.Halted("lost"));
            dying.Connection.Dispose();
        }));
        using var store = _file.Open();
        Assert.Equal((1, null), (store.Current.Sequence, store.State.Halt));
        StoreFile.Record(store, new Fact.Halted("kept"));
        Assert.Equal("kept", store.State.Halt);
    }

    [Fact]
    public void Transactions_do_not_nest_and_are_dead_once_they_end()
    {
        using var store = _file.Open();
        Assert.Throws<InvalidOperationException>(() => store.Transact("asha", _ => StoreFile.Record(store, Story.Opened)));
        StoreTransaction? kept = null;
        store.Transact("asha", transaction => kept = transaction);
        Assert.Throws<InvalidOperationException>(() => kept!.Append(Story.Opened));
        Assert.Equal(0, store.Current.Sequence);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public void Whoever_records_must_have_a_name_on_one_line(string by)
    {
        using var store = _file.Open();
        Assert.Throws<ArgumentException>(() => store.Transact(by, transaction => transaction.Append(Story.Opened)));
    }

    [Fact]
    public void Households_in_one_file_do_not_see_each_other()
    {
        using var sharma = _file.Open();
        StoreFile.Record(sharma, Story.Opened);
        using var rao = HouseholdStore.Open(_file.Path, Domain.HouseholdId.Of("rao"), _file.Time);
        Assert.Equal(0, rao.Current.Sequence);
        StoreFile.Record(rao, Story.Opened, new Fact.Halted("rao only"));
        Assert.Null(sharma.State.Halt);
        Assert.Equal([["rao", "2"], ["sharma", "1"]], _file.Query("select household, seq || '' from chain_heads order by household"));
    }

    [Fact]
    public void A_reader_creates_nothing_and_cannot_write()
    {
        Assert.Contains("there is no database yet", Assert.Throws<StoreException>(_file.OpenReadOnly).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_file.Path));
        _file.WithStory();
        using var store = _file.OpenReadOnly();
        Assert.Throws<InvalidOperationException>(() => StoreFile.Record(store, new Fact.Halted("no")));
    }

    private static string Text(HouseholdState state) => JsonSerializer.Serialize(new
    {
        state.IsOpened,
        state.Phase,
        state.JobLoss,
        state.Halt,
        Accounts = state.Accounts.Values.OrderBy(a => a.Account.Value).Select(a => a.ToString()),
        Lots = state.Lots.OrderBy(l => l.Key.ToString()).Select(l => $"{l.Key} {string.Join(',', l.Value)}"),
        Tax = state.TaxDue.Select(t => t.ToString()),
        Modes = state.Modes.Select(m => m.ToString()),
        Program = state.Program.ToString(),
        Batches = state.Batches.Length,
        Transit = state.InTransit.Select(t => t.ToString()),
        Last = state.LastReview?.ToString(),
        Slot = state.LastSlot?.ToString(),
    });
}
