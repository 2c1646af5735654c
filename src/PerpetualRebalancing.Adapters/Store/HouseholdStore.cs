using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>One household's memory in one SQLite file: an append-only log of facts and the state that follows from it, and what
/// surrounds them. Synchronous, because SQLite is; safe to call from several threads and processes, which take turns.</summary>
public sealed partial class HouseholdStore : IDisposable
{
    // A household whose first facts were cut out is still one: its log is damaged, not absent.
    private const string Recorded =
        """
        select id from households h
        where exists (select 1 from facts f where f.household = h.id) or exists (select 1 from chain_heads c where c.household = h.id) order by id
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly PreparedStatements _prepared;
    private readonly TimeProvider _time;
    private readonly bool _readOnly;
    private Folded _folded;
    private StoreTransaction? _open;

    private HouseholdStore(string file, SqliteConnection connection, HouseholdId household, TimeProvider time, bool readOnly)
    {
        File = file;
        Household = household;
        _connection = connection;
        _prepared = new PreparedStatements(connection);
        _time = time;
        _readOnly = readOnly;
        _folded = new Folded(0, FactChain.Start(household), HouseholdState.Empty);
    }

    /// <summary>The database file.</summary>
    public string File { get; }

    /// <summary>Whose memory it is.</summary>
    public HouseholdId Household { get; }

    internal SqliteConnection Connection => _connection;

    /// <summary>Opens the database, creates it if it is not there, and brings its schema up to date.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="household">Whose.</param>
    /// <param name="time">The clock of every record.</param>
    /// <param name="name">What a person calls the household; its id when not given.</param>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static HouseholdStore Open(string path, HouseholdId household, TimeProvider time, string? name = null)
    {
        var store = new HouseholdStore(path, StoreDatabase.Open(path, time), household, time, readOnly: false);
        try
        {
            store.Guarded(connection => connection.Execute(
                "insert into households (id, name, first_seen) values (@Id, @Name, @Now) on conflict (id) do nothing",
                new { Id = household.Value, Name = name ?? household.Value, Now = time.GetUtcNow() }));
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Opens the database for reading, also while a service writes. Creates and changes nothing.</summary>
    /// <exception cref="StoreException">It cannot be used, or does not exist.</exception>
    public static HouseholdStore OpenReadOnly(string path, HouseholdId household, TimeProvider time) =>
        new(path, StoreDatabase.OpenReadOnly(path), household, time, readOnly: true);

    /// <summary>As <see cref="OpenReadOnly"/>, and leaves no trace, not even SQLite's side files: for somebody who looks once. What is written
    /// meanwhile may not be seen.</summary>
    /// <exception cref="StoreException">It cannot be used, or does not exist.</exception>
    public static HouseholdStore OpenUntouched(string path, HouseholdId household, TimeProvider time) =>
        new(path, StoreDatabase.OpenUntouched(path, StoreDatabase.Newest), household, time, readOnly: true);

    /// <summary>The households that a database has facts about. Creates and changes nothing.</summary>
    /// <exception cref="StoreException">It cannot be used, or does not exist.</exception>
    public static ImmutableArray<HouseholdId> HouseholdsIn(string path) => HouseholdsIn(path, StoreDatabase.OpenReadOnly(path, oldest: 0));

    private static ImmutableArray<HouseholdId> HouseholdsIn(string path, SqliteConnection opened)
    {
        using var connection = opened;
        try
        {
            var hasFacts = connection.ExecuteScalar<long>("select count(*) from sqlite_schema where type = 'table' and name = 'facts'") == 1;
            return hasFacts ? [.. connection.Query<string>(Recorded).Select(HouseholdId.Of)] : [];
        }
        catch (SqliteException e)
        {
            throw StoreException.From(path, e);
        }
    }

    /// <summary>Checks the log of a household in a database of any version that this program knows.</summary>
    internal static AuditVerification LogOf(string path, HouseholdId household, TimeProvider time)
    {
        using var store = new HouseholdStore(path, StoreDatabase.OpenReadOnly(path, oldest: 0), household, time, readOnly: true);
        return store.VerifyChain();
    }

    /// <summary>What is true now, with the fact it stands on. Folds only the facts that came since it was asked last.</summary>
    /// <exception cref="StoreException">The log was changed outside the program: nothing may go on.</exception>
    public RecordedState Current => Guarded(_ =>
    {
        // Inside a transaction the facts may yet be rolled back, so they are not kept here.
        if (_open is { } transaction)
        {
            return new RecordedState(transaction.Sequence, transaction.State);
        }

        _folded = CatchUp(_folded);
        return new RecordedState(_folded.Sequence, _folded.State);
    });

    /// <summary>What is true now.</summary>
    /// <exception cref="StoreException">The log was changed outside the program: nothing may go on.</exception>
    public HouseholdState State => Current.State;

    /// <summary>Does all of <paramref name="work"/> or nothing of it, with no other writer in between. An exception undoes everything.</summary>
    /// <param name="by">Who records it: <c>service</c>, or the person's login name.</param>
    /// <param name="work">Reads the state and records what happened. It must do nothing outside the database.</param>
    /// <exception cref="StoreException">The database cannot be written; nothing was.</exception>
    public T Transact<T>(string by, Func<StoreTransaction, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (string.IsNullOrWhiteSpace(by) || by.Any(char.IsControl))
        {
            throw new ArgumentException("Who records a fact must be a name on one line.", nameof(by));
        }

        if (_readOnly)
        {
            throw new InvalidOperationException($"{File} was opened for reading only.");
        }

        return Guarded(connection =>
        {
            if (_open is not null)
            {
                throw new InvalidOperationException("A transaction cannot be opened inside another.");
            }

            _prepared.Execute("begin immediate");
            try
            {
                _folded = CatchUp(_folded);
                _open = new StoreTransaction(connection, _prepared, Household, _time.GetUtcNow(), by, _folded);
                var answer = work(_open);
                var folded = _open.Finish();
                _prepared.Execute("commit");
                _folded = folded;
                return answer;
            }
            finally
            {
                _open?.Retire();
                _open = null;
                connection.RollBack();
            }
        });
    }

    /// <summary>Does all of <paramref name="work"/> or nothing of it, with no other writer in between. An exception undoes everything.</summary>
    /// <param name="by">Who records it.</param>
    /// <param name="work">Reads the state and records what happened.</param>
    /// <exception cref="StoreException">The database cannot be written; nothing was.</exception>
    public void Transact(string by, Action<StoreTransaction> work) => Transact(by, transaction =>
    {
        work(transaction);
        return true;
    });

    /// <summary>Closes the file. An open transaction is undone.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _prepared.Dispose();
            _connection.Dispose();
        }
    }

    private T Guarded<T>(Func<SqliteConnection, T> use)
    {
        lock (_gate)
        {
            try
            {
                return use(_connection);
            }
            catch (SqliteException e)
            {
                throw StoreException.From(File, e);
            }
        }
    }

    private Folded CatchUp(Folded folded)
    {
        foreach (var row in Rows(folded.Sequence))
        {
            if (row.Fault(folded.Sequence, folded.Hash) is { } fault)
            {
                throw StoreException.Damaged(File, fault);
            }

            folded = new Folded(row.Seq, row.Hash, folded.State.Apply(Read(row)));
        }

        return folded;
    }

    private Fact Read(FactRow row)
    {
        try
        {
            return DomainJson.ReadFact(row.Json);
        }
        catch (JsonException e)
        {
            // The hash is right, so it was written as it stands: by a program that knows more than this one.
            throw new StoreException(
                $"{File}: fact {row.Seq} is none that this program knows; nothing was changed. Use the newer program that wrote it.", e);
        }
    }

    private ImmutableArray<FactRow> Rows(long after) => _prepared.Rows(
        "select seq, at, by, json, prev_hash, hash from facts where household = @Household and seq > @After order by seq",
        row => new FactRow(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)),
        ("@Household", Household.Value),
        ("@After", after));
}

/// <summary>The state, the last fact that is in it, and that fact's hash.</summary>
internal sealed record Folded(long Sequence, string Hash, HouseholdState State);
