using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

public class OutboxFolderTests
{
    private static readonly MailMessage Message = new(
        "1@example.invalid", new DateTimeOffset(2026, 8, 31, 10, 0, 0, TimeSpan.Zero), "from@example.invalid", "to@example.invalid",
        "Approve 2026-08? 1 sale, 2 purchases [ab12]", "Body");

    [Fact]
    public void Messages_are_numbered_in_the_order_they_were_delivered()
    {
        using var folder = new TemporaryFolder();
        var outbox = new OutboxFolder(folder.PathTo("outbox"));
        Assert.Equal("001-approve-2026-08-1-sale-2-purchases-ab12.eml", Path.GetFileName(outbox.Deliver(Message)));
        Assert.Equal("002-message.eml", Path.GetFileName(outbox.Deliver(Message with { Id = "2@example.invalid", Subject = "₹₹₹" })));
        Assert.Equal(EmlFile.Write(Message), File.ReadAllBytes(folder.PathTo("outbox/001-approve-2026-08-1-sale-2-purchases-ab12.eml")));
    }

    [Fact]
    public void A_message_is_delivered_once_whatever_its_file_is_called_now()
    {
        using var folder = new TemporaryFolder();
        var outbox = new OutboxFolder(folder.Root);
        var first = outbox.Deliver(Message);
        File.Move(first, folder.PathTo("read.eml"));
        Assert.Equal(folder.PathTo("read.eml"), outbox.Deliver(Message with { Subject = "Said differently" }));
        Assert.Single(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void What_lies_in_the_folder_is_not_read_again_for_each_message()
    {
        using var folder = new TemporaryFolder();
        var outbox = new OutboxFolder(folder.Root);
        var first = outbox.Deliver(Message);

        // Whoever would read it now could not.
        using var held = new FileStream(first, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("002-message.eml", Path.GetFileName(outbox.Deliver(Message with { Id = "2@example.invalid", Subject = "-" })));
        folder.Write("from-elsewhere.eml", "Message-ID: <3@example.invalid>\n\n");
        Assert.Equal(folder.PathTo("from-elsewhere.eml"), outbox.Deliver(Message with { Id = "3@example.invalid" }));
        Assert.Equal(first, outbox.Deliver(Message));
        Assert.Throws<IOException>(() => new OutboxFolder(folder.Root).Deliver(Message));
    }

    [Fact]
    public void A_message_that_somebody_took_out_is_delivered_again_and_one_from_another_process_is_not()
    {
        using var folder = new TemporaryFolder();
        var (here, beside) = (new OutboxFolder(folder.Root), new OutboxFolder(folder.Root));
        File.Delete(here.Deliver(Message));
        Assert.Equal(here.Deliver(Message), beside.Deliver(Message));
        Assert.Equal("002-message.eml", Path.GetFileName(beside.Deliver(Message with { Id = "2@example.invalid", Subject = "-" })));
        Assert.Equal("003-message.eml", Path.GetFileName(here.Deliver(Message with { Id = "3@example.invalid", Subject = "-" })));
        Assert.Equal(3, Directory.GetFiles(folder.Root).Length);
    }

    [Fact]
    public void What_a_crash_left_unfinished_is_written_again_and_never_shown()
    {
        using var folder = new TemporaryFolder();
        var outbox = new OutboxFolder(folder.Root);
        folder.Write("001-approve-2026-08-1-sale-2-purchases-ab12.eml.part", "Message-ID: <1@exam");
        Assert.Equal(EmlFile.Write(Message), File.ReadAllBytes(outbox.Deliver(Message)));
        Assert.Equal([".eml"], Directory.GetFiles(folder.Root).Select(Path.GetExtension));
    }

    [Fact]
    public void A_refused_message_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => new OutboxFolder(folder.Root).Deliver(Message with { Subject = "a\r\nb" }));
        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void Subjects_make_short_file_names_that_every_system_takes()
    {
        using var folder = new TemporaryFolder();
        var name = Path.GetFileName(new OutboxFolder(folder.Root).Deliver(Message with { Subject = "../../etc/passwd: " + new string('x', 500) }));
        Assert.Matches(@"\A001-etc-passwd-x{49}\.eml\z", name);
    }

    [Fact]
    public async Task As_a_sender_the_folder_says_what_became_of_a_message()
    {
        using var folder = new TemporaryFolder();
        var stop = TestContext.Current.CancellationToken;
        Assert.IsType<SendOutcome.Sent>(await new OutboxFolder(folder.PathTo("outbox")).SendAsync(Message, stop));
        Assert.Single(Directory.GetFiles(folder.PathTo("outbox")));
        Assert.IsType<SendOutcome.Refused>(await new OutboxFolder(folder.PathTo("outbox")).SendAsync(Message with { Subject = "a\r\nb" }, stop));
        var why = Assert.IsType<SendOutcome.Later>(await new OutboxFolder(folder.Write("file", "")).SendAsync(Message, stop)).Why;
        Assert.StartsWith(folder.PathTo("file"), why);
    }
}
