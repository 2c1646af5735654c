using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>The passwords and tokens of the household's mail, from the environment alone. Nothing prints them.</summary>
public sealed class MailSecrets
{
    /// <summary>No secrets at all.</summary>
    public static readonly MailSecrets None = new(null, null, null, null);

    private MailSecrets(string? smtpPassword, string? imapPassword, string? oauthSecret, string? refreshToken) =>
        (SmtpPassword, ImapPassword, OAuthSecret, RefreshToken) = (smtpPassword, imapPassword, oauthSecret, refreshToken);

    /// <summary>The password for sending; null when it is not given.</summary>
    public string? SmtpPassword { get; }

    /// <summary>The password for reading; null when it is not given.</summary>
    public string? ImapPassword { get; }

    /// <summary>The secret under which this program is registered where tokens are renewed; null when it has none.</summary>
    public string? OAuthSecret { get; }

    /// <summary>The token that a person's login left, which renews the others; null when it is not given.</summary>
    public string? RefreshToken { get; }

    /// <summary>The secrets among the variables of the environment.</summary>
    public static MailSecrets From(ImmutableDictionary<string, string> variables)
    {
        string? Of(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        var secrets = new MailSecrets(
            Of(Settings.MailSmtpPasswordVariable), Of(Settings.MailImapPasswordVariable), Of(Settings.MailOAuthSecretVariable), Of(Settings.MailRefreshTokenVariable));
        return secrets is { SmtpPassword: null, ImapPassword: null, OAuthSecret: null, RefreshToken: null } ? None : secrets;
    }

    /// <inheritdoc/>
    public override string ToString() => "(mail secrets)";
}
