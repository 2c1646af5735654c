using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Both ways of the household's mail over one login.</summary>
public sealed class MailWire : IDisposable
{
    private readonly SecretVault? _vault;
    private readonly MailTokens? _tokens;

    private MailWire(MailSettings settings, MailSecrets secrets, SecretVault? vault, TimeProvider time)
    {
        _vault = vault;
        _tokens = settings.OAuth is { } oauth && vault is not null ? new MailTokens(oauth, secrets, vault, time) : null;
        Sender = new SmtpSender(settings, secrets, _tokens);
        Inbox = settings.Imap is null ? null : new ImapInbox(settings, secrets, _tokens);
    }

    /// <summary>The way out.</summary>
    public SmtpSender Sender { get; }

    /// <summary>Where answers arrive; null when none are read.</summary>
    public ImapInbox? Inbox { get; }

    /// <summary>Opens no connection yet; where a login is by OAuth, the household's vault for refresh tokens that the provider exchanges.</summary>
    /// <param name="mail">Where and how.</param>
    /// <param name="installation">Has the secrets, the runtime key and the database.</param>
    /// <param name="household">Whose mail.</param>
    /// <param name="time">Says which tokens have expired.</param>
    /// <param name="random">Fills with random bytes: <see cref="System.Security.Cryptography.RandomNumberGenerator.Fill"/>.</param>
    /// <exception cref="Store.StoreException">The database cannot be used.</exception>
    public static MailWire Open(MailSettings mail, Settings installation, HouseholdId household, TimeProvider time, Action<Span<byte>> random) => new(
        mail, installation.Mail,
        mail.OAuth is null ? null
            : installation.RuntimeKey is { } key ? SecretVault.Open(installation.Database, household, key, time, random)
            : SecretVault.InMemory(household, time),
        time);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens?.Dispose();
        _vault?.Dispose();
    }
}
