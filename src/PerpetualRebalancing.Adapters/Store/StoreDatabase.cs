using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Backups;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>Opens the database file: checks that it is ours, whole and not newer than the program, and brings it up to date.</summary>
internal static class StoreDatabase
{
    // "PRBR", set by the first migration.
    private const long OurApplication = 0x50524252;

    private static readonly ImmutableArray<Migration> Migrations = ReadMigrations();

    /// <summary>The newest schema that this program knows: the number of its last migration.</summary>
    public static int Newest => Migrations[^1].Number;

    /// <summary>Opens for reading and writing; creates the file, and migrates it, when needed.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="time">Names the backup that is made before an older database is brought up to date.</param>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static SqliteConnection Open(string file, TimeProvider time)
    {
        SqliteLibrary.Bind();
        CreatePrivately(file);
        return Guarded(file, file, SqliteOpenMode.ReadWrite, connection =>
        {
            if (Check(connection, file) is var version and > 0 && version < Newest)
            {
                BackupFolder.BeforeSchema(file, Newest, time);
            }

            connection.Execute("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;");
            Migrate(connection, file);
        });
    }

    /// <summary>Opens for reading only, also while another process writes.</summary>
    /// <exception cref="StoreException">It cannot be used, or does not exist.</exception>
    public static SqliteConnection OpenReadOnly(string file) => OpenReadOnly(file, oldest: Newest);

    /// <summary>Opens for reading only, also while another process writes.</summary>
    /// <exception cref="StoreException">It cannot be used, does not exist, or is older than <paramref name="oldest"/>.</exception>
    public static SqliteConnection OpenReadOnly(string file, long oldest) => OpenReadOnly(file, oldest, source: file);

    /// <summary>Opens for reading, and leaves no trace: for somebody who looks once, and not for long.</summary>
    /// <exception cref="StoreException">It cannot be used, does not exist, or is older than <paramref name="oldest"/>.</exception>
    public static SqliteConnection OpenUntouched(string file, long oldest) => OpenReadOnly(file, oldest, DatabaseExamination.Untouched(file));

    private static SqliteConnection OpenReadOnly(string file, long oldest, string source)
    {
        SqliteLibrary.Bind();
        if (!File.Exists(file))
        {
            throw new StoreException($"{file}: there is no database yet. A first 'review' or 'run' creates it.");
        }

        return Guarded(file, source, SqliteOpenMode.ReadOnly, connection =>
        {
            var version = Check(connection, file);
            if (version < oldest)
            {
                throw new StoreException(
                    $"{file}: the database has schema {version} and this program reads schema {Newest}. Start 'run' or 'review' once to bring it up to date.");
            }
        });
    }

    private static SqliteConnection Guarded(string file, string source, SqliteOpenMode mode, Action<SqliteConnection> prepare)
    {
        SqlTypes.Register();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            // A pooled connection would keep the file open, and its settings, after the store is disposed.
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute("pragma busy_timeout = 5000; pragma cell_size_check = on;");
            prepare(connection);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw mode == SqliteOpenMode.ReadOnly && e.SqliteErrorCode == StoreException.CannotOpen && !DatabaseExamination.IsAlone(file)
                ? StoreException.Incomplete(file, e)
                : StoreException.From(file, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Nobody but the owner may read a household's holdings. SQLite gives its side files the same rights.
    private static void CreatePrivately(string file)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            if (!File.Exists(file))
            {
                var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var created = File.Open(file, options);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"{file}: the database cannot be created ({e.Message.ReplaceLineEndings(" ")}). Check that its folder may be written and the disk has space.", e);
        }
    }

    private static long Check(SqliteConnection connection, string file)
    {
        // One view of the file: another process may be creating the schema between two of these reads.
        connection.Execute("begin deferred");
        var version = connection.ExecuteScalar<long>("pragma user_version");
        var application = connection.ExecuteScalar<long>("pragma application_id");
        var isEmpty = version == 0 && connection.ExecuteScalar<long>("select count(*) from sqlite_schema") == 0;
        connection.Execute("commit");
        if (application != OurApplication && !isEmpty)
        {
            throw new StoreException($"{file}: this is the database of another program; nothing was changed. Name another file.");
        }

        if (version > Newest)
        {
            throw new StoreException(
                $"{file}: the database has schema {version}, but this program knows only up to {Newest}; nothing was changed. Use the newer program that wrote it.");
        }

        var found = connection.ExecuteScalar<string>("pragma quick_check(1)");
        return found == "ok" ? version : throw StoreException.Damaged(file, found?.ReplaceLineEndings(" ") ?? "the check gave no answer");
    }

    private static void Migrate(SqliteConnection connection, string file)
    {
        foreach (var migration in Migrations)
        {
            connection.Execute("begin immediate");
            try
            {
                // Asked inside the transaction: another process may just have done it.
                if (connection.ExecuteScalar<long>("pragma user_version") < migration.Number)
                {
                    connection.Execute(migration.Sql);
                    connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {migration.Number}"));
                }

                connection.Execute("commit");
            }
            catch (SqliteException e)
            {
                connection.RollBack();
                throw StoreException.From(file, e);
            }
        }
    }

    private static ImmutableArray<Migration> ReadMigrations()
    {
        const string Prefix = "migration/";
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(int.Parse(name.AsSpan(Prefix.Length, 3), CultureInfo.InvariantCulture), reader.ReadToEnd());
            })
            .OrderBy(m => m.Number)
            .ToImmutableArray();
    }

    private sealed record Migration(int Number, string Sql);
}
