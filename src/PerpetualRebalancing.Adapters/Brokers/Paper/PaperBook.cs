using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>The paper broker's book: a database file of its own, as a real broker's book is not ours to write. Every change is one
/// transaction on disk, so that a process killed at any moment leaves either all of it or nothing.</summary>
public sealed class PaperBook : IDisposable
{
    private const long OurApplication = 0x50525042;
    private const int Newest = 1;
    private const string Migration = "paper-migration/001_book";

    private readonly string _file;
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    private PaperBook(string file, SqliteConnection connection) => (_file, _connection) = (file, connection);

    /// <summary>Opens a book; creates the file when there is none.</summary>
    /// <exception cref="StoreException">The file cannot be used.</exception>
    public static PaperBook Open(string file)
    {
        SqliteLibrary.Bind();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWriteCreate,
            // A pooled connection would keep the file open after the book is disposed.
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute("pragma busy_timeout = 5000; pragma trusted_schema = off;");
            Check(connection, file);
            connection.Execute("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;");
            var book = new PaperBook(file, connection);
            book.Transact(pages => pages.MigrateTo(Newest, Script()));
            return book;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw StoreException.From(file, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What SQLite finds broken in a book when it reads all of it, or null. Creates and changes nothing.</summary>
    /// <exception cref="StoreException">It is no book of a paper broker, or of a newer program.</exception>
    public static string? DamageOf(string file)
    {
        SqliteLibrary.Bind();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = DatabaseExamination.Untouched(file),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            Check(connection, file);
            return DatabaseExamination.Damages(connection);
        }
        catch (SqliteException e)
        {
            throw StoreException.From(file, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Does some work on the book's pages: all of it is written, or nothing.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    internal T Transact<T>(Func<PaperPages, T> work)
    {
        lock (_gate)
        {
            try
            {
                _connection.Execute("begin immediate");
                var result = work(new PaperPages(_connection));
                _connection.Execute("commit");
                return result;
            }
            catch (SqliteException e)
            {
                _connection.RollBack();
                throw StoreException.From(_file, e);
            }
            catch
            {
                _connection.RollBack();
                throw;
            }
        }
    }

    private static void Check(SqliteConnection connection, string file)
    {
        var version = connection.ExecuteScalar<long>("pragma user_version");
        var isEmpty = connection.ExecuteScalar<long>("select count(*) from sqlite_schema") == 0;
        if (!isEmpty && connection.ExecuteScalar<long>("pragma application_id") != OurApplication)
        {
            throw new StoreException($"{file}: this is not a paper broker's book; nothing was changed. Name another file.");
        }

        if (version > Newest)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"{file}: the paper broker's book has schema {version}, but this program knows only up to {Newest}; nothing was changed. ")
                + "Use the newer program that wrote it.");
        }
    }

    private static string Script()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Migration)
            ?? throw new InvalidOperationException($"The program was built without {Migration}."));
        return reader.ReadToEnd();
    }
}
