namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>How a connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>TLS from the first byte (RFC 8314 §3).</summary>
    Tls,

    /// <summary>In clear until the server agrees to TLS, before anything of ours is said (RFC 3207, RFC 9051 §6.2.1); never without.</summary>
    Starttls,

    /// <summary>In clear: only on this machine itself.</summary>
    None,
}

/// <summary>How we prove who we are.</summary>
public enum MailLogin
{
    /// <summary>A password.</summary>
    Password,

    /// <summary>A token that is renewed by OAuth 2.0 (XOAUTH2).</summary>
    Oauth,
}

/// <summary>A mail server and whose mailbox it is.</summary>
/// <param name="Host">Its name, as its certificate has it.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="User">Who logs in.</param>
/// <param name="Login">How.</param>
public sealed record MailHost(string Host, int Port, MailSecurity Security, string User, MailLogin Login)
{
    /// <summary>The server for people: <c>mail.example.org:587</c>.</summary>
    public string Name => FormattableString.Invariant($"{Host}:{Port}");
}

/// <summary>Where answers arrive.</summary>
/// <param name="Host">The server.</param>
/// <param name="Folder">The mailbox folder that is read, and never changed.</param>
/// <param name="AuthenticationResults">The name (authserv-id, RFC 8601 §2.5) under which this mailbox's own server says whether a sender is genuine:
/// results under any other name prove nothing.</param>
public sealed record ImapSettings(MailHost Host, string Folder, string AuthenticationResults);

/// <summary>Who renews our tokens.</summary>
/// <param name="Endpoint">The token endpoint (RFC 6749 §3.2).</param>
/// <param name="ClientId">How this program is registered there.</param>
public sealed record OAuthSettings(Uri Endpoint, string ClientId);

/// <summary>The household's mail: section <c>mail</c> of <c>services.json</c>.</summary>
/// <param name="From">The address that messages come from and answers go to.</param>
/// <param name="FromName">Its name for people; null for none.</param>
/// <param name="Smtp">The server that takes messages.</param>
/// <param name="Imap">Where answers arrive; null when none are read.</param>
/// <param name="OAuth">Who renews tokens; null when every login is by password.</param>
/// <param name="CertificateAuthority">A PEM file with the one authority that both servers' certificates must come from, for a server with an authority
/// of its own; null for the authorities that the operating system trusts.</param>
public sealed record MailSettings(string From, string? FromName, MailHost Smtp, ImapSettings? Imap, OAuthSettings? OAuth, string? CertificateAuthority);
