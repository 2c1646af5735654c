using System.Text;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Whatever the bytes are, a mail, a response and a result are read or refused with the one exception of mail, and nothing takes long.</summary>
public class MailFuzzTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 100_000 : 4_000;

    // What breaks parsers: ends where none belong, begins without an end, numbers beyond every type, half characters.
    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\0", "\"", "\\", "(", ")", "((((", "<", ">", "@", ",", ";", ":", "=", "==", "=?utf-8?B?", "?=", "=?utf-8?Q?=", "{10}\r\n", "{99999999999}", "{0}", "{-1}", "[", "]", "*", "+ ",
        "--b", "--b--", "\r\n\r\n", "é", "\uFEFF", "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: text/plain; charset=utf-7\r\n", "Content-Transfer-Encoding: base64\r\n", "4294967296", "-1",
        " ", "\t", "NIL", "dmarc=pass", "none", "mx.test", "iso-2022-kr", "utf-32", "ibm037",
    ];

    private static readonly string[] Mails =
    [
        "From: \"A, B\" <a@b.test>\r\nSubject: =?utf-8?Q?a=20b?= =?iso-8859-1?B?/A==?=\r\nMessage-ID: <1@b.test>\r\nIn-Reply-To: <2@b.test>\r\nAuto-Submitted: no\r\n"
            + "Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nAPPROVE =E4=\r\n b\r\n--b\r\n"
            + "Content-Type: multipart/related; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>\r\n--c--\r\n--b--\r\n",
        "From: Home: a@b.test, (x) <c@d.test>;\r\nContent-Type: text/plain; charset=\"utf-16\"\r\nContent-Transfer-Encoding: base64\r\n\r\nQQBCAA==\r\n",
    ];

    private static readonly string[] Responses =
    [
        "* 12 FETCH (FLAGS (\\Seen) UID 7 INTERNALDATE \"20-Nov-2026 09:30:00 +0530\" BODY[HEADER.FIELDS (FROM)]<0> {5}\r\nab\r\nc X \"q\\\"\\\\\" NIL)\r\n",
        "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n* SEARCH 1 2 3\r\n+ idling\r\nA1 OK [READ-ONLY] done\r\n",
    ];

    private static readonly string[] Results =
    [
        "mx.test 1; dkim/1=pass (a(b)c) reason=\"x\\\"y\" header.d=b.test header.b=ab/c==; spf=none; dmarc=pass header.from=b.test",
        "mx.test; none",
    ];

    [Fact]
    public void A_mail_of_any_bytes_is_read_or_refused() => Fuzz(Mails, bytes =>
    {
        try
        {
            var mail = ReceivedMail.Parse(bytes);
            Assert.All(mail.From, from => Assert.Matches(@"\A[!-?A-~]+@[A-Za-z0-9.-]+\z", from));
            Assert.DoesNotContain('\n', mail.Subject);
            Assert.InRange(mail.Text?.Length ?? 0, 0, (bytes.Length * 2) + 1);
        }
        catch (MailProtocolException)
        {
            // That is what it is for.
        }
    });

    [Fact]
    public void A_result_of_any_letters_is_read_or_proves_nothing() => Fuzz(Results, bytes =>
    {
        if (AuthenticationResults.Parse(Encoding.UTF8.GetString(bytes)) is { } results)
        {
            Assert.NotEqual("", results.AuthServId);
            Assert.All(results.Results, r => Assert.True(r.Method.Length > 0 && r.Result is not null));
        }
    });

    [Fact]
    public async Task A_response_of_any_bytes_is_read_or_refused()
    {
        var random = new Random(20261121);
        for (var i = 0; i < Cases; i++)
        {
            var bytes = Case(Responses, random);
            using var connection = new MailConnection(new MemoryStream(bytes), "test", TimeSpan.FromSeconds(30));
            var reader = new ImapReader(connection, 1000);
            try
            {
                while (true)
                {
                    var response = await reader.ReadAsync(TestContext.Current.CancellationToken);
                    Assert.NotEqual("", response.Tag);
                    Assert.True(response.Pieces.Sum(p => p.Bytes.Length) <= bytes.Length);
                    _ = (response.Counted("EXISTS"), response.Code("UIDVALIDITY"), response.CodeName);
                }
            }
            catch (Exception e) when (e is MailProtocolException or MailFaultException { Fault: MailFault.Unreachable })
            {
                // Refused, or at its end.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Broke on {Convert.ToBase64String(bytes)}", e);
            }
        }
    }

    [Fact]
    public async Task An_smtp_answer_of_any_bytes_is_read_or_refused()
    {
        var random = new Random(20261121);
        for (var i = 0; i < Cases; i++)
        {
            var bytes = Case(["250-test\r\n250-SIZE 100\r\n250 AUTH PLAIN LOGIN\r\n", "535 5.7.8 no\r\n"], random);
            using var connection = new MailConnection(new MemoryStream(bytes), "test", TimeSpan.FromSeconds(30));
            try
            {
                var reply = await SmtpReply.ReadAsync(connection, TestContext.Current.CancellationToken);
                Assert.InRange(reply.Code, 200, 599);
                Assert.DoesNotContain('\n', reply.Said);
            }
            catch (Exception e) when (e is MailProtocolException or MailFaultException { Fault: MailFault.Unreachable })
            {
                // Refused, or at its end.
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                throw new InvalidOperationException($"Broke on {Convert.ToBase64String(bytes)}", e);
            }
        }
    }

    private static void Fuzz(string[] good, Action<byte[]> read)
    {
        var random = new Random(20261121);
        for (var i = 0; i < Cases; i++)
        {
            var bytes = Case(good, random);
            try
            {
                read(bytes);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Broke on {Convert.ToBase64String(bytes)}: {Encoding.UTF8.GetString(bytes)}", e);
            }
        }
    }

    private static byte[] Case(string[] good, Random random) =>
        random.Next(8) == 0 ? Mutation.Noise(random) : Mutation.Of(Encoding.Latin1.GetBytes(good[random.Next(good.Length)]), Tokens, random);
}
