using System.Text;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>What happens to a watch while the server does what servers do. Each test has a town of its own.</summary>
public sealed class ImapRestartTests
{
    private static readonly DateTimeOffset November = new(2026, 11, 20, 9, 30, 15, TimeSpan.Zero);

    [Fact]
    public async Task After_a_restart_of_the_server_nothing_is_missed_and_nothing_comes_twice()
    {
        await using var town = await TownAsync();
        await PutAsync(town, "before", 1);
        await using var watch = new Watch(Inbox(town));
        await watch.UntilAsync<InboxState.Connected>();
        Assert.Equal("before", Subject(await watch.NextAsync()));
        await town.StopDovecotAsync();
        await watch.UntilAsync<InboxState.Unreachable>();
        await PutAsync(town, "meanwhile", 2);
        await town.StartDovecotAsync();
        Assert.Equal("meanwhile", Subject(await watch.NextAsync()));
        await watch.UntilAsync<InboxState.Connected>();
        await PutAsync(town, "after", 3);
        Assert.Equal("after", Subject(await watch.NextAsync()));
        Assert.Equal(3, watch.Told);
    }

    [Fact]
    public async Task Under_another_numbering_the_days_in_question_are_read_again()
    {
        await using var town = await TownAsync();
        town.Put(MailTown.Worker, Mail("old"), new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await PutAsync(town, "one", 1);
        await using var watch = new Watch(Inbox(town));
        var first = await watch.NextAsync();
        await town.StopDovecotAsync();
        town.ForgetNumbers(MailTown.Worker);
        await PutAsync(town, "two", 2);
        await town.StartDovecotAsync();
        var (again, second) = (await watch.NextAsync(), await watch.NextAsync());
        Assert.Equal(("one", "two"), (Subject(again), Subject(second)));
        Assert.NotEqual(first.Place.UidValidity, again.Place.UidValidity);
        Assert.Equal(second.Place, watch.Cursor);
        Assert.Equal(3, watch.Told);
    }

    [Fact]
    public async Task Of_ten_thousand_old_mails_none_is_read()
    {
        await using var town = await TownAsync();
        for (var i = 0; i < 10_000; i++)
        {
            town.Put(MailTown.Worker, Mail($"old-{i}"), November.AddDays(-100).AddSeconds(i), i);
        }

        await town.SettleAsync();
        await using var watch = new Watch(Inbox(town));
        await watch.UntilReadAsync();
        Assert.Equal(0, watch.Told);
        Assert.Equal(10_000u, watch.Cursor!.LastUid);
        await PutAsync(town, "new", 1);
        Assert.Equal("new", Subject(await watch.NextAsync()));
    }

    private static async Task<MailTown> TownAsync()
    {
        Assert.SkipWhen(MailTown.Missing is not null, MailTown.Missing ?? "");
        return await MailTown.StartAsync();
    }

    private static async Task PutAsync(MailTown town, string subject, int number)
    {
        town.Put(MailTown.Worker, Mail(subject), November.AddSeconds(number), number);
        await town.SettleAsync();
    }

    private static ImapInbox Inbox(MailTown town) => new(Post.SettingsOf(town), Post.Secrets, null, Watch.Quick);

    private static byte[] Mail(string subject) => Encoding.ASCII.GetBytes($"From: approver@test.local\r\nSubject: {subject}\r\n\r\nBody\r\n");

    private static string Subject(InboundMail mail) => ReceivedMail.Parse(mail.Raw).Subject;
}
