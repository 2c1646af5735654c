using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>The town's own provider: what it says about senders is what other tests build on.</summary>
public sealed class MailTownTests(Post post) : IClassFixture<Post>
{
    private const string Invented = "Authentication-Results: mx.test.local; dmarc=pass header.from=test.local\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailTown.Approver, "", 1, "dmarc=pass spf=pass")]
    [InlineData(MailTown.Stranger, "", 1, "dmarc=fail spf=pass")]
    [InlineData(MailTown.Stranger, Invented, 1, "dmarc=fail spf=pass")]
    [InlineData(MailTown.Stranger, Invented + "X-Test-Results: foreign\n", 2, "dmarc=fail spf=pass")]
    [InlineData(MailTown.Approver, "X-Test-Results: none\n", 0, null)]
    [InlineData(MailTown.Approver, Invented + "X-Test-Results: none\n", 0, null)]
    [InlineData(MailTown.Approver, "X-Test-Results: spf\n", 1, "spf=pass")]
    [InlineData(MailTown.Approver, "X-Test-Results: dkim\n", 1, "dkim=pass spf=none")]
    [InlineData(MailTown.Approver, "X-Test-Results: dkim-other\n", 1, "dkim=pass dmarc=fail")]
    [InlineData(MailTown.Approver, "X-Test-Results: dkim-fail\n", 1, "dkim=fail dmarc=fail")]
    public async Task The_provider_says_on_top_whether_a_sender_is_genuine(string sender, string headers, int fields, string? top)
    {
        var subject = post.Message(MailTown.Worker).Id;
        await new MailPerson(post.Town, sender).WriteAsync(
            MailTown.Worker, $"{headers}From: Approver <{MailTown.Approver}>\nTo: {MailTown.Worker}\nSubject: {subject}\n\n.\nAPPROVE\n");
        var mail = await ArrivedAsync(subject);
        Assert.Equal([MailTown.Approver], mail.From);
        Assert.Equal(fields, mail.AuthenticationResults.Length);
        var results = mail.AuthenticationResults.IsEmpty ? null : AuthenticationResults.Parse(mail.AuthenticationResults[0]);
        Assert.Equal(top, results is null ? null : string.Join(' ', results.Results.Select(r => $"{r.Method}={r.Result}")));
        Assert.Equal(top is null ? null : MailTown.AuthenticationResults, results?.AuthServId);
        Assert.Equal(".\nAPPROVE\n", mail.Text);
    }

    [Fact]
    public async Task A_person_answers_what_the_product_sent()
    {
        var message = post.Message(MailTown.Approver) with { Subject = "Approve ₹ 10,000?" };
        Assert.IsType<SendOutcome.Sent>(await new SmtpSender(post.Configured, Post.Secrets, null).SendAsync(message, Stop));
        var id = await new MailPerson(post.Town, MailTown.Approver).AnswerAsync(MailTown.Worker, "answered", message.Id, "APPROVE ₹");
        var answer = await ArrivedAsync("Re: answered");
        Assert.Equal((id, message.Id, message.Id), (answer.MessageId, Assert.Single(answer.InReplyTo), Assert.Single(answer.References)));
        Assert.StartsWith("APPROVE ₹\n\nOn Fri, ", answer.Text);
        Assert.False(answer.IsAutomatic);
        Assert.Equal("pass", AuthenticationResults.Parse(answer.AuthenticationResults[0])!.Results.Single(r => r.Method == "dmarc").Result);
    }

    private async Task<ReceivedMail> ArrivedAsync(string subject)
    {
        for (var i = 0; i < 800; i++)
        {
            if (post.Town.MailsOf(MailTown.Worker).FirstOrDefault(m => m.Contains($"Subject: {subject}", StringComparison.Ordinal)) is { } mail)
            {
                return ReceivedMail.Parse(System.Text.Encoding.UTF8.GetBytes(mail));
            }

            await Task.Delay(25, Stop);
        }

        Assert.Fail($"{subject} did not arrive.\n{post.Town.Log()}");
        return null!;
    }
}
