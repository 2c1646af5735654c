using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;

namespace PerpetualRebalancing.Adapters.Backups;

/// <summary>One household's log in a backup.</summary>
/// <param name="Household">Whose.</param>
/// <param name="Head">Where it ends.</param>
public sealed record BackedUpLog(HouseholdId Household, LogHead Head);

/// <summary>One file with the databases of a data folder: a zip archive with their checksums, encrypted when there is a passphrase.</summary>
public static class BackupFile
{
    /// <summary>The database of what happened.</summary>
    public const string Database = "household.db";

    /// <summary>The paper broker's book; a household at live brokers has none.</summary>
    public const string PaperBook = "paper.db";

    private const string Sums = "SHA256SUMS";

    /// <summary>Copies the databases of a data folder, which may be in use, checks the copies, packs them into a file and checks that.
    /// The file appears under its name only when all of it is right.</summary>
    /// <exception cref="StoreException">A database is damaged or cannot be read.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static ImmutableArray<BackedUpLog> Write(string dataFolder, string path, string? passphrase, TimeProvider time)
    {
        // Of its own, as two processes may make one in the same second.
        var scratch = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.unfinished";
        PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
        PrivateFile.CreateFolder(scratch);
        try
        {
            // The household first: of an order between the two copies the broker's book then knows more, as after a crash, and not less.
            foreach (var name in new[] { Database, PaperBook }.Where(n => File.Exists(Path.Combine(dataFolder, n))))
            {
                Copy(Path.Combine(dataFolder, name), Path.Combine(scratch, name));
            }

            Check(scratch, dataFolder, time);
            var packed = Pack(scratch, time.GetUtcNow());
            var unfinished = Path.Combine(scratch, "packed");
            PrivateFile.Write(unfinished, passphrase is null ? packed : BackupCipher.Encrypt(packed, passphrase));

            // What counts is what can be read back from the disk.
            var logs = Open(unfinished, passphrase, Path.Combine(scratch, "again"), time, path);
            File.Move(unfinished, path, overwrite: true);
            return logs;
        }
        finally
        {
            Clear(scratch);
        }
    }

    /// <summary>Checks a backup: its checksums, its pages, and every hash of its logs.</summary>
    /// <exception cref="StoreException">It is damaged, no backup, or needs another passphrase.</exception>
    public static ImmutableArray<BackedUpLog> Verify(string path, string? passphrase, TimeProvider time)
    {
        var folder = Directory.CreateTempSubdirectory("perpetual-backup-").FullName;
        try
        {
            return Open(path, passphrase, Path.Combine(folder, "content"), time, path);
        }
        finally
        {
            Clear(folder);
        }
    }

    /// <summary>Unpacks a backup into a new folder, and checks it as <see cref="Verify"/> does.</summary>
    /// <exception cref="StoreException">It is damaged, no backup, or needs another passphrase.</exception>
    public static ImmutableArray<BackedUpLog> Unpack(string path, string? passphrase, string folder, TimeProvider time) =>
        Open(path, passphrase, folder, time, path);

    private static ImmutableArray<BackedUpLog> Open(string file, string? passphrase, string folder, TimeProvider time, string name)
    {
        if (!File.Exists(file))
        {
            throw new StoreException($"{name}: there is no such file. 'backup list' shows the backups.");
        }

        var bytes = File.ReadAllBytes(file);
        if (BackupCipher.IsEncrypted(bytes))
        {
            bytes = BackupCipher.Decrypt(
                bytes, passphrase ?? throw new StoreException($"{name}: the backup is encrypted. Set {Settings.BackupPassphraseVariable} to the passphrase it was made with."), name);
        }

        PrivateFile.CreateFolder(folder);
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            var sums = Encoding.UTF8.GetString(Content(archive, Sums)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var entry in new[] { Database, PaperBook }.Where(n => n == Database || archive.GetEntry(n) is not null))
            {
                var content = Content(archive, entry);
                if (!sums.Contains($"{DomainJson.Hash(content)}  {entry}"))
                {
                    throw new InvalidDataException($"{entry} is not what its checksum says");
                }

                PrivateFile.Write(Path.Combine(folder, entry), content);
            }
        }
        catch (InvalidDataException e)
        {
            throw new StoreException($"{name}: the backup is damaged, or no backup ({e.Message.ReplaceLineEndings(" ")}); nothing was changed. Use another backup.", e);
        }

        return Check(folder, name, time);
    }

    private static byte[] Content(ZipArchive archive, string name)
    {
        using var stream = (archive.GetEntry(name) ?? throw new InvalidDataException($"it has no {name}")).Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Pack(string folder, DateTimeOffset now)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var sums = new StringBuilder();
            foreach (var name in new[] { Database, PaperBook }.Where(n => File.Exists(Path.Combine(folder, n))))
            {
                var content = File.ReadAllBytes(Path.Combine(folder, name));
                sums.Append(DomainJson.Hash(content)).Append("  ").Append(name).Append('\n');
                Add(archive, name, content, now);
            }

            Add(archive, Sums, Encoding.UTF8.GetBytes(sums.ToString()), now);
        }

        return packed.ToArray();
    }

    private static void Add(ZipArchive archive, string name, byte[] content, DateTimeOffset now)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = now;
        using var stream = entry.Open();
        stream.Write(content);
    }

    private static void Copy(string from, string to)
    {
        SqliteLibrary.Bind();
        PrivateFile.Write(to, []);
        try
        {
            using var source = Connect(from, SqliteOpenMode.ReadOnly);
            using var target = Connect(to, SqliteOpenMode.ReadWrite);
            source.BackupDatabase(target);

            // Logins stay where they were made: a copy that is lost, or restored elsewhere, must sign nobody in.
            target.Execute("pragma secure_delete = on");
            foreach (var table in target.Query<string>("select name from sqlite_schema where type = 'table' and name in ('vault', 'login_links', 'page_sessions')").ToArray())
            {
                target.Execute($"delete from {table}");
            }

            // One file that is whole by itself.
            target.Execute("pragma journal_mode = delete");
        }
        catch (SqliteException e)
        {
            throw StoreException.From(from, e);
        }
    }

    private static ImmutableArray<BackedUpLog> Check(string folder, string name, TimeProvider time)
    {
        foreach (var file in new[] { Database, PaperBook }.Select(n => Path.Combine(folder, n)).Where(File.Exists))
        {
            string? found;
            try
            {
                using var connection = Connect(file, SqliteOpenMode.ReadOnly);
                found = connection.ExecuteScalar<string>("pragma integrity_check(1)");
            }
            catch (SqliteException e)
            {
                found = e.Message;
            }

            if (found != "ok")
            {
                throw new StoreException($"{name}: {Path.GetFileName(file)} is damaged ({found?.ReplaceLineEndings(" ")}); it makes no backup.");
            }
        }

        var database = Path.Combine(folder, Database);
        return [.. HouseholdStore.HouseholdsIn(database).Select(household => HouseholdStore.LogOf(database, household, time) switch
        {
            AuditVerification.Intact whole => new BackedUpLog(household, new LogHead(whole.Count, whole.Head)),
            AuditVerification.Broken broken => throw new StoreException($"{name}: the log of {household} is broken ({broken.Why}); it makes no backup."),
            _ => throw new InvalidOperationException("A log is intact or broken."),
        })];
    }

    private static SqliteConnection Connect(string file, SqliteOpenMode mode)
    {
        SqliteLibrary.Bind();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 10 }.ToString());
        connection.Open();
        connection.Execute("pragma busy_timeout = 5000;");
        return connection;
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
