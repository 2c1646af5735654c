using System.Net.Sockets;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>Servers, or somebody between, that want the password in clear or something else in place of what is configured.</summary>
public sealed class SmtpHostilityTests
{
    private const string Greeting = "220 test\r\n";

    private static readonly MailMessage Message = new("1@test.local", default, "worker@test.local", "approver@test.local", "Subject", "Body");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_starttls_was_removed_nothing_of_ours_is_said()
    {
        await using var server = new ScriptedServer(Greeting, line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 AUTH PLAIN\r\n" : "235 ok\r\n");
        Assert.Contains("does not offer STARTTLS", await LaterAsync(server, MailSecurity.Starttls));
        Assert.DoesNotContain("AUTH", server.Heard);
        Assert.DoesNotContain("MAIL", server.Heard);
    }

    [Theory]
    [InlineData("454 4.7.0 TLS not available\r\n")]
    [InlineData("503 no\r\n")]
    public async Task A_refused_starttls_ends_it(string refusal)
    {
        await using var server = new ScriptedServer(Greeting, line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n" : refusal);
        Assert.Contains("STARTTLS is answered with", await LaterAsync(server, MailSecurity.Starttls));
        Assert.EndsWith("STARTTLS\n", server.Heard);
    }

    [Fact]
    public async Task What_is_said_in_clear_after_the_agreement_ends_it()
    {
        // The answer to the EHLO that follows TLS, slipped in before it.
        await using var server = new ScriptedServer(
            Greeting, line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n" : "220 go\r\n250-test\r\n250 AUTH PLAIN\r\n235 ok\r\n");
        Assert.Contains("somebody may stand between", await LaterAsync(server, MailSecurity.Starttls));
        Assert.DoesNotContain("AUTH", server.Heard);
    }

    [Fact]
    public async Task After_a_refused_login_nothing_is_sent()
    {
        await using var server = Server(login: "535 5.7.8 no\r\n");
        var outcome = await SendAsync(server, MailSecurity.None);
        Assert.Contains("535 5.7.8 no", Assert.IsType<SendOutcome.LoginNeeded>(outcome).Why);
        Assert.DoesNotContain("MAIL", server.Heard);
    }

    [Theory]
    [InlineData("250 fine\r\n", typeof(SendOutcome.Later))]
    [InlineData("334 \r\n", typeof(SendOutcome.Later))]
    [InlineData("454 4.7.0 later\r\n", typeof(SendOutcome.Later))]
    [InlineData("500 what\r\n", typeof(SendOutcome.LoginNeeded))]
    public async Task Only_235_is_a_login(string answer, Type outcome)
    {
        await using var server = Server(login: answer);
        Assert.IsType(outcome, await SendAsync(server, MailSecurity.None));
        Assert.DoesNotContain("MAIL", server.Heard);
    }

    [Fact]
    public async Task A_server_that_offers_no_login_gets_no_message()
    {
        await using var server = new ScriptedServer(Greeting, line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 AUTH NTLM\r\n" : "250 ok\r\n");
        Assert.Contains("it offers NTLM", Assert.IsType<SendOutcome.LoginNeeded>(await SendAsync(server, MailSecurity.None)).Why);
        Assert.DoesNotContain("MAIL", server.Heard);
    }

    [Fact]
    public async Task Where_there_is_only_login_the_password_is_asked_for_in_steps()
    {
        await using var server = Server(offer: "LOGIN", login: "334 VXNlcm5hbWU6\r\n", more: line => line == "d29ya2VyQHRlc3QubG9jYWw=" ? "334 UGFzc3dvcmQ6\r\n" : "235 ok\r\n");
        Assert.IsType<SendOutcome.Sent>(await SendAsync(server, MailSecurity.None));
    }

    [Theory]
    [InlineData("MAIL", "452 full\r\n", typeof(SendOutcome.Later))]
    [InlineData("MAIL", "530 log in\r\n", typeof(SendOutcome.LoginNeeded))]
    [InlineData("MAIL", "553 not you\r\n", typeof(SendOutcome.Refused))]
    [InlineData("RCPT", "450 later\r\n", typeof(SendOutcome.Later))]
    [InlineData("RCPT", "550 nobody\r\n", typeof(SendOutcome.Refused))]
    [InlineData("RCPT", "354 go on\r\n", typeof(SendOutcome.Later))]
    [InlineData("DATA", "554 no\r\n", typeof(SendOutcome.Refused))]
    [InlineData("DATA", "250 done\r\n", typeof(SendOutcome.Later))]
    [InlineData(".", "552 too much\r\n", typeof(SendOutcome.Refused))]
    [InlineData(".", "451 later\r\n", typeof(SendOutcome.Later))]
    [InlineData("MAIL", "250-one\r\n550 two\r\n", typeof(SendOutcome.Later))]
    [InlineData("MAIL", "2x0 ok\r\n", typeof(SendOutcome.Later))]
    [InlineData("MAIL", "ok\r\n", typeof(SendOutcome.Later))]
    [InlineData("MAIL", null, typeof(SendOutcome.Later))]
    public async Task Each_refusal_says_what_is_to_be_done(string command, string? answer, Type outcome)
    {
        await using var server = Server(answers: line => line.Split(' ')[0] == command ? (true, answer) : (false, null));
        Assert.IsType(outcome, await SendAsync(server, MailSecurity.None));
    }

    [Fact]
    public async Task An_endless_answer_is_not_kept()
    {
        await using var server = new ScriptedServer("220-" + new string('x', 1_000_000), _ => null);
        Assert.Contains("a line of more than", await LaterAsync(server, MailSecurity.None));
        await using var lines = new ScriptedServer(string.Concat(Enumerable.Repeat("220-x\r\n", 100_000)), _ => null);
        Assert.Contains("one without end", await LaterAsync(lines, MailSecurity.None));
    }

    [Fact]
    public async Task A_silent_server_is_left_after_the_time_for_one_answer_and_a_slow_one_after_the_time_for_all()
    {
        await using var silent = new ScriptedServer("", _ => null);
        Assert.Contains("does not answer in time", await LaterAsync(silent, MailSecurity.None, new MailTimes { Step = TimeSpan.FromMilliseconds(200) }));
        Assert.Contains("was not done within", await LaterAsync(silent, MailSecurity.None, new MailTimes { Send = TimeSpan.FromMilliseconds(200) }));
    }

    [Fact]
    public async Task A_caller_that_stops_is_told_so()
    {
        await using var silent = new ScriptedServer("", _ => null);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SmtpSender(Settings(silent, MailSecurity.None), Post.Secrets, null).SendAsync(Message, stop.Token));
    }

    [Fact]
    public async Task In_clear_only_this_machine_is_spoken_to()
    {
        // This machine again, under an address that is not loopback.
        var address = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address).FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(a));
        Assert.SkipWhen(address is null, "This machine has no other address than loopback.");
        using var listener = new TcpListener(address!, 0);
        listener.Start();
        var settings = new MailSettings("worker@test.local", null, new MailHost(address!.ToString(), ((System.Net.IPEndPoint)listener.LocalEndpoint).Port, MailSecurity.None, "worker", MailLogin.Password), null, null, null);
        Assert.Contains("in clear", Assert.IsType<SendOutcome.Later>(await new SmtpSender(settings, Post.Secrets, null).SendAsync(Message, Stop)).Why);
    }

    [Theory]
    [InlineData(".", "..\r\n.\r\n")]
    [InlineData("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n")]
    [InlineData("..a\r\n", "...a\r\n.\r\n")]
    [InlineData("", ".\r\n")]
    public void Dots_are_doubled_where_they_begin_a_line(string message, string sent) =>
        Assert.Equal(sent, System.Text.Encoding.ASCII.GetString(SmtpSession.Stuffed(System.Text.Encoding.ASCII.GetBytes(message))));

    private static ScriptedServer Server(string offer = "PLAIN", string login = "235 ok\r\n", Func<string, string>? more = null, Func<string, (bool Is, string? Answer)>? answers = null)
    {
        var isData = false;
        return new ScriptedServer(Greeting, line =>
        {
            if (answers?.Invoke(line) is { Is: true } own)
            {
                return own.Answer;
            }

            if (isData)
            {
                isData = line != ".";
                return isData ? "" : "250 ok\r\n";
            }

            isData = line == "DATA";
            return line.Split(' ')[0] switch
            {
                "EHLO" => $"250-test\r\n250 AUTH {offer}\r\n",
                "AUTH" => login,
                "DATA" => "354 go\r\n",
                "MAIL" or "RCPT" => "250 ok\r\n",
                "QUIT" => null,
                _ => more?.Invoke(line) ?? "500 what\r\n",
            };
        });
    }

    private static MailSettings Settings(ScriptedServer server, MailSecurity security) => new(
        "worker@test.local", null, new MailHost("localhost", server.Port, security, "worker@test.local", MailLogin.Password), null, null, null);

    private static Task<SendOutcome> SendAsync(ScriptedServer server, MailSecurity security, MailTimes? times = null) =>
        new SmtpSender(Settings(server, security), Post.Secrets, null, times ?? MailTimes.Usual).SendAsync(Message, Stop);

    private static async Task<string> LaterAsync(ScriptedServer server, MailSecurity security, MailTimes? times = null) =>
        Assert.IsType<SendOutcome.Later>(await SendAsync(server, security, times)).Why;
}
