using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Mailbox servers, or somebody between, that say what no real one says.</summary>
public sealed class ImapHostilityTests
{
    private const string Greeting = "* OK hello\r\n";
    private const string Able = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR IDLE STARTTLS\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_of_few_words_is_understood()
    {
        await using var server = Server();
        Assert.Equal(new InboxCheck.Readable("INBOX", 1, new DateTimeOffset(2026, 11, 20, 4, 0, 0, TimeSpan.Zero)), await CheckAsync(server));
        Assert.Contains("EXAMINE \"INBOX\"", server.Heard);
        Assert.DoesNotContain("SELECT", server.Heard);
    }

    [Fact]
    public async Task Where_starttls_was_removed_nothing_of_ours_is_said()
    {
        await using var server = Server(("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@ OK\r\n"));
        Assert.Contains("does not offer STARTTLS", Why(await CheckAsync(server, MailSecurity.Starttls)));
        Assert.DoesNotContain("AUTHENTICATE", server.Heard);
    }

    [Fact]
    public async Task What_is_said_in_clear_after_the_agreement_ends_it()
    {
        await using var server = Server(("STARTTLS", "@ OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"));
        Assert.Contains("somebody may stand between", Why(await CheckAsync(server, MailSecurity.Starttls)));
        Assert.DoesNotContain("AUTHENTICATE", server.Heard);
    }

    [Theory]
    [InlineData("* PREAUTH welcome\r\n")]
    [InlineData("* BYE too many\r\n")]
    [InlineData("+ OK pop3\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public async Task Only_a_server_to_log_in_to_is_logged_in_to(string greeting)
    {
        await using var server = new ScriptedServer(greeting, _ => null);
        Why(await CheckAsync(server));
        Assert.DoesNotContain("AUTHENTICATE", server.Heard);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "EXAMINE", "* 1 EXISTS\r\n@ OK\r\n", "does not say how INBOX is numbered" },
        { "EXAMINE", "* OK [UIDVALIDITY 0]\r\n@ OK\r\n", "does not say how INBOX is numbered" },
        { "EXAMINE", "@ NO [NONEXISTENT] no\r\n", "refuses the folder INBOX: [NONEXISTENT] no" },
        { "EXAMINE", "* BYE going down\r\n", "ends the conversation: going down" },
        { "EXAMINE", "A99 OK\r\n", "answers A99 in answer to" },
        { "EXAMINE", "+ go on\r\n", "answers + in answer to" },
        { "EXAMINE", "@ \r\n", "ends a command without saying how" },
        { "UID SEARCH", "* SEARCH 0\r\n@ OK\r\n", "finds mails that have no number" },
        { "UID SEARCH", "* SEARCH -1\r\n@ OK\r\n", "finds mails that have no number" },
        { "UID SEARCH", "* SEARCH 4294967296\r\n@ OK\r\n", "finds mails that have no number" },
        { "UID SEARCH", "* SEARCH (1\r\n@ OK\r\n", "does not end a list" },
        { "UID SEARCH", "* SEARCH 1)\r\n@ OK\r\n", "ends a list that it never began" },
        { "UID SEARCH", "* X \"abc\r\n@ OK\r\n", "does not end a string" },
        { "UID SEARCH", "* X \"ab\\c\"\r\n@ OK\r\n", "does not end a string" },
        { "UID SEARCH", "* X \"a\rb\"\r\n@ OK\r\n", "a CR or NUL inside" },
        { "UID FETCH", "* 1 FETCH (UID 7 INTERNALDATE \"20-Nov-2026 09:30:00 +0530\" BODY[]<0> {99999999}\r\n", "sends a string of 99999999 bytes" },
        { "UID FETCH", "* 1 FETCH (UID 7 INTERNALDATE \"20-Nov-2026 09:30:00 +0530\" BODY[]<0> {-1}\r\n", "counts a string in no number" },
        { "UID FETCH", "* 1 FETCH (UID 7 INTERNALDATE \"20-Nov-2026 09:30:00 +0530\" BODY[]<0> {9999999999}\r\n", "counts a string in no number" },
        { "UID FETCH", "* 1 FETCH (UID 7 INTERNALDATE \"yesterday\" BODY[]<0> \"a\")\r\n@ OK\r\n", "without its moment" },
        { "UID FETCH", "* 1 FETCH (UID 7 INTERNALDATE \"20-Nov-2026 09:30:00 +0530\" BODY[]<0> \"more\")\r\n@ OK\r\n", "more of it than was asked for" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_no_standard_allows_ends_it(string command, string answer, string why)
    {
        await using var server = Server((command, answer));
        Assert.Contains(why, Why(await CheckAsync(server)));
    }

    [Fact]
    public async Task Endless_answers_are_not_kept()
    {
        await using var deep = Server(("UID SEARCH", "* X " + new string('(', 60) + "\r\n"));
        Assert.Contains("nests lists more than", Why(await CheckAsync(deep)));
        await using var wide = Server(("UID SEARCH", "* X " + string.Concat(Enumerable.Repeat("a ", 300_000)) + "\r\n"));
        Assert.Contains("more than 200000 words", Why(await CheckAsync(wide)));
        await using var lengthy = Server(("UID SEARCH", "* X " + new string('a', 2_000_000) + "\r\n"));
        Assert.Contains("a line of more than", Why(await CheckAsync(lengthy)));
        await using var strings = Server(("UID SEARCH", "* X " + string.Concat(Enumerable.Repeat("{900000}\r\n" + new string('a', 900_000) + " ", 3)) + "\r\n"));
        Assert.Contains("are taken", Why(await CheckAsync(strings)));
        await using var news = Server(("UID SEARCH", string.Concat(Enumerable.Repeat("* OK still here\r\n", 50_000))));
        Assert.Contains("does not", Why(await CheckAsync(news, times: new MailTimes { Step = TimeSpan.FromMilliseconds(500), Command = TimeSpan.FromSeconds(5) })));
    }

    [Theory]
    [InlineData("@ NO [AUTHENTICATIONFAILED] no\r\n", typeof(InboxCheck.LoginNeeded))]
    [InlineData("@ BAD what\r\n", typeof(InboxCheck.LoginNeeded))]
    [InlineData("@ NO [UNAVAILABLE] later\r\n", typeof(InboxCheck.Unreachable))]
    public async Task Only_a_refused_login_needs_a_person(string answer, Type check)
    {
        await using var server = Server(("AUTHENTICATE", answer));
        Assert.IsType(check, await CheckAsync(server));
    }

    [Fact]
    public async Task A_server_without_idle_is_asked_now_and_then_and_one_with_it_is_asked_again_before_it_forgets_us()
    {
        var mails = 0;
        await using var asked = Server(("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@ OK\r\n"), ("NOOP", _ => Interlocked.Increment(ref mails) == 3 ? "* 2 EXISTS\r\n@ OK\r\n" : "@ OK\r\n"));
        await using (var watch = new Watch(Inbox(asked, times: Watch.Quick with { Poll = TimeSpan.FromMilliseconds(20) })))
        {
            await watch.NextAsync();
            await HeardAsync(asked, "UID SEARCH UID 8:*");
        }

        await using var idle = Server(("IDLE", "+ idling\r\n"), ("DONE", "@ OK\r\n"));
        await using var second = new Watch(Inbox(idle, times: Watch.Quick with { Idle = TimeSpan.FromMilliseconds(50) }));
        await second.NextAsync();
        await HeardAsync(idle, "A7 IDLE\nDONE\nA8 IDLE\nDONE");
    }

    private static async Task HeardAsync(ScriptedServer server, string text)
    {
        for (var i = 0; i < 600 && !server.Heard.Contains(text, StringComparison.Ordinal); i++)
        {
            await Task.Delay(25, Stop);
        }

        Assert.Contains(text, server.Heard);
    }

    private static string Why(InboxCheck check) => Assert.IsType<InboxCheck.Unreachable>(check).Why;

    private static Task<InboxCheck> CheckAsync(ScriptedServer server, MailSecurity security = MailSecurity.None, MailTimes? times = null) =>
        Inbox(server, security, times).CheckAsync(Stop);

    private static ImapInbox Inbox(ScriptedServer server, MailSecurity security = MailSecurity.None, MailTimes? times = null)
    {
        var host = new MailHost("localhost", server.Port, security, "worker@test.local", MailLogin.Password);
        return new ImapInbox(new MailSettings("worker@test.local", null, host, new ImapSettings(host, "INBOX", "mx"), null, null), Post.Secrets, null, times ?? MailTimes.Usual);
    }

    private static ScriptedServer Server(params (string Command, string Answer)[] own) => Server([.. own.Select(o => (o.Command, (Func<string, string>)(_ => o.Answer)))]);

    private static ScriptedServer Server((string Command, string Answer) first, (string Command, Func<string, string> Answer) second) =>
        Server([(first.Command, _ => first.Answer), second]);

    // An @ stands for the tag of the command, or of the one before where a line has none.
    private static ScriptedServer Server((string Command, Func<string, string> Answer)[] own)
    {
        var tag = "";
        return new ScriptedServer(Greeting, line =>
        {
            var isCommand = line.StartsWith('A') && line.Contains(' ', StringComparison.Ordinal);
            tag = isCommand ? line.Split(' ')[0] : tag;
            var command = isCommand ? line[(tag.Length + 1)..] : line;
            var answer = own.FirstOrDefault(o => command.StartsWith(o.Command, StringComparison.Ordinal)).Answer?.Invoke(command) ?? Usual(command);
            return answer.Replace("@", tag, StringComparison.Ordinal);
        });
    }

    private static string Usual(string command) => command.Split(' ') switch
    {
        ["CAPABILITY"] => Able + "@ OK\r\n",
        ["EXAMINE", ..] => "* 1 EXISTS\r\n* OK [UIDVALIDITY 3] numbered\r\n* OK [UIDNEXT 8]\r\n@ OK [READ-ONLY]\r\n",
        ["UID", "SEARCH", "UID", "8:*"] or ["UID", "SEARCH", "UID", "*"] or ["UID", "SEARCH", "SINCE", ..] => "* SEARCH 7\r\n@ OK\r\n",
        ["UID", "FETCH", ..] => "* 1 FETCH (FLAGS (\\Seen \\Recent) UID 7 INTERNALDATE \"20-Nov-2026 09:30:00 +0530\" BODY[]<0> {1}\r\nX)\r\n@ OK\r\n",
        ["LOGOUT"] => "* BYE\r\n@ OK\r\n",
        _ => "@ OK\r\n",
    };
}
