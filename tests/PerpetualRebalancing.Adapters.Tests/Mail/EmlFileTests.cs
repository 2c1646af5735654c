using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

public class EmlFileTests
{
    private static readonly MailMessage Plain = new(
        "1.abc@example.invalid", new DateTimeOffset(2026, 8, 31, 10, 0, 0, TimeSpan.FromHours(5.5)), "rebalancing@localhost", "asha@example.invalid",
        "Approve 2026-08?", "First line\nSecond: ₹ 12,34,567.89\n");

    public static TheoryData<string> Subjects =>
    [
        "Review of 2026-08 closed",
        "₹ 12,34,567.89 to invest",
        "",
        " leading and trailing ",
        "=?utf-8?B?AAAA?= is not decoded",
        new string('x', 300),
        string.Concat(Enumerable.Repeat("₹𝟙ä", 60)),
    ];

    public static TheoryData<MailMessage> Injections =>
    [
        Plain with { Subject = "Approve\r\nBcc: thief@example.invalid" },
        Plain with { Subject = "Approve\nBcc: thief@example.invalid" },
        Plain with { Subject = "Approve\rBcc: thief@example.invalid" },
        Plain with { Subject = "nul\0" },
        Plain with { To = "asha@example.invalid\r\nBcc: thief@example.invalid" },
        Plain with { To = "asha@example.invalid, thief@example.invalid" },
        Plain with { From = "rebalancing@localhost\n" },
        Plain with { Id = "1@x>\r\nBcc: thief@example.invalid" },
        Plain with { Id = "no-at-sign" },
    ];

    [Fact]
    public void A_message_has_the_headers_of_rfc_5322_and_its_body_back()
    {
        var read = new EmlReader(EmlFile.Write(Plain));
        Assert.Equal(["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"], read.Names);
        Assert.Equal("Mon, 31 Aug 2026 10:00:00 +0530", read["Date"]);
        Assert.Equal("<1.abc@example.invalid>", read["Message-ID"]);
        Assert.Equal("Approve 2026-08?", read["Subject"]);
        Assert.Equal("First line\r\nSecond: ₹ 12,34,567.89\r\n", read.Body);
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_subject_of_any_letters_and_length_comes_back_on_lines_that_are_not_too_long(string subject)
    {
        var read = new EmlReader(EmlFile.Write(Plain with { Subject = subject, Body = string.Concat(Enumerable.Repeat("long ", 1000)) }));
        Assert.Equal(subject, read["Subject"]);
        Assert.All(read.Text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78 + "Subject: ".Length));
        Assert.DoesNotContain('\n', read.Text.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void A_value_that_would_start_another_header_is_refused(MailMessage message) =>
        Assert.Throws<ArgumentException>(() => EmlFile.Write(message));

    [Fact]
    public void An_empty_body_is_a_message_too() => Assert.Equal("", new EmlReader(EmlFile.Write(Plain with { Body = "" })).Body);
}
