using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Adapters.Backups;

/// <summary>A backup that lies in a folder.</summary>
/// <param name="Path">The file.</param>
/// <param name="At">When it was made, to the second.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsEncrypted">Whether it needs a passphrase.</param>
/// <param name="BeforeSchema">The schema that it was made before the change to, or null; such a one is never removed.</param>
public sealed record BackupEntry(string Path, DateTimeOffset At, long Bytes, bool IsEncrypted, int? BeforeSchema);

/// <summary>The backups of a data folder.</summary>
/// <param name="settings">Where they go and how long they stay.</param>
/// <param name="dataFolder">What is backed up.</param>
/// <param name="time">The clock that names them.</param>
public sealed partial class BackupFolder(BackupSettings settings, string dataFolder, TimeProvider time)
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The folder they are made in.</summary>
    public string Folder { get; } = settings.Folder ?? Beside(dataFolder);

    /// <summary>All of them, also those that a change of the schema left beside the database, oldest first.</summary>
    public ImmutableArray<BackupEntry> List() =>
        [.. new[] { Folder, Beside(dataFolder) }.Distinct().SelectMany(In).OrderBy(e => e.At).ThenBy(e => e.Path, StringComparer.Ordinal)];

    /// <summary>Makes one, checks it, copies it, and removes those whose time is over.</summary>
    /// <exception cref="StoreException">A database is missing or damaged, or a folder cannot be written: no backup was made, or no copy.</exception>
    public (BackupEntry Entry, ImmutableArray<BackedUpLog> Logs) Make()
    {
        if (!File.Exists(Path.Combine(dataFolder, BackupFile.Database)))
        {
            throw new StoreException($"{dataFolder}: there is no database to back up yet. A first 'review' or 'run' creates it.");
        }

        var path = Path.Combine(Folder, Name(time.GetUtcNow(), "", settings.Passphrase is not null));
        var logs = Written(Folder, "no backup was made", () => BackupFile.Write(dataFolder, path, settings.Passphrase, time));
        Written(Folder, "the backup was made, but older ones could not be removed", () => Rotate(Folder));
        if (settings.Copy is { } second)
        {
            Written(second, $"{path} was made, but not copied", () => Copy(path, second));
        }

        return (In(Folder).First(e => e.Path == path), logs);
    }

    /// <summary>Keeps a database, and the book beside it, as they are before their schema is changed.</summary>
    /// <param name="database">The database file.</param>
    /// <param name="schema">The schema that it is about to get.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreException">It cannot be kept.</exception>
    internal static void BeforeSchema(string database, int schema, TimeProvider time)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(database))!;
        if (Path.GetFileName(database) != BackupFile.Database)
        {
            return;
        }

        var path = Path.Combine(Beside(folder), Name(time.GetUtcNow(), string.Create(CultureInfo.InvariantCulture, $"-before-schema-{schema}"), isEncrypted: false));
        Written(Beside(folder), "the database is older than this program and was left as it is, since it could not be backed up first", () => BackupFile.Write(folder, path, null, time));
    }

    private static string Beside(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "backups");

    private static string Name(DateTimeOffset at, string why, bool isEncrypted) =>
        $"perpetual-{at.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}{why}.zip{(isEncrypted ? ".aes" : "")}";

    private static BackupEntry[] In(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. from file in new DirectoryInfo(folder).EnumerateFiles("perpetual-*")
           let match = NameForm().Match(file.Name)
           where match.Success
           select new BackupEntry(
               file.FullName,
               DateTimeOffset.ParseExact(match.Groups["at"].Value, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
               file.Length,
               match.Groups["aes"].Success,
               match.Groups["schema"].Success ? int.Parse(match.Groups["schema"].Value, CultureInfo.InvariantCulture) : null),
    ];

    private void Rotate(string folder)
    {
        var routine = In(folder).Where(e => e.BeforeSchema is null).ToArray();
        var kept = settings.Keep.Keep(routine.Select(e => e.At));
        foreach (var over in routine.Where(e => !kept.Contains(e.At)))
        {
            File.Delete(over.Path);
        }

        // Left by a process that was killed in the middle of one.
        foreach (var left in new DirectoryInfo(folder).EnumerateDirectories("perpetual-*.unfinished").Where(d => d.LastWriteTimeUtc < time.GetUtcNow().AddDays(-1).UtcDateTime))
        {
            left.Delete(recursive: true);
        }
    }

    private void Copy(string path, string second)
    {
        PrivateFile.CreateFolder(second);
        var (target, unfinished) = (Path.Combine(second, Path.GetFileName(path)), Path.Combine(second, Path.GetFileName(path) + ".unfinished"));
        var content = File.ReadAllBytes(path);
        File.Delete(unfinished);
        PrivateFile.Write(unfinished, content);
        if (!SHA256.HashData(File.ReadAllBytes(unfinished)).AsSpan().SequenceEqual(SHA256.HashData(content)))
        {
            throw new IOException("what was written does not read back");
        }

        File.Move(unfinished, target, overwrite: true);
        Rotate(second);
    }

    private static void Written(string folder, string otherwise, Action write) => Written(folder, otherwise, () =>
    {
        write();
        return true;
    });

    private static T Written<T>(string folder, string otherwise, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{folder}: {otherwise} ({e.Message.ReplaceLineEndings(" ")}). Check that the folder may be written and the disk has space.", e);
        }
    }

    [GeneratedRegex(@"\Aperpetual-(?<at>[0-9]{8}T[0-9]{6}Z)(-before-schema-(?<schema>[0-9]{1,4}))?\.zip(?<aes>\.aes)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
