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
        Plain with { FromName = "Asha\r\nBcc: thief@example.invalid" },
        Plain with { InReplyTo = "1@x>\r\nBcc: thief@example.invalid" },
        Plain with { ListId = "list\r\nBcc: thief@example.invalid" },
        Plain with { ListId = "one-word" },
        Plain with { Attachments = [new("a\r\nb", "text/csv", default)] },
        Plain with { Attachments = [new("../a", "text/csv", default)] },
        Plain with { Attachments = [new("", "text/csv", default)] },
        Plain with { Attachments = [new("a", "text/csv\r\nBcc: thief@example.invalid", default)] },
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
        var read = new EmlReader(EmlFile.Write(Plain with { Subject = subject, Text = string.Concat(Enumerable.Repeat("long ", 1000)) }));
        Assert.Equal(subject, read["Subject"]);
        Assert.All(read.Text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78 + "Subject: ".Length));
        Assert.DoesNotContain('\n', read.Text.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void A_value_that_would_start_another_header_is_refused(MailMessage message) =>
        Assert.Throws<ArgumentException>(() => EmlFile.Write(message));

    [Fact]
    public void An_empty_body_is_a_message_too() => Assert.Equal("", new EmlReader(EmlFile.Write(Plain with { Text = "" })).Body);

    [Fact]
    public void A_thread_a_list_and_a_machine_are_told_in_their_own_headers()
    {
        var read = new EmlReader(EmlFile.Write(Plain with { FromName = "Asha \"₹\" Ravi", InReplyTo = "0.abc@example.invalid", ListId = "home.rebalancing.localhost", IsAutomatic = true }));
        Assert.Equal(
            ["Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"],
            read.Names);
        Assert.Equal("Asha \"₹\" Ravi <rebalancing@localhost>", read["From"]);
        Assert.Equal(("<0.abc@example.invalid>", "<0.abc@example.invalid>"), (read["In-Reply-To"], read["References"]));
        Assert.Equal(("<home.rebalancing.localhost>", "auto-generated"), (read["List-Id"], read["Auto-Submitted"]));
    }

    [Fact]
    public void Text_html_and_files_are_parts_that_each_come_back()
    {
        var csv = new byte[1000];
        new Random(1).NextBytes(csv);
        var text = System.Text.Encoding.ASCII.GetString(EmlFile.Write(Plain with
        {
            Html = "<p>₹</p>",
            Attachments = [new("plan 2026-08.csv", "text/csv; charset=utf-8", csv), new("Übersicht für die Familie im Monat August zweitausendsechsundzwanzig.json", "application/json", "{}"u8.ToArray())],
        }));
        var outer = text.Split("--=_files");
        Assert.Equal(5, outer.Length);
        Assert.Contains("Content-Type: multipart/mixed; boundary=\"=_files\"\r\n", outer[0]);
        var inner = outer[1].Split("--=_alternatives");
        Assert.Equal(("First line\r\nSecond: ₹ 12,34,567.89\r\n", "<p>₹</p>"), (new EmlReader(inner[1]).Body, new EmlReader(inner[2]).Body));
        Assert.Contains("text/plain", inner[1]);
        Assert.Contains("text/html", inner[2]);
        Assert.Contains("Content-Disposition: attachment; filename=\"plan 2026-08.csv\"\r\n", outer[2]);
        Assert.Equal(csv, new EmlReader(outer[2]).Bytes);
        Assert.Contains("filename*0*=utf-8''%C3%9Cbersicht%20f%C3%BCr", outer[3]);
        Assert.Contains(";\r\n filename*1*=", outer[3]);
        Assert.StartsWith("--\r\n", outer[4]);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 87));
    }
}
