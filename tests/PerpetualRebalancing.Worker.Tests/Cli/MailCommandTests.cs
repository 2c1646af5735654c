using System.Text.Json;
using PerpetualRebalancing.Upstreams.Mail;
using PerpetualRebalancing.Worker.Tests.Faults;

namespace PerpetualRebalancing.Worker.Tests.Cli;

/// <summary><c>mail</c> as a person types it.</summary>
public sealed class MailCommandTests
{
    [Fact]
    public async Task Without_mail_a_test_message_is_a_file_and_there_is_nothing_to_check()
    {
        using var installation = new Installation();
        var test = await installation.Start("mail", "test", "--json");
        Assert.Equal((ExitCode.Done, ""), (test.Code, test.Error));
        var answer = JsonDocument.Parse(test.Output).RootElement;
        Assert.Equal("sent", answer.GetProperty("outcome").GetString());
        Assert.Equal(Path.Combine(installation.Data, "outbox"), answer.GetProperty("over").GetString());
        Assert.Contains(answer.GetProperty("id").GetString()!, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(installation.Data, "outbox"))), TestContext.Current.CancellationToken));
        Installation.AssertRefused(await installation.Start("mail", "check"), "services.json: mail: is missing; allowed: ");
        Installation.AssertRefused(await installation.Start("mail", "test", "--to", "asha"), "--to: is 'asha'; allowed: an address");
        Assert.Contains((await installation.Start("doctor", "--only", "mail")).Lines, l => l.Contains("No mail is configured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_mail_a_test_message_goes_out_and_the_mailbox_is_looked_into()
    {
        Assert.SkipWhen(MailTown.Missing is not null, MailTown.Missing ?? "");
        await using var town = await MailTown.StartAsync();
        using var installation = new Installation().Edit("services.json", "// \"mail\": {", $$"""
            "mail": {
              "from": "{{MailTown.Worker}}", "certificateAuthority": "{{town.CertificateFile}}",
              "smtp": { "host": "localhost", "port": {{town.SmtpPort}}, "security": "starttls" },
              "imap": { "host": "localhost", "port": {{town.ImapsPort}}, "authenticationResults": "{{MailTown.AuthenticationResults}}" },
            },
            // {
            """);
        var needed = await installation.Start("mail", "test", "--to", MailTown.Worker);
        Assert.Equal(ExitCode.NeedsPerson, needed.Code);
        Assert.Contains("PERPETUAL_MAIL_SMTP_PASSWORD is not given", needed.Output);
        var doctor = await installation.Start("doctor", "--only", "mail");
        Assert.Equal(ExitCode.NeedsPerson, doctor.Code);
        Assert.Contains(doctor.Lines, l => l.Contains("PERPETUAL_MAIL_IMAP_PASSWORD is not given", StringComparison.Ordinal));

        await File.WriteAllTextAsync(
            Path.Combine(installation.Root, ".env"), $"PERPETUAL_MAIL_SMTP_PASSWORD='{MailTown.Password}'\nPERPETUAL_MAIL_IMAP_PASSWORD='{MailTown.Password}'\n", TestContext.Current.CancellationToken);
        var well = await installation.Start("doctor", "--only", "mail");
        Assert.Equal(ExitCode.Done, well.Code);
        Assert.Contains(well.Lines, l => l.Contains("it let us in, and tells no other time than we do", StringComparison.Ordinal));
        Assert.Contains(well.Lines, l => l.Contains("it let us in (0 mails)", StringComparison.Ordinal));
        var sent = await installation.Start("mail", "test", "--to", MailTown.Worker);
        Assert.Equal((ExitCode.Done, ""), (sent.Code, sent.Error));
        await town.WaitForAsync(MailTown.Worker, 1);
        var check = await installation.Start("mail", "check", "--json");
        Assert.Equal((ExitCode.Done, ""), (check.Code, check.Error));
        var answer = JsonDocument.Parse(check.Output).RootElement;
        Assert.Equal(("readable", 1), (answer.GetProperty("outcome").GetString(), answer.GetProperty("count").GetInt32()));
        Assert.False(Directory.Exists(installation.Data));

        var refused = await installation.Start("mail", "test", "--to", MailTown.Refused);
        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Contains("no such mailbox here", refused.Output);
        await town.StopDovecotAsync();
        Assert.Equal(ExitCode.Failed, (await installation.Start("mail", "check")).Code);
        Assert.Equal(ExitCode.NeedsPerson, (await installation.Start("doctor", "--only", "mail")).Code);
    }
}
