using System.Text;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

public class ReceivedMailTests
{
    private const string Reply =
        """
        Authentication-Results: mx.test.local; dmarc=pass header.from=test.local
        Received: from a by b
        Authentication-Results: mx.test.local;
        	dkim=fail
        From: "Asha, of \"worker@test.local\"" <asha@test.local>
        To: worker@test.local
        Subject: =?utf-8?Q?Re:_Approve_2026-11=3F_?= =?utf-8?B?4oK5?=
        Message-ID: <reply.1@phone.test>
        In-Reply-To: <1.abc@home.test>
        References: <0.abc@home.test>
         <1.abc@home.test>
        Content-Type: multipart/alternative; boundary="b 1"

        To whom it may concern
        --b 1
        Content-Type: text/plain; charset="iso-8859-1"
        Content-Transfer-Encoding: quoted-printable

        APPROVE K7Q2 f=FCr=
         alle

        -- =20
        Asha
        --b 1
        Content-Type: text/html

        <p>REJECT</p>
        --b 1--
        """;

    [Fact]
    public void A_reply_from_a_phone_is_read()
    {
        var mail = Parse(Reply);
        Assert.Equal(("reply.1@phone.test", "Re: Approve 2026-11? ₹"), (mail.MessageId, mail.Subject));
        Assert.Equal(["asha@test.local"], mail.From);
        Assert.Equal(["1.abc@home.test"], mail.InReplyTo);
        Assert.Equal(["0.abc@home.test", "1.abc@home.test"], mail.References);
        Assert.Equal("APPROVE K7Q2 für alle\n\n--  \nAsha", mail.Text);
        Assert.False(mail.IsAutomatic);
        Assert.Equal(["mx.test.local; dmarc=pass header.from=test.local", "mx.test.local;\tdkim=fail"], mail.AuthenticationResults);
    }

    [Fact]
    public void What_we_send_we_can_read()
    {
        var sent = new MailMessage("1@home.test", default, "worker@test.local", "asha@test.local", "₹ " + new string('x', 200), "a\nb ₹\n")
        {
            FromName = "₹ house",
            Html = "<p>x</p>",
            InReplyTo = "0@home.test",
            IsAutomatic = true,
            Attachments = [new("ü.txt", "text/csv; charset=utf-8", "c"u8.ToArray())],
        };
        var read = ReceivedMail.Parse(EmlFile.Write(sent));
        Assert.Equal((sent.Id, sent.Subject, sent.Text, true), (read.MessageId, read.Subject, read.Text, read.IsAutomatic));
        Assert.Equal([sent.From], read.From);
        Assert.Equal(["0@home.test"], read.InReplyTo);
    }

    [Theory]
    [InlineData("a@b.test", "a@b.test")]
    [InlineData("Asha Rao <a@b.test>", "a@b.test")]
    [InlineData("=?utf-8?B?w7xAYy50ZXN0?= <a@b.test>", "a@b.test")]
    [InlineData("\"a@c.test\" <a@b.test>", "a@b.test")]
    [InlineData("\"<a@c.test>\" <a@b.test> (a@d.test (nested) \\) )", "a@b.test")]
    [InlineData("a@b.test (a@c.test)", "a@b.test")]
    [InlineData("a@b.test, c@d.test", "a@b.test c@d.test")]
    [InlineData("Home: a@b.test, C <c@d.test>;", "a@b.test c@d.test")]
    [InlineData("a@c.test <a@b.test>", "a@b.test")]
    [InlineData("", "")]
    [InlineData("<>", "")]
    [InlineData("a@b.test c@d.test", "")]
    [InlineData("<a@b.test> <c@d.test>", "")]
    [InlineData("<a@b.test", "")]
    [InlineData("\"Asha <a@b.test>", "")]
    [InlineData("(Asha a@b.test", "")]
    [InlineData("Home: a@b.test", "")]
    [InlineData("a@b.test;", "")]
    [InlineData("<@c.test:a@b.test>", "")]
    [InlineData("\"a b\"@c.test", "")]
    [InlineData("a@b@c.test", "")]
    [InlineData("ä@b.test", "")]
    [InlineData("a@b.test> <c@d.test>", "")]
    [InlineData("a(x)@b.test", "")]
    public void An_address_counts_only_where_an_address_stands(string field, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', Parse($"From: {field}\n\n").From));

    [Theory]
    [InlineData("From: a@b.test\nFrom: c@d.test\n", "a@b.test c@d.test")]
    [InlineData("From: a@b.test\nFrom: broken <\n", "")]
    [InlineData("Subject: x\n", "")]
    [InlineData("From : a@b.test\n", "a@b.test")]
    [InlineData("From: a\n b@c.test\n", "")]
    public void Each_from_field_counts(string headers, string addresses) => Assert.Equal(addresses, string.Join(' ', Parse(headers + "\nBody").From));

    [Theory]
    [InlineData("Auto-Submitted: auto-replied", true)]
    [InlineData("Auto-Submitted: auto-generated; owner-email=a@b.test", true)]
    [InlineData("Auto-Submitted: no", false)]
    [InlineData("Auto-Submitted: No (by hand)", false)]
    [InlineData("Precedence: bulk", true)]
    [InlineData("Precedence: list", true)]
    [InlineData("Precedence: auto_reply", true)]
    [InlineData("Precedence: first-class", false)]
    [InlineData("Return-Path: <>", true)]
    [InlineData("Return-Path: <a@b.test>", false)]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=x", true)]
    [InlineData("X-Autoreply: yes", true)]
    [InlineData("X-Failed-Recipients: a@b.test", true)]
    public void What_a_program_wrote_is_known(string header, bool isAutomatic) => Assert.Equal(isAutomatic, Parse(header + "\n\nAPPROVE").IsAutomatic);

    [Theory]
    [InlineData("\nAPPROVE", "APPROVE")]
    [InlineData("Content-Type: text/html\n\nAPPROVE", null)]
    [InlineData("Content-Type: TEXT/PLAIN; Charset=UTF-8\nContent-Transfer-Encoding: Base64\n\nQVBQ\n!Uk9W*RQ", "APPROVE")]
    [InlineData("Content-Type: text/plain; charset=utf-7\n\n+AEE-", "+AEE-")]
    [InlineData("Content-Type: text/plain; charset=../../etc\n\nA", "A")]
    [InlineData("Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n=80 =ZZ =", "€ =ZZ =")]
    [InlineData("Content-Type: text/plain\nContent-Disposition: attachment; filename=a\n\nAPPROVE", null)]
    [InlineData("Content-Type: text/plain\nContent-Disposition: inline; filename=a.txt\n\nAPPROVE", null)]
    [InlineData("Content-Type: multipart/mixed\n\n--x\n\nAPPROVE", null)]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--xy\n\nA\n--x\n\nB\n--x  \n\nC", "B")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\nA\n--x--\n\nB", null)]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\nSubject: y\n\nAPPROVE\n--x--", null)]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=\"y;z\"\n\n--y;z\nContent-Type: text/html\n\nA\n--y;z\n\nB\n--y;z--\n--x--", "B")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--x\n\ncut o", "cut o")]
    [InlineData("Subject: only", "")]
    public void The_words_of_a_person_are_found(string mail, string? text)
    {
        Assert.Equal(text, Parse(mail).Text);
        Assert.Equal(text, ReceivedMail.Parse(Encoding.UTF8.GetBytes(mail)).Text);
    }

    [Fact]
    public void A_mail_without_end_is_not_read()
    {
        var deep = new StringBuilder();
        for (var i = 0; i < 50; i++)
        {
            deep.Append($"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        }

        Refused(deep.ToString());
        Refused("Content-Type: multipart/mixed; boundary=x\n\n" + string.Concat(Enumerable.Repeat("--x\nContent-Type: a/b\n\n\n", 100_000)));
        Refused(string.Concat(Enumerable.Repeat("X: y\n", 100_000)) + "\nBody");
        Refused("X: " + new string('y', 300_000) + "\n\nBody");
        Refused(string.Concat(Enumerable.Repeat(" folded\n", 100_000)));

        static void Refused(string mail) => Assert.Throws<MailProtocolException>(() => Parse(mail));
    }

    [Fact]
    public void Two_identities_are_none()
    {
        Assert.Null(Parse("Message-ID: <a@b> <c@d>\n\n").MessageId);
        Assert.Null(Parse("Message-ID: <a@b>\nMessage-ID: <c@d>\n\n").MessageId);
        Assert.Null(Parse("Message-ID: a@b\n\n").MessageId);
    }

    private static ReceivedMail Parse(string text) => ReceivedMail.Parse(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
}
