using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Tests.Views;

namespace PerpetualRebalancing.Worker.Tests.Messages;

public sealed class ReplyJudgeTests
{
    private const string Genuine = "mx.example.org; dmarc=pass header.from=example.org";
    private const string Code = "8f6a67c519";

    private static readonly OutboxEntry Request = Sent(Letters.RequestKind, new BatchId(Code), $"Approve 2026-06? 1 sale, 2 purchases [{Code}]", "asha@example.org");
    private static readonly OutboxEntry Alert = Sent(Letters.AlertKind, null, "CRITICAL: Order S1 is in doubt.", "asha@example.org");

    [Fact]
    public async Task A_yes_and_a_no_are_what_they_say()
    {
        Assert.Equal("asha", Assert.IsType<ReplyVerdict.Approve>(await Judge(Mail())).Member.Id.Value);
        Assert.IsType<ReplyVerdict.Approve>(await Judge(Mail(text: $"Approve. [{Code}]\n\nThanks,\nAsha\n")));
        Assert.Equal("waiting for the bonus", Assert.IsType<ReplyVerdict.Reject>(await Judge(Mail(text: "REJECT: waiting for\nthe bonus\n\n> quoted"))).Reason);
        Assert.Equal("no reason given", Assert.IsType<ReplyVerdict.Reject>(await Judge(Mail(text: "reject"))).Reason);
        Assert.Equal("the bank called", Assert.IsType<ReplyVerdict.Halt>(await Judge(Mail(text: "HALT the bank called"))).Reason);
        Assert.IsType<ReplyVerdict.Seen>(await Judge(Mail(text: "Seen"), Alert));
        Assert.IsType<ReplyVerdict.Approve>(await Judge(Mail(results: ["mx.example.org; spf=fail smtp.mailfrom=example.org; dkim=pass header.d=example.org"])));
        Assert.IsType<ReplyVerdict.Approve>(await Judge(Mail(from: "ASHA@Example.org")));
    }

    [Theory]
    [InlineData("APPROVE but not the gold")]
    [InlineData("APPROVE\nbut not the gold")]
    [InlineData("APPROVE?")]
    [InlineData("APPROVED")]
    [InlineData("APPROVE\nREJECT")]
    [InlineData("Do not APPROVE")]
    [InlineData("I APPROVE")]
    [InlineData("Yes")]
    [InlineData("APPROVE't")]
    [InlineData("On Tue, Home wrote:\n> Reply with\n> APPROVE")]
    [InlineData("")]
    public async Task What_is_not_clear_is_asked_back(string text) => Assert.IsType<ReplyVerdict.Unclear>(await Judge(Mail(text: text)));

    [Fact]
    public async Task A_code_that_stands_in_quoted_text_alone_proves_nothing()
    {
        var mail = Mail(subject: "Re: Approve?", text: $"APPROVE\n\nOn Tue, Home wrote:\n> Approve 2026-06? [{Code}]");
        Assert.Contains(Code, Assert.IsType<ReplyVerdict.Unclear>(await Judge(mail)).Words, StringComparison.Ordinal);
        Assert.IsType<ReplyVerdict.Unclear>(await Judge(Mail(subject: "Re: Approve? [0000000000]")));
        Assert.IsType<ReplyVerdict.Approve>(await Judge(Mail(subject: "Re: Approve?", text: $"APPROVE {Code}")));
    }

    [Fact]
    public async Task A_mail_of_html_alone_is_not_read() =>
        Assert.IsType<ReplyVerdict.Unclear>(await Judge(Mail(type: "text/html", text: "<p>APPROVE</p>")));

    [Theory]
    [InlineData("eve@example.org")]
    [InlineData("asha@example.org.evil.net")]
    [InlineData("\"asha@example.org\" <eve@evil.net>")]
    [InlineData("asha@example.org, eve@evil.net")]
    [InlineData("ravi@example.org")]
    public async Task Only_who_was_asked_may_answer(string from) => Assert.IsType<ReplyVerdict.Refused>(await Judge(Mail(from: from)));

    [Theory]
    [InlineData("")]
    [InlineData("mx.example.org; none")]
    [InlineData("mx.example.org; dmarc=fail header.from=example.org")]
    [InlineData("mx.example.org; spf=pass smtp.mailfrom=asha@example.org")]
    [InlineData("mx.example.org; dmarc=pass header.from=evil.net")]
    [InlineData("mx.example.org; dmarc=pass")]
    [InlineData("mx.example.org; dkim=pass header.d=evil.net")]
    [InlineData("mx.example.org; dkim=pass header.d=org")]
    [InlineData("mx.example.org; dkim=pass header.d=ample.org")]
    [InlineData("mx.evil.net; dmarc=pass header.from=example.org")]
    [InlineData("mx.evil.net; dmarc=pass header.from=example.org|" + Genuine)]
    [InlineData("mx.example.org; dmarc=fail header.from=example.org|" + Genuine)]
    [InlineData("not of the standard; ;; ==|" + Genuine)]
    [InlineData("mx.example.org (dmarc=pass header.from=example.org); none")]
    [InlineData("mx.example.org; x=\"dmarc=pass header.from=example.org\"")]
    public async Task A_sender_whom_our_own_server_does_not_vouch_for_is_refused(string results) =>
        Assert.IsType<ReplyVerdict.Refused>(await Judge(Mail(results: results.Split('|', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [InlineData("Auto-Submitted: auto-replied")]
    [InlineData("Precedence: bulk")]
    [InlineData("Return-Path: <>")]
    public async Task A_program_s_mail_never_counts(string header) => Assert.IsType<ReplyVerdict.Ignored>(await Judge(Mail(header: header)));

    [Fact]
    public async Task A_mail_that_answers_nothing_of_ours_is_nobody_s_business() =>
        Assert.IsType<ReplyVerdict.Ignored>(await Judge(Mail(), null));

    [Fact]
    public async Task Only_the_very_word_approves()
    {
        // Property: whatever the answer's text, it approves only when APPROVE is all that its first line says besides the code.
        var judge = await JudgeOf();
        var words = Gen.Elements("APPROVE", "approve", "REJECT", "not", Code, "\n", "> ", "On x wrote:", "--", ".", "thanks", "Asha", "gold", "?", " ");
        var texts = words.ListOf(8).Select(w => string.Join(' ', w)).ToArbitrary();
        Prop.ForAll(texts, text =>
        {
            var first = ReplyText.Of(text).Lines.FirstOrDefault("");
            var verdict = judge.Judge(Mail(text: text), Request);
            return verdict is not ReplyVerdict.Approve || (first.StartsWith("APPROVE", StringComparison.OrdinalIgnoreCase) && !text.Split('\n', '>')[0].Contains("gold", StringComparison.Ordinal)
                && !first.Contains("not", StringComparison.Ordinal) && !first.Contains('?', StringComparison.Ordinal));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task No_change_to_a_mail_that_nobody_vouches_for_makes_it_approve()
    {
        // Property: bytes changed, put in, taken out or doubled anywhere; the server's word, which is not there, is too long to come by.
        var judge = await JudgeOf();
        var mail = Raw(results: []);
        var edits = Gen.Choose(0, mail.Length - 1).SelectMany(at => Gen.Choose(0, 255).SelectMany(b => Gen.Choose(0, 3).Select(how => (at, b: (byte)b, how)))).ListOf(8).ToArbitrary();
        Prop.ForAll(edits, all =>
        {
            var bytes = all.Aggregate(mail.ToList(), (m, e) =>
            {
                var at = Math.Min(e.at, m.Count - 1);
                switch (e.how)
                {
                    case 0: m[at] = e.b; break;
                    case 1: m.Insert(at, e.b); break;
                    case 2: m.RemoveAt(at); break;
                    default: m.InsertRange(at, m.Take(64).ToArray()); break;
                }

                return m;
            }).ToArray();
            try
            {
                return judge.Judge(ReceivedMail.Parse(bytes), Request) is not (ReplyVerdict.Approve or ReplyVerdict.Reject or ReplyVerdict.Halt);
            }
            catch (MailProtocolException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
    }

    private static Task<ReplyVerdict> Judge(ReceivedMail mail) => Judge(mail, Request);

    private static async Task<ReplyVerdict> Judge(ReceivedMail mail, OutboxEntry? answered) => (await JudgeOf()).Judge(mail, answered);

    private static async Task<ReplyJudge> JudgeOf()
    {
        var (_, policy) = await ExamplePlan.Get();
        return new ReplyJudge(policy with { Members = [.. policy.Members.Select(m => m with { Mail = $"{m.Id}@example.org" })] }, "mx.example.org");
    }

    private static OutboxEntry Sent(string kind, BatchId? batch, string subject, string to) =>
        new(1, default, kind, batch, subject, "body", $"{kind}/1/asha", default, 0, null, to, null, "0123456789abcdef@perpetual-rebalancing", null, null);

    private static ReceivedMail Mail(
        string text = "APPROVE", string from = "Asha <asha@example.org>", string? subject = null, string[]? results = null, string type = "text/plain; charset=utf-8", string? header = null) =>
        ReceivedMail.Parse(Raw(text, from, subject, results, type, header));

    private static byte[] Raw(
        string text = "APPROVE", string from = "Asha <asha@example.org>", string? subject = null, string[]? results = null, string type = "text/plain; charset=utf-8", string? header = null)
    {
        var mail = new StringBuilder();
        foreach (var result in results ?? [Genuine])
        {
            mail.Append("Authentication-Results: ").Append(result).Append("\r\n");
        }

        mail.Append("From: ").Append(from).Append("\r\nTo: portfolio@example.org\r\nSubject: ").Append(subject ?? $"Re: {Request.Subject}")
            .Append("\r\nMessage-ID: <1@example.org>\r\nIn-Reply-To: <0123456789abcdef@perpetual-rebalancing>\r\nMIME-Version: 1.0\r\nContent-Type: ").Append(type).Append("\r\n");
        if (header is not null)
        {
            mail.Append(header).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(mail.Append("\r\n").Append(text.ReplaceLineEndings("\r\n")).ToString());
    }
}
