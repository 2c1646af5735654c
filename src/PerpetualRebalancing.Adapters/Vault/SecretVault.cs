using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Vault;

/// <summary>Where a household's logins are kept while they last: each value encrypted with AES-256 in Galois/counter mode (NIST SP
/// 800-38D) under the runtime key, bound to its household, name and expiry, in the database that all processes share. Without a key
/// everything stays in this process's memory. What cannot be opened counts as absent: logging in again is always possible.</summary>
public sealed class SecretVault : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const string OtherKey = $"was written under another {Settings.RuntimeKeyVariable}, or changed outside the program; log in again";
    private const string NotThere = "is not there";

    private readonly Lock _gate = new();
    private readonly HouseholdId _household;
    private readonly TimeProvider _time;
    private readonly RuntimeKey? _key;
    private readonly Action<Span<byte>>? _random;
    private readonly SqliteConnection? _connection;
    private readonly string _file;
    private readonly Dictionary<string, VaultReading.Found> _memory = [];

    private SecretVault(HouseholdId household, TimeProvider time, string file, RuntimeKey? key, Action<Span<byte>>? random)
    {
        (_household, _time, _file, _key, _random) = (household, time, file, key, random);
        if (key is not null)
        {
            _connection = StoreDatabase.Open(file, time);

            // What is deleted leaves no readable pages behind.
            _connection.Execute("pragma secure_delete = on");
        }
    }

    /// <summary>Opens the vault of a household; creates the database, or brings it up to date, when needed.</summary>
    /// <param name="database">The household's database.</param>
    /// <param name="household">Whose.</param>
    /// <param name="key">The runtime key; null keeps everything in memory and the database untouched.</param>
    /// <param name="time">Says what has expired.</param>
    /// <param name="random">Fills with random bytes: <see cref="RandomNumberGenerator.Fill"/>.</param>
    /// <exception cref="StoreException">The database cannot be used.</exception>
    public static SecretVault Open(string database, HouseholdId household, RuntimeKey? key, TimeProvider time, Action<Span<byte>> random) =>
        new(household, time, database, key, random);

    /// <summary>A vault that ends with this process.</summary>
    public static SecretVault InMemory(HouseholdId household, TimeProvider time) => new(household, time, string.Empty, null, null);

    /// <summary>Whether other processes, and later starts, see what is kept.</summary>
    public bool IsShared => _connection is not null;

    /// <summary>Keeps a secret under a name, in the place of an earlier one, and forgets what has expired.</summary>
    /// <exception cref="StoreException">The database cannot be written.</exception>
    public void Put(string name, string value, DateTimeOffset expires) => Guarded(connection =>
    {
        if (connection is null)
        {
            foreach (var old in _memory.Where(e => e.Value.Expires <= _time.GetUtcNow()).Select(e => e.Key).ToArray())
            {
                _memory.Remove(old);
            }

            _memory[name] = new VaultReading.Found(value, expires);
            return true;
        }

        var (nonce, tag, content) = (new byte[NonceSize], new byte[TagSize], Encoding.UTF8.GetBytes(value));
        _random!(nonce);
        var sealedValue = new byte[content.Length];
        using var aes = new AesGcm(_key!.Bytes, TagSize);
        aes.Encrypt(nonce, content, sealedValue, tag, Bound(name, SqlTypes.Text(expires)));
        connection.Execute(
            """
            delete from vault where household = @Household and expires <= @Now;
            insert into vault (household, name, expires, nonce, tag, sealed) values (@Household, @Name, @Expires, @Nonce, @Tag, @Sealed)
            on conflict (household, name) do update
                set expires = excluded.expires, nonce = excluded.nonce, tag = excluded.tag, sealed = excluded.sealed
            """,
            new { Household = _household.Value, Name = name, Expires = expires, Nonce = nonce, Tag = tag, Sealed = sealedValue, Now = _time.GetUtcNow() });
        return true;
    });

    /// <summary>What is kept under a name.</summary>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    public VaultReading Read(string name) => Guarded(connection => connection is null
        ? Judge(_memory.GetValueOrDefault(name))
        : Judge(name, connection.QueryFirstOrDefault<SealedRow>(
            "select expires, nonce, tag, sealed from vault where household = @Household and name = @Name", Named(name))));

    /// <summary>What is kept under a name; whoever takes it is the only one who gets it.</summary>
    /// <exception cref="StoreException">The database cannot be written.</exception>
    public VaultReading Take(string name) => Guarded(connection =>
    {
        if (connection is null)
        {
            return Judge(_memory.Remove(name, out var kept) ? kept : null);
        }

        return Judge(name, connection.QueryFirstOrDefault<SealedRow>(
            "delete from vault where household = @Household and name = @Name returning expires, nonce, tag, sealed", Named(name)));
    });

    /// <summary>Forgets a secret, unless it has been replaced by another one meanwhile.</summary>
    /// <exception cref="StoreException">The database cannot be written.</exception>
    public void Remove(string name, string value) => Guarded(connection =>
    {
        if (connection is null)
        {
            return _memory.TryGetValue(name, out var kept) && kept.Value == value && _memory.Remove(name);
        }

        var row = connection.QueryFirstOrDefault<SealedRow>(
            "select expires, nonce, tag, sealed from vault where household = @Household and name = @Name", Named(name));
        return row is not null && Value(name, row) == value && connection.Execute(
            "delete from vault where household = @Household and name = @Name and nonce = @Nonce",
            new { Household = _household.Value, Name = name, row.Nonce }) == 1;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _connection?.Dispose();
            _memory.Clear();
        }
    }

    /// <summary>Never what is in it.</summary>
    public override string ToString() => $"(vault of {_household})";

    private VaultReading Judge(VaultReading.Found? kept) => kept is null ? new VaultReading.Absent(NotThere) : Fresh(kept);

    private VaultReading Judge(string name, SealedRow? row)
    {
        if (row is null)
        {
            return new VaultReading.Absent(NotThere);
        }

        return Value(name, row) is { } value ? Fresh(new VaultReading.Found(value, SqlTypes.Instant(row.Expires))) : new VaultReading.Absent(OtherKey);
    }

    private VaultReading Fresh(VaultReading.Found kept) => kept.Expires > _time.GetUtcNow()
        ? kept
        : new VaultReading.Absent(FormattableString.Invariant($"expired at {kept.Expires.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));

    // Null for whatever was not sealed by this key for this household, name and expiry. The expiry is authenticated before it is read.
    private string? Value(string name, SealedRow row)
    {
        if (row.Nonce.Length != NonceSize || row.Tag.Length != TagSize)
        {
            return null;
        }

        var content = new byte[row.Sealed.Length];
        using var aes = new AesGcm(_key!.Bytes, TagSize);
        try
        {
            aes.Decrypt(row.Nonce, row.Sealed, row.Tag, content, Bound(name, row.Expires));
            return Encoding.UTF8.GetString(content);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private byte[] Bound(string name, string expires) => Encoding.UTF8.GetBytes($"vault 1\n{_household}\n{name}\n{expires}");

    private object Named(string name) => new { Household = _household.Value, Name = name };

    private T Guarded<T>(Func<SqliteConnection?, T> use)
    {
        lock (_gate)
        {
            try
            {
                return use(_connection);
            }
            catch (SqliteException e)
            {
                throw StoreException.From(_file, e);
            }
        }
    }

    private sealed record SealedRow
    {
        public required string Expires { get; init; }

        public required byte[] Nonce { get; init; }

        public required byte[] Tag { get; init; }

        public required byte[] Sealed { get; init; }
    }
}
