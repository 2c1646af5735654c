using System.Security.Cryptography;
using System.Text;

namespace PerpetualRebalancing.Adapters.Vault;

/// <summary>The key that encrypts what logins leave behind: 256 bits, from the environment alone.</summary>
public sealed class RuntimeKey : IEquatable<RuntimeKey>
{
    /// <summary>How a key is written, for faults.</summary>
    public const string Allowed = "64 hexadecimal digits, for example the output of 'openssl rand -hex 32', or leave it out to keep logins in memory only";

    private const int Size = 32;

    private readonly byte[] _bytes;

    private RuntimeKey(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a key.</summary>
    /// <returns>Null when the text is not 64 hexadecimal digits.</returns>
    public static RuntimeKey? Parse(string text) =>
        text.Length == 2 * Size && text.All(char.IsAsciiHexDigit) ? new RuntimeKey(Convert.FromHexString(text)) : null;

    /// <summary>A key of the same size for one purpose (HKDF, RFC 5869): knowing it tells nothing of this one or of any other.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Size, info: Encoding.UTF8.GetBytes(purpose));

    /// <inheritdoc/>
    public bool Equals(RuntimeKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RuntimeKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bytes[0], _bytes[1], _bytes[2], _bytes[3]);

    /// <summary>Never the key.</summary>
    public override string ToString() => "(runtime key)";
}
