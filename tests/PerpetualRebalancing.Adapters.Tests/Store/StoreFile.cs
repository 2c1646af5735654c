using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Tests.Store;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Pass(TimeSpan time) => _now += time;
}

/// <summary>A real database file in a folder of its own, removed afterwards.</summary>
internal sealed class StoreFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "household.db");

    public ManualTime Time { get; } = new(Story.Start);

    public HouseholdStore Open() => HouseholdStore.Open(Path, Story.Household, Time);

    public HouseholdStore OpenReadOnly() => HouseholdStore.OpenReadOnly(Path, Story.Household, Time);

    /// <summary>Writes the whole story, one transaction per fact, and closes.</summary>
    public StoreFile WithStory()
    {
        using var store = Open();
        foreach (var fact in Story.Facts)
        {
            store.Transact("asha", transaction => transaction.Append(fact));
            Time.Pass(TimeSpan.FromMinutes(1));
        }

        return this;
    }

    /// <summary>The story in a database of an older schema, as its own migrations make it.</summary>
    public StoreFile WithStoryAt(int schema)
    {
        WithStory();
        var newest = $"{Path}.newest";
        File.Move(Path, newest);
        var assembly = typeof(HouseholdStore).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("migration/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(schema))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Tamper(reader.ReadToEnd());
        }

        Tamper(
            $"""
            attach '{newest}' as newest;
            insert into households select * from newest.households;
            insert into facts (household, seq, at, by, json, prev_hash, hash) select household, seq, at, by, json, prev_hash, hash from newest.facts order by household, seq;
            pragma user_version = {schema};
            """);
        File.Delete(newest);
        return this;
    }

    /// <summary>Runs SQL as somebody would who has the file and not the program.</summary>
    public void Tamper(string sql)
    {
        using var connection = Raw();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Reads rows as text, as a person at the SQLite prompt would.</summary>
    public List<string[]> Query(string sql)
    {
        using var connection = Raw();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? string.Empty : reader.GetString(i))]);
        }

        return rows;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static void Record(HouseholdStore store, params Fact[] facts) => store.Transact("asha", transaction =>
    {
        foreach (var fact in facts)
        {
            transaction.Append(fact);
        }
    });

    private SqliteConnection Raw()
    {
        SqliteLibrary.Bind();
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
