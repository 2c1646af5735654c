using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>A town with real mail servers, for the tests of one class; where it cannot be built, its tests are skipped.</summary>
public sealed class Post : IAsyncLifetime
{
    private MailTown? _town;
    private int _sent;

    public MailTown Town
    {
        get
        {
            Assert.SkipWhen(MailTown.Missing is not null, MailTown.Missing ?? "");
            return _town!;
        }
    }

    public static MailSecrets Secrets { get; } = SecretsOf(MailTown.Password, MailTown.Password);

    public static MailSecrets SecretsOf(string smtp, string imap) => MailSecrets.From(ImmutableDictionary<string, string>.Empty
        .Add(Settings.MailSmtpPasswordVariable, smtp).Add(Settings.MailImapPasswordVariable, imap));

    public MailSettings Configured => SettingsOf(Town);

    public static MailSettings SettingsOf(MailTown town, MailSecurity security = MailSecurity.Starttls) => new(
        MailTown.Worker, "Perpetual Rebalancing",
        new MailHost("localhost", security == MailSecurity.Tls ? town.SmtpsPort : town.SmtpPort, security, MailTown.Worker, MailLogin.Password),
        new ImapSettings(
            new MailHost("localhost", security == MailSecurity.Tls ? town.ImapsPort : town.ImapPort, security, MailTown.Worker, MailLogin.Password),
            "INBOX", MailTown.AuthenticationResults),
        null, town.CertificateFile);

    /// <summary>A message that nobody has sent before.</summary>
    public MailMessage Message(string to, string text = "Body") => new(
        FormattableString.Invariant($"{Interlocked.Increment(ref _sent)}.test@test.local"), new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), MailTown.Worker, to, "Approve 2026-11?", text);

    public async ValueTask InitializeAsync() => _town = MailTown.Missing is null ? await MailTown.StartAsync() : null;

    public ValueTask DisposeAsync() => _town?.DisposeAsync() ?? ValueTask.CompletedTask;
}
