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

    /// <summary>Makes a database what it was before there was mail.</summary>
    public const string BackToSchema7 =
        """
        drop table outbox_attachments; drop table inbox; drop table inbox_cursor; drop index outbox_by_message;
        alter table outbox drop column recipient; alter table outbox drop column html; alter table outbox drop column message_id;
        alter table outbox drop column next_attempt; alter table outbox drop column given_up_at;
        alter table alerts drop column told_at; alter table alerts drop column acknowledged_by;
        pragma user_version = 7;
        """;

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
