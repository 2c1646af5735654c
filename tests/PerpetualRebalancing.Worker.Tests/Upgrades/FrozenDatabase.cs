using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Worker.Tests.Upgrades;

/// <summary>The database of one schema with a household's life in it, kept as a file for as long as that schema can be upgraded from.</summary>
/// <param name="Schema">The number of its last migration.</param>
internal sealed record FrozenDatabase(int Schema)
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests/PerpetualRebalancing.Worker.Tests/Upgrades/Frozen");

    /// <summary>The paper broker's book of the same life.</summary>
    public static string Paper { get; } = Path.Combine(Folder, "paper-001.db.gz");

    /// <summary>Every schema there ever was.</summary>
    public static IEnumerable<int> Schemas => Migrations.Keys.Order();

    public string File => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"household-{Schema:000}.db.gz"));

    /// <summary>The migrations, by their number.</summary>
    private static ImmutableDictionary<int, string> Migrations { get; } = Read();

    /// <summary>Puts it into a data folder.</summary>
    public void ThawInto(string folder)
    {
        Directory.CreateDirectory(folder);
        Unpack(File, Path.Combine(folder, "household.db"));
        Unpack(Paper, Path.Combine(folder, "paper.db"));
    }

    /// <summary>Writes it from a database of the newest schema: the tables of its own schema, as its own migrations make them.</summary>
    /// <param name="newest">A database with a life in it.</param>
    /// <param name="scratch">A folder that goes away.</param>
    public void Freeze(string newest, string scratch)
    {
        var old = Path.Combine(scratch, string.Create(CultureInfo.InvariantCulture, $"{Schema}.db"));
        MakeEmpty(old, Schema);
        using (var connection = Open(old))
        {
            Run(connection, $"attach '{newest}' as newest");
            foreach (var table in Rows(connection, "select name from main.sqlite_schema where type = 'table' and name not like 'sqlite_%' order by rowid"))
            {
                // What an insert's trigger has written already is the same row.
                var columns = string.Join(", ", Rows(connection, $"select name from pragma_table_info('{table}')"));
                Run(connection, $"insert or ignore into main.{table} ({columns}) select {columns} from newest.{table} order by rowid");
            }
        }

        Execute(old, "vacuum");
        Pack(old, File);
    }

    /// <summary>Makes a database of a schema with nothing in it.</summary>
    public static void MakeEmpty(string file, int schema)
    {
        foreach (var migration in Enumerable.Range(1, schema))
        {
            Execute(file, Migrations[migration]);
            Execute(file, string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {migration}"));
        }
    }

    /// <summary>Compresses a file that nobody has open.</summary>
    public static void Pack(string from, string to)
    {
        Directory.CreateDirectory(Folder);
        using var target = new GZipStream(System.IO.File.Create(to), CompressionLevel.SmallestSize);
        using var source = System.IO.File.OpenRead(from);
        source.CopyTo(target);
    }

    /// <summary>Runs SQL as somebody would who has the file and not the program.</summary>
    public static void Execute(string file, string sql)
    {
        using var connection = Open(file);
        Run(connection, sql);
    }

    /// <summary>The first column of what a query finds, as text.</summary>
    public static ImmutableArray<string> Rows(string file, string sql)
    {
        using var connection = Open(file);
        return Rows(connection, sql);
    }

    private static ImmutableArray<string> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = ImmutableArray.CreateBuilder<string>();
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return rows.ToImmutable();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file)
    {
        // It loads the system's library.
        _ = SqliteLibrary.Version;
        var connection = new SqliteConnection($"Data Source={file};Pooling=false;Foreign Keys=false");
        connection.Open();
        return connection;
    }

    private static void Unpack(string from, string to)
    {
        using var source = new GZipStream(System.IO.File.OpenRead(from), CompressionMode.Decompress);
        using var target = System.IO.File.Create(to);
        source.CopyTo(target);
    }

    private static ImmutableDictionary<int, string> Read()
    {
        const string Prefix = "migration/";
        var assembly = typeof(HouseholdStore).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToImmutableDictionary(
            n => int.Parse(n.AsSpan(Prefix.Length, 3), CultureInfo.InvariantCulture),
            n =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!);
                return reader.ReadToEnd();
            });
    }
}
