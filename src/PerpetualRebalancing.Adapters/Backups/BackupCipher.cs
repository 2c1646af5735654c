using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Adapters.Backups;

/// <summary>Encrypts a backup with a passphrase: AES-256 in Galois/counter mode (NIST SP 800-38D), its key by PBKDF2 with HMAC-SHA-256
/// (NIST SP 800-132). The file begins with what is needed to read it again years later: a mark, the iteration count (4 bytes, big
/// end first), the salt (16), the nonce (12) and the tag (16); mark, count, salt and nonce are authenticated too.</summary>
internal static class BackupCipher
{
    /// <summary>OWASP's password storage advice for PBKDF2 with HMAC-SHA-256, 2023.</summary>
    private const int Iterations = 600_000;

    // A file asks for its count: more would be a way to keep the machine busy, fewer are none of ours.
    private const int MostIterations = 10_000_000;
    private const int FewestIterations = 100_000;
    private const int SaltSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static readonly byte[] Mark = "PRBACKUP1\n"u8.ToArray();

    private static int Associated => Mark.Length + sizeof(int) + SaltSize + NonceSize;

    /// <summary>Whether a file's bytes are encrypted.</summary>
    public static bool IsEncrypted(ReadOnlySpan<byte> file) => file.StartsWith(Mark);

    /// <summary>Encrypts; salt and nonce are new each time.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> content, string passphrase)
    {
        var file = new byte[Associated + TagSize + content.Length];
        Mark.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(Mark.Length), Iterations);
        RandomNumberGenerator.Fill(file.AsSpan(Mark.Length + sizeof(int), SaltSize + NonceSize));
        using var aes = new AesGcm(Key(file, passphrase, Iterations), TagSize);
        aes.Encrypt(Nonce(file), content, file.AsSpan(Associated + TagSize), file.AsSpan(Associated, TagSize), file.AsSpan(0, Associated));
        return file;
    }

    /// <summary>Decrypts.</summary>
    /// <param name="file">All of it.</param>
    /// <param name="passphrase">What it was encrypted with.</param>
    /// <param name="path">The file's name, for faults.</param>
    /// <exception cref="StoreException">The passphrase is another, or the file was changed: no part of it is given out.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> file, string passphrase, string path)
    {
        var iterations = file.Length < Associated + TagSize ? 0 : BinaryPrimitives.ReadInt32BigEndian(file[Mark.Length..]);
        if (iterations is < FewestIterations or > MostIterations)
        {
            throw new StoreException($"{path}: the backup is damaged (its header is not one); nothing was changed. Use another backup.");
        }

        var content = new byte[file.Length - Associated - TagSize];
        using var aes = new AesGcm(Key(file, passphrase, iterations), TagSize);
        try
        {
            aes.Decrypt(Nonce(file), file[(Associated + TagSize)..], file.Slice(Associated, TagSize), content, file[..Associated]);
            return content;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new StoreException($"{path}: the passphrase is not the one it was encrypted with, or the backup is damaged; nothing was changed.", e);
        }
    }

    private static byte[] Key(ReadOnlySpan<byte> file, string passphrase, int iterations) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(passphrase), file.Slice(Mark.Length + sizeof(int), SaltSize), iterations, HashAlgorithmName.SHA256, 32);

    private static ReadOnlySpan<byte> Nonce(ReadOnlySpan<byte> file) => file.Slice(Associated - NonceSize, NonceSize);
}
