using System.Security.Cryptography;
using System.Text;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Adapters.Vault;

namespace PerpetualRebalancing.Adapters.Tests.Vault;

public sealed class SecretVaultTests : IDisposable
{
    private const string Secret = "the-access-token-of-today";
    private static readonly RuntimeKey Key = RuntimeKey.Parse(new string('4', 63) + "f")!;

    private readonly StoreFile _file = new StoreFile().WithStory();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void What_one_process_keeps_another_reads_until_it_expires()
    {
        using var one = Open(Key);
        using var other = Open(Key);
        one.Put("token", Secret, Later(1));
        Assert.Equal(new VaultReading.Found(Secret, Later(1)), other.Read("token"));
        one.Put("token", Secret + "2", Later(2));
        Assert.Equal(new VaultReading.Found(Secret + "2", Later(2)), other.Read("token"));
        Assert.Equal("is not there", Why(other.Read("another")));
        _file.Time.Pass(TimeSpan.FromHours(2));
        Assert.StartsWith("expired at", Why(other.Read("token")), StringComparison.Ordinal);

        // Keeping something forgets what has expired.
        one.Put("another", "x", Later(1));
        Assert.Equal([["another"]], _file.Query("select name from vault"));
    }

    [Fact]
    public void Whoever_takes_a_secret_is_the_only_one()
    {
        using var one = Open(Key);
        using var other = Open(Key);
        one.Put("state", Secret, Later(1));
        Assert.IsType<VaultReading.Found>(other.Take("state"));
        Assert.IsType<VaultReading.Absent>(one.Take("state"));
    }

    [Fact]
    public void Only_the_value_that_was_seen_is_removed()
    {
        foreach (var vault in new[] { Open(Key), SecretVault.InMemory(Story.Household, _file.Time) })
        {
            using var _ = vault;
            vault.Put("token", "new", Later(1));
            vault.Remove("token", "old");
            Assert.IsType<VaultReading.Found>(vault.Read("token"));
            vault.Remove("token", "new");
            Assert.IsType<VaultReading.Absent>(vault.Read("token"));
        }
    }

    [Theory]
    [InlineData("update vault set name = 'token' where name = 'other'", "token")]
    [InlineData("update vault set household = 'somebody' where name = 'other'", "other")]
    [InlineData("update vault set expires = '2099-01-01T00:00:00.0000000Z' where name = 'other'", "other")]
    [InlineData("update vault set expires = 'never' where name = 'other'", "other")]
    [InlineData("update vault set sealed = zeroblob(length(sealed)) where name = 'other'", "other")]
    [InlineData("update vault set sealed = x'' where name = 'other'", "other")]
    [InlineData("update vault set tag = x'00' where name = 'other'", "other")]
    [InlineData("update vault set nonce = zeroblob(12) where name = 'other'", "other")]
    [InlineData("update vault set nonce = x'' where name = 'other'", "other")]
    public void A_row_that_was_changed_or_moved_is_absent(string sql, string name)
    {
        using (var vault = Open(Key))
        {
            vault.Put("other", Secret, Later(1));
        }

        _file.Tamper(sql);
        using var again = Open(Key);
        Assert.Matches("is not there|was written under another PERPETUAL_RUNTIME_KEY, or changed", Why(again.Read(name)));
        again.Remove(name, Secret);
        Assert.IsType<VaultReading.Absent>(again.Take(name));
        again.Put(name, "new", Later(1));
        Assert.IsType<VaultReading.Found>(again.Read(name));
    }

    [Fact]
    public void Another_key_opens_nothing_and_without_a_key_nothing_is_written()
    {
        using (var vault = Open(Key))
        {
            vault.Put("token", Secret, Later(1));
        }

        using var stranger = Open(RuntimeKey.Parse(new string('0', 64)));
        Assert.Contains("another PERPETUAL_RUNTIME_KEY", Why(stranger.Read("token")), StringComparison.Ordinal);
        using var memory = Open(null);
        Assert.False(memory.IsShared);
        memory.Put("mine", Secret, Later(1));
        Assert.Equal(Secret, Assert.IsType<VaultReading.Found>(memory.Read("mine")).Value);
        Assert.IsType<VaultReading.Absent>(memory.Read("token"));
        Assert.Equal([["token"]], _file.Query("select name from vault"));
    }

    [Fact]
    public void Neither_the_file_nor_anything_printed_shows_a_secret()
    {
        using var vault = Open(Key);
        vault.Put("token", Secret, Later(1));
        Assert.DoesNotContain(Secret, $"{vault} {vault.Read("token")} {Key}", StringComparison.Ordinal);
        Assert.DoesNotContain("4f", $"{Key}", StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_file.Path)!))
        {
            Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
        }

        // The same secret twice looks different each time.
        var first = _file.Query("select hex(nonce), hex(sealed) from vault")[0];
        vault.Put("token", Secret, Later(1));
        Assert.NotEqual(first, _file.Query("select hex(nonce), hex(sealed) from vault")[0]);
    }

    [Fact]
    public void A_backup_takes_no_secret_along_not_even_encrypted()
    {
        using var vault = Open(Key);
        vault.Put("token", Secret, Later(1));
        var sealedValue = Convert.FromHexString(_file.Query("select hex(sealed) from vault")[0][0]);
        using var elsewhere = new TemporaryFolder();
        var backup = elsewhere.PathTo("backup.zip");
        BackupFile.Write(Path.GetDirectoryName(_file.Path)!, backup, null, _file.Time);
        BackupFile.Unpack(backup, null, elsewhere.PathTo("content"), _file.Time);
        var copy = Path.Combine(elsewhere.PathTo("content"), BackupFile.Database);
        Assert.Equal(-1, File.ReadAllBytes(copy).AsSpan().IndexOf(sealedValue));
        using var restored = SecretVault.Open(copy, Story.Household, Key, _file.Time, RandomNumberGenerator.Fill);
        Assert.Equal("is not there", Why(restored.Read("token")));
        Assert.IsType<VaultReading.Found>(vault.Read("token"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_key_is_none(string text) => Assert.Null(RuntimeKey.Parse(text));

    private SecretVault Open(RuntimeKey? key) => SecretVault.Open(_file.Path, Story.Household, key, _file.Time, RandomNumberGenerator.Fill);

    private DateTimeOffset Later(int hours) => _file.Time.GetUtcNow() + TimeSpan.FromHours(hours);

    private static string Why(VaultReading reading) => Assert.IsType<VaultReading.Absent>(reading).Why;
}
