using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>The household's mail, both ways.</summary>
internal static class MailChecks
{
    /// <summary>The servers let us in, and tell no other time than we do. No message is sent and no mail is read.</summary>
    public static IEnumerable<Finding> Mail(Patient patient)
    {
        var secrets = patient.Settings.Mail;
        if (patient.Services.Mail is not { } mail)
        {
            yield return Finding.Note($"No mail is configured: messages go to {patient.Settings.Outbox}.", "config/README.md says how to send them, and how to answer by mail.");
            yield break;
        }

        if (mail.CertificateAuthority is { } authority && !File.Exists(authority))
        {
            yield return Finding.Wrong($"The certificate authority {authority} is not there, and no mail server can be trusted without it.", "Put it there, or take certificateAuthority out of services.json.");
            yield break;
        }

        using var wire = MailWire.Open(mail with { OAuth = null }, patient.Settings, patient.Household.Id, patient.Time, RandomNumberGenerator.Fill);
        yield return WhyNotTried("Messages go out", mail.Smtp, secrets.SmtpPassword, Settings.MailSmtpPasswordVariable, secrets) ?? Outwards(wire.Sender, mail.Smtp, patient.Now);
        yield return mail.Imap is { } imap
            ? WhyNotTried($"Answers are read from {imap.Folder}", imap.Host, secrets.ImapPassword, Settings.MailImapPasswordVariable, secrets) ?? Inwards(wire.Inbox!, imap)
            : Finding.Note("No answers are read by mail: services.json has no section mail.imap.");
        if (mail.OAuth is not null && patient.Settings.RuntimeKey is null)
        {
            yield return Finding.Note(
                $"{Settings.RuntimeKeyVariable} is not given: a provider that exchanges the refresh token at each use locks us out at the next start.", ConfigurationChecks.Give);
        }
    }

    private static Finding? WhyNotTried(string what, MailHost host, string? password, string variable, MailSecrets secrets)
    {
        var (given, needed) = host.Login == MailLogin.Password ? (password, variable) : (secrets.RefreshToken, Settings.MailRefreshTokenVariable);
        return given is null ? Finding.Wrong($"{what} at {host.Name} as {host.User}, but {needed} is not given.", ConfigurationChecks.Give)
            : host.Login == MailLogin.Password ? null

            // Some providers exchange the refresh token at each use, and whoever only looks must not use it up.
            : Finding.Right($"{what} at {host.Name} as {host.User} by OAuth, which was not tried; 'mail test' and 'mail check' try it.");
    }

    // The other checks only read files: those that ask somebody outside wait, and nothing else runs meanwhile.
    private static Finding Outwards(SmtpSender sender, MailHost host, DateTimeOffset now) =>
        sender.CheckAsync(CancellationToken.None).GetAwaiter().GetResult() switch
        {
            SenderCheck.Ready { Clock: { } theirs } when (theirs - now).Duration() > UpstreamTerms.UsualClockTolerance =>
                Finding.Wrong($"{host.Name} says that it is {MachineChecks.Text(theirs)}, and the clock here says {MachineChecks.Text(now)}.", MachineChecks.SetTheClock),
            SenderCheck.Ready ready =>
                Finding.Right($"Messages go out at {host.Name} as {host.User}: it let us in{(ready.Clock is null ? "" : ", and tells no other time than we do")}."),
            SenderCheck.LoginNeeded needed => LoginNeeded(needed.Why),
            SenderCheck.Unreachable unreachable => Unreachable(unreachable.Why),
            var other => throw new InvalidOperationException($"{other} is no answer of a mail server."),
        };

    private static Finding Inwards(ImapInbox inbox, ImapSettings imap) =>
        inbox.CheckAsync(CancellationToken.None).GetAwaiter().GetResult() switch
        {
            InboxCheck.Readable readable => Finding.Right($"Answers are read from {imap.Folder} at {imap.Host.Name} as {imap.Host.User}: it let us in ({readable.Count} mails)."),
            InboxCheck.LoginNeeded needed => LoginNeeded(needed.Why),
            InboxCheck.Unreachable unreachable => Unreachable(unreachable.Why),
            var other => throw new InvalidOperationException($"{other} is no answer of a mailbox."),
        };

    private static Finding LoginNeeded(string why) => Finding.Wrong($"{why}.", "Give a password that the server takes; many providers want one made for this program alone.");

    private static Finding Unreachable(string why) => Finding.Wrong($"{why}.", "See that the server is up and that services.json names it right; the service tries again by itself.");
}
