using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Sending through a real Exim.</summary>
public sealed class SmtpSenderTests(Post post) : IClassFixture<Post>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailSecurity.Starttls)]
    [InlineData(MailSecurity.Tls)]
    public async Task A_message_arrives_as_it_was_written_under_either_protection(MailSecurity security)
    {
        var message = post.Message(MailTown.Approver, ".\n..two dots\n.\r\nQUIT\r\n₹ 12,34,567\n") with
        {
            FromName = "Müller & Söhne \"₹\"",
            Html = "<p>₹ 12,34,567</p>",
            Attachments = [new("Plan für Ravi.json", "application/json", "{}"u8.ToArray())],
        };
        Assert.Equal(new SendOutcome.Sent(), await SendAsync(message, Post.SettingsOf(post.Town, security)));
        var arrived = await ArrivedAsync(MailTown.Approver, message.Id);
        Assert.EndsWith(System.Text.Encoding.ASCII.GetString(EmlFile.Write(message)).ReplaceLineEndings("\n").TrimEnd('\n'), arrived.ReplaceLineEndings("\n").TrimEnd('\n'), StringComparison.Ordinal);
        Assert.Contains("TLS", arrived);
    }

    [Fact]
    public async Task A_wrong_password_needs_a_login_and_nothing_is_sent()
    {
        var message = post.Message(MailTown.Approver);
        var outcome = await new SmtpSender(post.Configured, Post.SecretsOf("wrong", ""), null).SendAsync(message, Stop);
        var why = Assert.IsType<SendOutcome.LoginNeeded>(outcome).Why;
        Assert.Contains("535", why);
        Assert.DoesNotContain("wrong", why);
        Assert.DoesNotContain(post.Town.MailsOf(MailTown.Approver), m => m.Contains(message.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_logs_in_sends_nothing_and_learns_the_servers_time()
    {
        var before = post.Town.MailsOf(MailTown.Worker).Count;
        var ready = Assert.IsType<SenderCheck.Ready>(await new SmtpSender(post.Configured, Post.SecretsOf(MailTown.Password, ""), null).CheckAsync(Stop));
        Assert.InRange((ready.Clock!.Value - TimeProvider.System.GetUtcNow()).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Contains("535", Assert.IsType<SenderCheck.LoginNeeded>(await new SmtpSender(post.Configured, Post.SecretsOf("wrong", ""), null).CheckAsync(Stop)).Why);
        var nowhere = post.Configured with { Smtp = post.Configured.Smtp with { Port = 1 } };
        Assert.IsType<SenderCheck.Unreachable>(await new SmtpSender(nowhere, Post.SecretsOf(MailTown.Password, ""), null).CheckAsync(Stop));
        Assert.Equal(before, post.Town.MailsOf(MailTown.Worker).Count);
    }

    [Theory]
    [InlineData("220 home ESMTP Exim 4.96 Sat, 21 Nov 2026 19:32:45 +0000", "2026-11-21T19:32:45Z")]
    [InlineData("220 post.example.org Microsoft ESMTP MAIL Service ready at Sun, 1 Nov 2026 01:02:03 +0530", "2026-10-31T19:32:03Z")]
    [InlineData("220 mx.example.org ESMTP x1-20020a05 - gsmtp", null)]
    [InlineData("220 home ESMTP 31 Feb 2026 19:32:45 +0000", null)]
    public void A_greeting_may_tell_the_time(string greeting, string? moment) =>
        Assert.Equal(moment is null ? null : DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), SmtpSession.ClockOf(greeting));

    [Fact]
    public async Task Without_a_password_no_server_is_asked()
    {
        var settings = post.Configured with { Smtp = post.Configured.Smtp with { Port = 1 } };
        var why = Assert.IsType<SendOutcome.LoginNeeded>(await new SmtpSender(settings, MailSecrets.None, null).SendAsync(post.Message(MailTown.Approver), Stop)).Why;
        Assert.StartsWith("PERPETUAL_MAIL_SMTP_PASSWORD is not given", why);
    }

    [Theory]
    [InlineData(MailTown.Refused)]
    [InlineData("somebody@elsewhere.test")]
    public async Task A_refused_recipient_is_refused_for_good(string to) =>
        Assert.Contains(to, Assert.IsType<SendOutcome.Refused>(await SendAsync(post.Message(to))).Why);

    [Fact]
    public async Task A_greylisted_message_is_for_later_and_then_sent()
    {
        var message = post.Message(MailTown.Greylisted);
        Assert.Contains("451", Assert.IsType<SendOutcome.Later>(await SendAsync(message)).Why);
        post.Town.EndGreylisting();
        Assert.IsType<SendOutcome.Sent>(await SendAsync(message));
        await ArrivedAsync(MailTown.Greylisted, message.Id);
    }

    [Theory]
    [InlineData(MailSecurity.Starttls)]
    [InlineData(MailSecurity.Tls)]
    public async Task A_certificate_that_nobody_vouches_for_is_not_spoken_to(MailSecurity security)
    {
        var outcome = await SendAsync(post.Message(MailTown.Approver), Post.SettingsOf(post.Town, security) with { CertificateAuthority = null });
        Assert.Contains("cannot prove who it is", Assert.IsType<SendOutcome.Later>(outcome).Why);
    }

    [Theory]
    [InlineData(MailSecurity.Starttls)]
    [InlineData(MailSecurity.Tls)]
    public async Task A_certificate_for_another_name_is_not_spoken_to(MailSecurity security)
    {
        var settings = Post.SettingsOf(post.Town, security);
        var outcome = await SendAsync(post.Message(MailTown.Approver), settings with { Smtp = settings.Smtp with { Host = "127.0.0.1" } });
        Assert.Contains("cannot prove who it is", Assert.IsType<SendOutcome.Later>(outcome).Why);
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_the_server_is_refused_before_it_is_sent()
    {
        var message = post.Message(MailTown.Approver) with { Attachments = [new("large.bin", "application/octet-stream", new byte[9_000_000])] };
        Assert.Contains("10485760", Assert.IsType<SendOutcome.Refused>(await SendAsync(message)).Why);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_for_later()
    {
        var settings = post.Configured with { Smtp = post.Configured.Smtp with { Port = 1 } };
        Assert.Contains("localhost:1 takes no connection", Assert.IsType<SendOutcome.Later>(await SendAsync(post.Message(MailTown.Approver), settings)).Why);
    }

    [Fact]
    public async Task A_message_that_cannot_be_written_is_refused() =>
        Assert.IsType<SendOutcome.Refused>(await SendAsync(post.Message(MailTown.Approver) with { Subject = "a\r\nBcc: thief@test.local" }));

    private Task<SendOutcome> SendAsync(MailMessage message, MailSettings? settings = null) =>
        new SmtpSender(settings ?? post.Configured, Post.Secrets, null).SendAsync(message, Stop);

    private async Task<string> ArrivedAsync(string mailbox, string id)
    {
        for (var i = 0; i < 400; i++)
        {
            if (post.Town.MailsOf(mailbox).FirstOrDefault(m => m.Contains($"<{id}>", StringComparison.Ordinal)) is { } mail)
            {
                return mail;
            }

            await Task.Delay(25, Stop);
        }

        Assert.Fail($"{id} did not arrive.\n{post.Town.Log()}");
        return "";
    }
}
