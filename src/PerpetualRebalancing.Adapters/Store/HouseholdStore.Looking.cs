using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    /// <summary>Looks once at each household that a database has facts about, and leaves no trace, also where nothing may be written. All that
    /// was recorded when it began is seen, also beside a service.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="time">The clock of the stores that are looked at.</param>
    /// <param name="look">Reads. It is asked a second time when somebody wrote while it looked.</param>
    /// <exception cref="StoreException">It cannot be used, does not exist, or what was recorded last cannot be read.</exception>
    public static ImmutableArray<T> Look<T>(string path, TimeProvider time, Func<HouseholdStore, T> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        if (DatabaseExamination.IsAlone(path))
        {
            var before = Trace(path);
            try
            {
                var seen = LookAtEach(path, time, StoreDatabase.OpenUntouched, look);
                if (Trace(path) == before)
                {
                    return seen;
                }
            }
            catch (StoreException) when (Trace(path) != before)
            {
                // Pages that somebody wrote meanwhile are no damage.
            }
        }

        return LookAtEach(path, time, StoreDatabase.OpenReadOnly, look);
    }

    private static ImmutableArray<T> LookAtEach<T>(string path, TimeProvider time, Func<string, long, SqliteConnection> open, Func<HouseholdStore, T> look) =>
    [
        .. HouseholdsIn(path, open(path, 0)).Select(household =>
        {
            using var store = new HouseholdStore(path, open(path, StoreDatabase.Newest), household, time, readOnly: true);
            return look(store);
        }),
    ];

    // What a writer changes, whether it is still there or came and went.
    private static (DateTime, long, bool) Trace(string path)
    {
        var file = new FileInfo(path);
        return (file.LastWriteTimeUtc, file.Exists ? file.Length : 0, DatabaseExamination.IsAlone(path));
    }
}
