using System.Globalization;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Tests.Backups;

public sealed class BackupFileTests : IDisposable
{
    private const string Passphrase = "correct horse battery";

    private readonly StoreFile _file = new StoreFile().WithStory();
    private readonly TemporaryFolder _elsewhere = new();
    private int _unpacked;

    private string DataFolder => Path.GetDirectoryName(_file.Path)!;

    public void Dispose()
    {
        _file.Dispose();
        _elsewhere.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public void A_backup_made_beside_a_writer_unpacks_to_the_same_log(string? passphrase)
    {
        using var store = _file.Open();
        StoreFile.Record(store, new Fact.JobLossSet(true));
        var head = Assert.IsType<AuditVerification.Intact>(store.VerifyChain());

        var (entry, logs) = Folder(passphrase).Make();
        Assert.Equal(new BackedUpLog(Story.Household, new LogHead(head.Count, head.Head)), Assert.Single(logs));
        Assert.Equal(passphrase is not null, entry.IsEncrypted);

        // What is recorded afterwards is not in it.
        StoreFile.Record(store, new Fact.JobLossSet(false));
        var content = Path.Combine(_elsewhere.Root, "content");
        Assert.Equal(logs, BackupFile.Unpack(entry.Path, passphrase, content, _file.Time));
        using var restored = HouseholdStore.OpenReadOnly(Path.Combine(content, BackupFile.Database), Story.Household, _file.Time);
        Assert.Equal(store.Facts()[..^1].Select(f => (f.Sequence, f.By, DomainJson.Text(f.Fact))), restored.Facts().Select(f => (f.Sequence, f.By, DomainJson.Text(f.Fact))));
        Assert.Equal([entry.Path], Directory.GetFileSystemEntries(Path.GetDirectoryName(entry.Path)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(entry.Path));
        }
    }

    [Fact]
    public void An_encrypted_backup_shows_nothing_and_opens_with_its_passphrase_alone()
    {
        var (entry, _) = Folder(Passphrase).Make();
        var bytes = File.ReadAllBytes(entry.Path);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("household.db"u8));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("SQLite format"u8));
        Assert.Contains("Set PERPETUAL_BACKUP_PASSPHRASE", Refused(entry.Path, null), StringComparison.Ordinal);
        Assert.Contains("the passphrase is not the one", Refused(entry.Path, Passphrase + "!"), StringComparison.Ordinal);
        Assert.DoesNotContain(Passphrase, new BackupSettings("a", "b", Retention.Usual, Passphrase).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public void Any_changed_byte_and_any_missing_end_is_refused(string? passphrase)
    {
        var (entry, _) = Folder(passphrase).Make();
        var good = File.ReadAllBytes(entry.Path);
        var expected = Unpacked(entry.Path, passphrase);
        var harmless = 0;

        // A key takes a moment to derive, so an encrypted file is changed at fewer places; of a plain one also its end, the directory.
        var step = passphrase is null ? 101 : good.Length / 7;
        int[] places = [.. Enumerable.Range(0, good.Length / step).Select(i => i * step), good.Length - 1, .. passphrase is null ? Enumerable.Range(good.Length - 240, 240) : []];
        foreach (var at in places)
        {
            var bad = good.ToArray();
            bad[at] ^= 0x10;
            File.WriteAllBytes(entry.Path, bad);
            try
            {
                // A zip archive repeats names, sizes and times that nothing depends on: then what comes out is what went in, to the byte.
                Assert.Equal(expected, Unpacked(entry.Path, passphrase));
                harmless++;
            }
            catch (StoreException)
            {
                // Refused, as it should be.
            }
        }

        Assert.True(passphrase is null ? harmless < places.Length / 2 : harmless == 0, $"{harmless} of {places.Length} changes went unnoticed.");

        foreach (var length in new[] { 0, 3, 40, good.Length / 2, good.Length - 1 })
        {
            File.WriteAllBytes(entry.Path, good[..length]);
            Assert.Contains("damaged", Refused(entry.Path, passphrase), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_or_rewritten_database_makes_no_backup_and_leaves_nothing()
    {
        _file.Tamper("drop trigger facts_are_never_changed; update facts set by = 'eve' where seq = 3");
        Assert.Contains("fact 3 was changed", Assert.Throws<StoreException>(() => Folder(null).Make()).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Folder(null).Folder));
    }

    [Fact]
    public void A_year_of_nights_leaves_seven_days_eight_weeks_and_twelve_months_in_both_folders()
    {
        var second = Path.Combine(_elsewhere.Root, "second");
        var folder = new BackupFolder(new BackupSettings(null, second, Retention.Usual, null), DataFolder, _file.Time);
        var keep = new Retention(7, 8, 12);
        var made = new List<DateTimeOffset>();
        for (var night = 0; night < 400; night++)
        {
            // Every tenth one is made; for the others an old file stands in.
            if (night % 40 == 39)
            {
                made.Add(folder.Make().Entry.At);
            }
            else
            {
                var at = _file.Time.GetUtcNow();
                made.Add(new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second, TimeSpan.Zero));
                Directory.CreateDirectory(second);
                foreach (var where in new[] { folder.Folder, second })
                {
                    Directory.CreateDirectory(where);
                    File.WriteAllText(Path.Combine(where, $"perpetual-{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.zip"), "");
                }
            }

            _file.Time.Pass(TimeSpan.FromDays(1));
        }

        var left = folder.List().Select(e => e.At).ToArray();
        Assert.Equal(keep.Keep(made).Order(), left);
        Assert.InRange(left.Length, 20, 27);
        Assert.Equal(made.TakeLast(7), left.TakeLast(7));
        Assert.Equal(12, left.Select(m => (m.Year, m.Month)).Distinct().Count());
        Assert.Equal(folder.List().Select(e => Path.GetFileName(e.Path)), Directory.GetFiles(second).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_clear_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc, a folder that not even root can write");
        var refused = Assert.Throws<StoreException>(() => new BackupFolder(new BackupSettings("/proc/backups", null, Retention.Usual, null), DataFolder, _file.Time).Make());
        Assert.StartsWith("/proc/backups: no backup was made (", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<StoreException>(() => new BackupFolder(new BackupSettings(null, "/proc/backups", Retention.Usual, null), DataFolder, _file.Time).Make());
        Assert.Contains(" was made, but not copied (", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_database_is_backed_up_before_it_is_changed_and_left_alone_when_it_cannot_be()
    {
        var schema = _file.Query("select user_version || '' from pragma_user_version")[0][0];
        File.Delete(_file.Path);
        _file.WithStoryAt(schema: 4);
        var blocked = Path.Combine(DataFolder, "backups");
        File.WriteAllText(blocked, "in the way");
        Assert.Contains("could not be backed up first", Assert.Throws<StoreException>(_file.Open).Message, StringComparison.Ordinal);
        Assert.Equal("4", _file.Query("select user_version || '' from pragma_user_version")[0][0]);

        File.Delete(blocked);
        _file.Open().Dispose();
        Assert.Equal(schema, _file.Query("select user_version || '' from pragma_user_version")[0][0]);
        var entry = Assert.Single(Folder(null).List());
        Assert.Equal(schema, entry.BeforeSchema?.ToString(CultureInfo.InvariantCulture));
        var content = Path.Combine(_elsewhere.Root, "content");
        Assert.Equal(Story.Facts.Length, Assert.Single(BackupFile.Unpack(entry.Path, null, content, _file.Time)).Head.Sequence);

        // An up-to-date one is opened without.
        _file.Open().Dispose();
        Assert.Single(Folder(null).List());
    }

    [Theory]
    [InlineData("7,8,12", true)]
    [InlineData(" 30, 0, 0 ", true)]
    [InlineData("0,8,12", false)]
    [InlineData("7,8", false)]
    [InlineData("7,8,-1", false)]
    [InlineData("7,8,9999", false)]
    public void How_many_are_kept_is_three_whole_numbers(string text, bool isAllowed) => Assert.Equal(isAllowed, Retention.Parse(text) is not null);

    private string[] Unpacked(string path, string? passphrase)
    {
        var content = Directory.CreateDirectory(Path.Combine(_elsewhere.Root, $"content-{_unpacked++}")).FullName;
        BackupFile.Unpack(path, passphrase, content, _file.Time);
        return [.. Directory.GetFiles(content).Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)}: {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}")];
    }

    private string Refused(string path, string? passphrase) => Assert.Throws<StoreException>(() => BackupFile.Verify(path, passphrase, _file.Time)).Message;

    private BackupFolder Folder(string? passphrase) => new(BackupSettings.Usual with { Passphrase = passphrase }, DataFolder, _file.Time);
}
