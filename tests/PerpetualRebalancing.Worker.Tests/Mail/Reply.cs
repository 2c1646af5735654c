using System.Text;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Worker.Tests.Mail;

/// <summary>A reply as a mail program writes it: subject kept, the message answered named, its text quoted below.</summary>
internal static partial class Reply
{
    private static int _written;

    public static byte[] To(OutboxEntry message, string from, string text, string results = "mx.test.local; dmarc=pass header.from=test.local") =>
        Write($"Authentication-Results: {results}\r\n", message.MessageId!, message.Subject, message.Body, from, text);

    /// <summary>To a mail as it lies in a mailbox.</summary>
    public static byte[] To(string mail, string from, string text, string header = "") =>
        Write(header, MessageId().Match(mail).Groups[1].Value, Subject(mail), "what was asked", from, text);

    public static string Subject(string mail) => Adapters.Mail.ReceivedMail.Parse(Encoding.UTF8.GetBytes(mail)).Subject;

    private static byte[] Write(string header, string id, string subject, string quoted, string from, string text) => Encoding.UTF8.GetBytes(
        $"{header}From: Asha <{from}>\r\nTo: worker@test.local\r\nSubject: Re: {subject.ReplaceLineEndings(" ")}\r\nDate: Tue, 30 Jun 2026 10:30:00 +0530\r\n"
        + $"Message-ID: <{Interlocked.Increment(ref _written)}@phone.test>\r\nIn-Reply-To: <{id}>\r\nReferences: <{id}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + $"{text.ReplaceLineEndings("\r\n")}\r\n\r\nOn Tue, 30 Jun 2026 at 10:00, Perpetual Rebalancing wrote:\r\n> {quoted.TrimEnd().ReplaceLineEndings("\r\n> ")}\r\n");

    [GeneratedRegex(@"^Message-ID: <([^>]+)>", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex MessageId();
}
