using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>The operating system's own SQLite library, which its vendor patches; none is shipped with the program.</summary>
public static class SqliteLibrary
{
    /// <summary>3.37.0, the first with STRICT tables.</summary>
    internal const int Oldest = 3_037_000;

    private static readonly Lock Gate = new();
    private static bool _ready;

    private static string[] Names =>
        OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0"];

    /// <summary>The version of the library that is bound, such as 3.46.1.</summary>
    /// <exception cref="StoreException">The library is missing or too old.</exception>
    public static string Version
    {
        get
        {
            Bind();
            return Text(raw.sqlite3_libversion_number());
        }
    }

    /// <summary>Binds the library to the data provider, once per process.</summary>
    /// <exception cref="StoreException">The library is missing or too old.</exception>
    public static void Bind()
    {
        lock (Gate)
        {
            if (_ready)
            {
                return;
            }

            var library = Load(Names);
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? library : IntPtr.Zero);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            Require(raw.sqlite3_libversion_number());
            _ready = true;
        }
    }

    internal static IntPtr Load(string[] names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), searchPath: null, out var library))
            {
                return library;
            }
        }

        throw new StoreException(
            $"The operating system's SQLite library ({names[0]}) is missing. Install it: 'apt-get install libsqlite3-0' on Debian and Ubuntu, "
            + "'dnf install sqlite-libs' on Fedora, 'apk add sqlite-libs' on Alpine; macOS and Windows 11 bring it along.");
    }

    internal static void Require(int version)
    {
        if (version < Oldest)
        {
            throw new StoreException(
                $"The operating system's SQLite library is {Text(version)}, but {Text(Oldest)} or newer is needed. Update the system's SQLite package.");
        }
    }

    private static string Text(int version) => FormattableString.Invariant($"{version / 1_000_000}.{version / 1_000 % 1_000}.{version % 1_000}");
}
