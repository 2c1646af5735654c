using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>Ending a transaction that failed.</summary>
internal static class SqliteTransactions
{
    /// <summary>Rolls back, unless SQLite has done so by itself, as it does on a full disk.</summary>
    public static void RollBack(this SqliteConnection connection)
    {
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            connection.Execute("rollback");
        }
    }
}
