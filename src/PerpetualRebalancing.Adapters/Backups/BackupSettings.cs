using System.Text;

namespace PerpetualRebalancing.Adapters.Backups;

/// <summary>Where backups go and how long they stay.</summary>
/// <param name="Folder">Where they are made; null for <c>backups</c> in the data folder.</param>
/// <param name="Copy">A second folder that each one is copied to, or null.</param>
/// <param name="Keep">Which ones stay, in either folder.</param>
/// <param name="Passphrase">Encrypts them; null leaves them as readable as the database is.</param>
public sealed record BackupSettings(string? Folder, string? Copy, Retention Keep, string? Passphrase)
{
    /// <summary>The shortest passphrase that is taken.</summary>
    public const int ShortestPassphrase = 12;

    /// <summary>Beside the database, unencrypted, nowhere else.</summary>
    public static BackupSettings Usual { get; } = new(null, null, Retention.Usual, null);

    // A record writes out its members, and this one has a secret.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Folder = ").Append(Folder).Append(", Copy = ").Append(Copy).Append(", Keep = ").Append(Keep)
            .Append(", Passphrase = ").Append(Passphrase is null ? "none" : "set");
        return true;
    }
}
