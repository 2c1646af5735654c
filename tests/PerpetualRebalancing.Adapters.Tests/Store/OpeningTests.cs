using System.Globalization;
using Dapper;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class OpeningTests : IDisposable
{
    private readonly StoreFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_new_database_is_safe_against_power_loss_and_strict_about_types()
    {
        using var store = _file.Open();
        Assert.Equal("wal", store.Connection.ExecuteScalar<string>("pragma journal_mode"));
        Assert.Equal(2, store.Connection.ExecuteScalar<long>("pragma synchronous"));
        Assert.Equal(1, store.Connection.ExecuteScalar<long>("pragma foreign_keys"));
        var tables = _file.Query("select name, strict || '' from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'");
        Assert.Equal(21, tables.Count);
        Assert.All(tables, t => Assert.Equal((t[0], "1"), (t[0], t[1])));
    }

    [Fact]
    public void Migrations_are_numbered_without_gaps_and_the_database_says_which_was_last()
    {
        var numbers = typeof(HouseholdStore).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("migration/", StringComparison.Ordinal))
            .Select(n => int.Parse(n.AsSpan("migration/".Length, 3), CultureInfo.InvariantCulture))
            .Order()
            .ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        _file.Open().Dispose();
        Assert.Equal(numbers[^1].ToString(CultureInfo.InvariantCulture), _file.Query("select user_version || '' from pragma_user_version")[0][0]);
    }

    [Fact]
    public void Only_the_owner_may_read_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are a matter of Unix");
            return;
        }

        using var store = _file.Open();
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(_file.Path)!))
        {
            Assert.Equal((path, UnixFileMode.UserRead | UnixFileMode.UserWrite), (path, File.GetUnixFileMode(path)));
        }
    }

    /// <summary>Caught, once in many runs, a half-made database that was taken for another program's: its version was read before, and its
    /// tables after, somebody else had made them.</summary>
    [Fact]
    public void Many_may_create_the_database_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            using var file = new StoreFile();
            Parallel.For(0, 8, _ => file.Open().Dispose());
            using var store = file.Open();
            Assert.Equal(0, store.Current.Sequence);
        }
    }

    [Fact]
    public void A_newer_database_is_refused_and_left_alone()
    {
        _file.WithStory().Tamper("pragma user_version = 999");
        var before = File.ReadAllBytes(_file.Path);
        foreach (var open in new Func<HouseholdStore>[] { _file.Open, _file.OpenReadOnly })
        {
            var refused = OneLine(Assert.Throws<StoreException>(open));
            Assert.Contains("schema 999", refused, StringComparison.Ordinal);
            Assert.Contains("newer program", refused, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(_file.Path));
    }

    [Fact]
    public void A_reader_refuses_an_older_database_and_a_writer_brings_it_up_to_date()
    {
        _file.WithStoryAt(schema: 4);
        Assert.Contains("schema 4", OneLine(Assert.Throws<StoreException>(_file.OpenReadOnly)), StringComparison.Ordinal);
        _file.Open().Dispose();
        using var store = _file.OpenReadOnly();
        Assert.Equal(Story.Facts.Length, store.Current.Sequence);
        Assert.Single(_file.Query("select batch from batches"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var garbage = Enumerable.Range(0, 8192).Select(i => unchecked((byte)(i * 37))).ToArray();
        File.WriteAllBytes(_file.Path, garbage);
        Assert.Contains("is damaged", OneLine(Assert.Throws<StoreException>(_file.Open)), StringComparison.Ordinal);
        Assert.Contains("is damaged", OneLine(Assert.Throws<StoreException>(_file.OpenReadOnly)), StringComparison.Ordinal);
        Assert.Equal(garbage, File.ReadAllBytes(_file.Path));
    }

    [Fact]
    public void Any_overwritten_page_is_noticed_at_the_latest_when_the_log_is_read()
    {
        _file.WithStory();
        var good = File.ReadAllBytes(_file.Path);
        var page = int.Parse(_file.Query("select page_size || '' from pragma_page_size")[0][0], CultureInfo.InvariantCulture);
        for (var start = 0; start < good.Length; start += page)
        {
            var bad = good.ToArray();
            Array.Fill(bad, (byte)0x5A, start, page);
            File.WriteAllBytes(_file.Path, bad);
            Assert.Contains("is damaged", OneLine(Assert.Throws<StoreException>(() => _file.Open().Dispose())), StringComparison.Ordinal);
        }

        File.WriteAllBytes(_file.Path, good[..(good.Length / 2)]);
        Assert.Contains("is damaged", OneLine(Assert.Throws<StoreException>(_file.Open)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_database_of_another_program_is_refused()
    {
        _file.Tamper("create table addresses (name text)");
        Assert.Contains("another program", OneLine(Assert.Throws<StoreException>(_file.Open)), StringComparison.Ordinal);
        Assert.Equal([["addresses"]], _file.Query("select name from sqlite_schema"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_clear_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc, a folder that not even root can write");
        var refused = Assert.Throws<StoreException>(() => HouseholdStore.Open("/proc/household.db", Story.Household, _file.Time));
        Assert.StartsWith("/proc/household.db: the database cannot be created", OneLine(refused), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_became_read_only_is_one_clear_line_and_nothing_is_written()
    {
        using var store = _file.Open();
        StoreFile.Record(store, Story.Opened);
        store.Connection.Execute("pragma query_only = on");
        var refused = Assert.Throws<StoreException>(() => StoreFile.Record(store, new Fact.Halted("lost")));
        Assert.Contains("is read-only; nothing was written", OneLine(refused), StringComparison.Ordinal);
        Assert.Null(store.State.Halt);
    }

    [Fact]
    public void A_full_disk_is_one_clear_line_nothing_is_written_and_the_store_goes_on_when_there_is_space()
    {
        using var store = _file.Open();
        StoreFile.Record(store, Story.Opened);
        store.Connection.Execute("pragma max_page_count = 40");
        var refused = Assert.Throws<StoreException>(() => store.Transact("asha", transaction =>
        {
            transaction.Append(new Fact.Halted("lost"));
            transaction.SaveDocument(new byte[1_000_000]);
        }));
        Assert.Contains("the disk is full; nothing was written", OneLine(refused), StringComparison.Ordinal);
        Assert.Equal((1, null), (store.Current.Sequence, store.State.Halt));
        using (var other = _file.OpenReadOnly())
        {
            Assert.Equal(1, other.Current.Sequence);
        }

        store.Connection.Execute("pragma max_page_count = 100000");
        StoreFile.Record(store, new Fact.Halted("kept"));
        Assert.Equal("kept", store.State.Halt);
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
    }

    [Fact]
    public void A_missing_system_library_names_the_package_to_install()
    {
        var missing = OneLine(Assert.Throws<StoreException>(() => SqliteLibrary.Load(["libno-such-sqlite.so.0"])), named: false);
        Assert.Contains("libsqlite3-0", missing, StringComparison.Ordinal);
        Assert.Contains("sqlite-libs", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_library_without_strict_tables_is_refused_with_both_versions()
    {
        SqliteLibrary.Require(SqliteLibrary.Oldest);
        var old = OneLine(Assert.Throws<StoreException>(() => SqliteLibrary.Require(3_036_001)), named: false);
        Assert.Contains("3.36.1", old, StringComparison.Ordinal);
        Assert.Contains("3.37.0", old, StringComparison.Ordinal);
    }

    private string OneLine(StoreException e, bool named = true)
    {
        Assert.DoesNotContain('\n', e.Message);
        if (named)
        {
            Assert.Contains(".db: ", e.Message, StringComparison.Ordinal);
        }

        return e.Message;
    }
}
