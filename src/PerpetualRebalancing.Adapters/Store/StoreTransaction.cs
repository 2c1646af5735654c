using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>Work on the store that happens as a whole or not at all. Valid only inside <c>Transact</c>.</summary>
public sealed partial class StoreTransaction
{
    private readonly SqliteConnection _connection;
    private readonly PreparedStatements _prepared;
    private readonly string _household;
    private readonly string _by;
    private Folded _folded;
    private bool _refused;
    private bool _retired;

    internal StoreTransaction(
        SqliteConnection connection, PreparedStatements prepared, HouseholdId household, DateTimeOffset now, string by, Folded folded)
    {
        _connection = connection;
        _prepared = prepared;
        _household = household.Value;
        _by = by;
        _folded = folded;
        Now = now;
    }

    /// <summary>The time of everything recorded here.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>What is true now, with the facts appended here.</summary>
    public HouseholdState State => _folded.State;

    /// <summary>The last fact, with those appended here.</summary>
    public long Sequence => _folded.Sequence;

    /// <summary>Where the log ends, with the facts appended here.</summary>
    public LogHead Head => new(_folded.Sequence, _folded.Hash);

    /// <summary>Records that something happened.</summary>
    /// <exception cref="InvalidOperationException">The fact contradicts what happened before: the whole transaction is undone.</exception>
    public void Append(Fact fact)
    {
        var json = DomainJson.Text(fact);
        try
        {
            // Folds what a restart will read, so that the state in memory never differs from the state on disk.
            var read = DomainJson.ReadFact(json);
            if (DomainJson.Text(read) != json)
            {
                throw new InvalidOperationException($"The fact {fact.GetType().Name} does not read back as it was written.");
            }

            var state = _folded.State.Apply(read);
            var at = SqlTypes.Text(Now);
            var next = new Folded(_folded.Sequence + 1, FactChain.Hash(_folded.Hash, _folded.Sequence + 1, at, _by, json), state);
            Prepared.Execute(
                "insert into facts (household, seq, at, by, json, prev_hash, hash) values (@Household, @Seq, @At, @By, @Json, @PrevHash, @Hash)",
                ("@Household", _household),
                ("@Seq", next.Sequence),
                ("@At", at),
                ("@By", _by),
                ("@Json", json),
                ("@PrevHash", _folded.Hash),
                ("@Hash", next.Hash));
            _folded = next;
        }
        catch
        {
            _refused = true;
            throw;
        }
    }

    internal Folded Finish() => _refused
        ? throw new InvalidOperationException("A fact was refused in this transaction, so nothing of it is kept.")
        : _folded;

    internal void Retire() => _retired = true;

    private SqliteConnection Connection => Valid(_connection);

    private PreparedStatements Prepared => Valid(_prepared);

    private T Valid<T>(T access) => _retired ? throw new InvalidOperationException("This transaction has ended.") : access;
}
