using Microsoft.Data.Sqlite;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>The database cannot be used: missing, damaged, of a newer program, read-only, on a full disk or held by somebody else.
/// The message is one line for a person: which file, what happened, what to do. Whatever was under way left nothing behind.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Says what a person should read.</summary>
    public StoreException(string message, Exception? cause = null) : base(message, cause)
    {
    }

    /// <summary>SQLite's code for a file, or one beside it, that it can neither open nor make.</summary>
    internal const int CannotOpen = 14;

    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    // Result codes: https://www.sqlite.org/rescode.html
    internal static StoreException From(string file, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            Permission or ReadOnly => $"{file}: the database or its folder is read-only; nothing was written. Allow writing to both, or name another file.",
            CannotOpen => $"{file}: the database cannot be opened or created. Check that its folder exists and may be read and written.",
            Busy or Locked => $"{file}: another process has held the database too long; nothing was written. Wait for it, then try again.",
            InputOutput => $"{file}: the disk failed to read or write; nothing was written. Check the disk, then try again.",
            Corrupt or NotADatabase => Damaged(file, "it is not a whole SQLite database").Message,
            Full => $"{file}: the disk is full; nothing was written. Free some space, then try again.",
            _ => $"{file}: SQLite refused: {OneLine(e.Message)} (code {e.SqliteExtendedErrorCode}); nothing was written.",
        },
        e);

    internal static StoreException Damaged(string file, string how) =>
        new($"{file}: the database is damaged ({how}); nothing was changed. Put it aside and restore the last good copy of it ('backup list').");

    // Without the log it would be an older record that looks whole.
    internal static StoreException Incomplete(string file, SqliteException e) => new(
        $"{file}: what was recorded last stands in '{Path.GetFileName(file)}-wal' beside it, whose index '-shm' is missing and cannot be made; nothing was read. Copy the whole folder to where it may be written, and look there.", e);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
