using System.Text;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Reading at a real Dovecot. Each test has a mailbox of its own.</summary>
public sealed class ImapInboxTests(Post post) : IClassFixture<Post>
{
    private static readonly DateTimeOffset November = new(2026, 11, 20, 9, 30, 15, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailSecurity.Starttls, MailTown.Worker)]
    [InlineData(MailSecurity.Tls, MailTown.Approver)]
    public async Task What_is_there_is_read_oldest_first_and_what_comes_wakes_the_watch(MailSecurity security, string mailbox)
    {
        post.Town.Put(mailbox, Mail("old"), new DateTimeOffset(2026, 10, 31, 23, 59, 59, TimeSpan.Zero), 1);
        post.Town.Put(mailbox, Mail("first"), November, 2);
        post.Town.Put(mailbox, Mail("second"), November.AddMinutes(1), 3);
        await post.Town.SettleAsync();
        await using var watch = new Watch(Inbox(mailbox, security));
        var (first, second) = (await watch.NextAsync(), await watch.NextAsync());
        Assert.Equal(("first", "second"), (Subject(first), Subject(second)));
        Assert.Equal(November, first.Received);
        Assert.Equal(Mail("first"), first.Raw.ToArray());
        Assert.True(first.Place.LastUid < second.Place.LastUid);

        var message = post.Message(mailbox);
        Assert.IsType<SendOutcome.Sent>(await new SmtpSender(post.Configured, Post.Secrets, null).SendAsync(message, Stop));
        var third = await watch.NextAsync();
        Assert.Equal(message.Id, ReceivedMail.Parse(third.Raw).MessageId);
        Assert.Equal(third.Place, watch.Cursor);
        Assert.IsType<InboxState.Connected>(await watch.UntilAsync<InboxState>());

        // Who knows how far it was read gets only the rest.
        await using var rest = new Watch(Inbox(mailbox, security), second.Place);
        Assert.Equal(third.Place, (await rest.NextAsync()).Place);
        Assert.Equal(1, rest.Told);
    }

    [Fact]
    public async Task A_wrong_password_needs_a_login_and_is_tried_again()
    {
        await using var watch = new Watch(new ImapInbox(Configured(MailTown.Second), Post.SecretsOf("", "wrong"), null, Watch.Quick));
        var why = (await watch.UntilAsync<InboxState.LoginNeeded>()).Why;
        Assert.Contains("does not accept the login of second@test.local", why);
        Assert.DoesNotContain("wrong", why);
        await using var none = new Watch(new ImapInbox(Configured(MailTown.Second), MailSecrets.None, null, Watch.Quick));
        Assert.StartsWith("PERPETUAL_MAIL_IMAP_PASSWORD is not given", (await none.UntilAsync<InboxState.LoginNeeded>()).Why);
    }

    [Fact]
    public async Task A_check_says_what_is_in_the_folder_or_why_it_cannot()
    {
        Assert.Equal(new InboxCheck.Readable("INBOX", 0, null), await Inbox(MailTown.Second).CheckAsync(Stop));
        post.Town.Put(MailTown.Second, Mail("one"), November.AddDays(-1), 1);
        post.Town.Put(MailTown.Second, Mail("two"), November, 2);
        await post.Town.SettleAsync();
        Assert.Equal(new InboxCheck.Readable("INBOX", 2, November), await Inbox(MailTown.Second).CheckAsync(Stop));
        Assert.IsType<InboxCheck.LoginNeeded>(await new ImapInbox(Configured(MailTown.Second), Post.SecretsOf("", "wrong"), null).CheckAsync(Stop));
        var configured = Configured(MailTown.Second);
        Assert.Contains("refuses the folder Nowhere", Unreachable(await new ImapInbox(configured with { Imap = configured.Imap! with { Folder = "Nowhere" } }, Post.Secrets, null).CheckAsync(Stop)));
        Assert.Contains("cannot prove who it is", Unreachable(await new ImapInbox(configured with { CertificateAuthority = null }, Post.Secrets, null).CheckAsync(Stop)));
        var elsewhere = configured with { Imap = configured.Imap! with { Host = configured.Imap.Host with { Host = "127.0.0.1" } } };
        Assert.Contains("cannot prove who it is", Unreachable(await new ImapInbox(elsewhere, Post.Secrets, null).CheckAsync(Stop)));
    }

    [Fact]
    public async Task Of_an_oversized_mail_the_beginning_is_read_and_its_words_with_it()
    {
        var large = post.Message(MailTown.Greylisted, "APPROVE 1234") with { Attachments = [new("scan.bin", "application/octet-stream", new byte[2_000_000])] };
        post.Town.Put(MailTown.Greylisted, EmlFile.Write(large), November, 1);
        post.Town.Put(MailTown.Greylisted, Mail("after"), November.AddSeconds(1), 2);
        await post.Town.SettleAsync();
        await using var watch = new Watch(Inbox(MailTown.Greylisted));
        var mail = await watch.NextAsync();
        Assert.Equal(ImapInbox.LongestMail, mail.Raw.Length);
        Assert.Equal((large.Id, "APPROVE 1234"), (ReceivedMail.Parse(mail.Raw).MessageId, ReceivedMail.Parse(mail.Raw).Text));
        Assert.Equal("after", Subject(await watch.NextAsync()));
    }

    [Fact]
    public async Task A_token_opens_the_mailbox_and_invalid_grant_needs_a_login()
    {
        await using var login = await MailTokensTests.LoginAsync();
        login.Issued = token => post.Town.AcceptToken(MailTown.Stranger, token);
        var configured = Configured(MailTown.Stranger);
        configured = configured with { Imap = configured.Imap! with { Host = configured.Imap.Host with { Login = MailLogin.Oauth } }, OAuth = new OAuthSettings(login.Endpoint, "perpetual") };
        using (var tokens = MailTokensTests.Tokens(login))
        {
            var inbox = new ImapInbox(configured, MailSecrets.None, tokens);
            Assert.IsType<InboxCheck.Readable>(await inbox.CheckAsync(Stop));
            post.Town.AcceptToken(MailTown.Stranger, "another");
            Assert.IsType<InboxCheck.Readable>(await inbox.CheckAsync(Stop));
            Assert.Equal(2, login.Requests.Count);
        }

        login.Revoke();
        using var revoked = MailTokensTests.Tokens(login);
        Assert.Contains("invalid_grant", Assert.IsType<InboxCheck.LoginNeeded>(await new ImapInbox(configured, MailSecrets.None, revoked).CheckAsync(Stop)).Why);
    }

    private static string Unreachable(InboxCheck check) => Assert.IsType<InboxCheck.Unreachable>(check).Why;

    private static byte[] Mail(string subject) => Encoding.ASCII.GetBytes($"From: approver@test.local\r\nSubject: {subject}\r\nMessage-ID: <{subject}@test.local>\r\n\r\nBody\r\n");

    private static string Subject(InboundMail mail) => ReceivedMail.Parse(mail.Raw).Subject;

    private ImapInbox Inbox(string mailbox, MailSecurity security = MailSecurity.Starttls) => new(Configured(mailbox, security), Post.Secrets, null);

    private MailSettings Configured(string mailbox, MailSecurity security = MailSecurity.Starttls)
    {
        var settings = Post.SettingsOf(post.Town, security);
        return settings with { Imap = settings.Imap! with { Host = settings.Imap.Host with { User = mailbox } } };
    }
}
