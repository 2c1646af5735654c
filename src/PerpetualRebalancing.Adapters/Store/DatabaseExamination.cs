using System.Collections.Immutable;
using Dapper;
using Microsoft.Data.Sqlite;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>What looking through a whole household database found.</summary>
/// <param name="Schema">The number of its last migration.</param>
/// <param name="Newest">The number of this program's last one.</param>
/// <param name="Damage">What SQLite found broken, or null.</param>
public sealed record DatabaseExamination(long Schema, int Newest, string? Damage)
{
    /// <summary>Looks through it. Creates and changes nothing, not even SQLite's side files.</summary>
    /// <exception cref="StoreException">It cannot be used: missing, of another program, of a newer one, or no database.</exception>
    public static DatabaseExamination Of(string file)
    {
        using var connection = StoreDatabase.OpenUntouched(file, oldest: 0);
        try
        {
            return new DatabaseExamination(connection.ExecuteScalar<long>("pragma user_version"), StoreDatabase.Newest, Damages(connection));
        }
        catch (SqliteException e)
        {
            throw StoreException.From(file, e);
        }
    }

    /// <summary>What SQLite finds broken when it reads everything, or null.</summary>
    internal static string? Damages(SqliteConnection connection)
    {
        var found = connection.Query<string>("pragma integrity_check(3)").ToImmutableArray();
        return found is ["ok"] ? null : string.Join("; ", found).ReplaceLineEndings(" ");
    }

    /// <summary>How to name a file to SQLite so that reading it leaves no trace. A read-only connection to a database that nobody has open
    /// would still make a log and an index beside it, or fail in a folder that may not be written.</summary>
    internal static string Untouched(string file) => IsAlone(file) ? $"{new Uri(Path.GetFullPath(file)).AbsoluteUri}?immutable=1" : file;

    /// <summary>Whether all that was recorded stands in the file itself. Beside a log with content it does not; and an index beside an empty
    /// one means that somebody has it open, or had until a crash.</summary>
    internal static bool IsAlone(string file) => new FileInfo($"{file}-wal") is var log && (!log.Exists || (log.Length == 0 && !File.Exists($"{file}-shm")));
}
