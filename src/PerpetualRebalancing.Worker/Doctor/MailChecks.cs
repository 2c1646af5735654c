using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>The household's mail, as far as it can be seen without asking anybody.</summary>
internal static class MailChecks
{
    private const string Give = "Give it in the environment or in .env, as .env.example shows.";

    /// <summary>What is needed to send and to read is there.</summary>
    public static IEnumerable<Finding> Mail(Patient patient)
    {
        var secrets = patient.Settings.Mail;
        if (patient.Services.Mail is not { } mail)
        {
            yield return Finding.Note($"No mail is configured: messages go to {patient.Settings.Outbox}.", "config/README.md says how to send them, and how to answer by mail.");
            yield break;
        }

        yield return Login("Messages go out", mail.Smtp, secrets.SmtpPassword, Settings.MailSmtpPasswordVariable, secrets);
        yield return mail.Imap is { } imap
            ? Login($"Answers are read from {imap.Folder}", imap.Host, secrets.ImapPassword, Settings.MailImapPasswordVariable, secrets)
            : Finding.Note("No answers are read by mail: services.json has no section mail.imap.");
        if (mail.CertificateAuthority is { } authority && !File.Exists(authority))
        {
            yield return Finding.Wrong($"The certificate authority {authority} is not there, and no mail server can be trusted without it.", "Put it there, or take certificateAuthority out of services.json.");
        }

        if (mail.OAuth is not null && patient.Settings.RuntimeKey is null)
        {
            yield return Finding.Note(
                $"{Settings.RuntimeKeyVariable} is not given: a provider that exchanges the refresh token at each use locks us out at the next start.", Give);
        }
    }

    private static Finding Login(string what, MailHost host, string? password, string variable, MailSecrets secrets)
    {
        var (given, needed) = host.Login == MailLogin.Password ? (password, variable) : (secrets.RefreshToken, Settings.MailRefreshTokenVariable);
        return given is null
            ? Finding.Wrong($"{what} at {host.Name} as {host.User}, but {needed} is not given.", Give)
            : Finding.Right($"{what} at {host.Name} as {host.User}; 'mail test' and 'mail check' try it.");
    }
}
