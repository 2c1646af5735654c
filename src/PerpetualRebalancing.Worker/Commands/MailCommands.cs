using System.CommandLine;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>mail</c>: whether messages go out and answers can be read.</summary>
public static class MailCommands
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context) =>
        new ExampleCommand("mail", "Try the household's mail", "mail test --to asha@example.org", "mail check") { Test(context), Check(context) };

    private static ExampleCommand Test(CommandContext context)
    {
        var to = new Option<string?>("--to") { Description = "Whom it is for (default: the first member with an address)", HelpName = "ADDRESS" };
        var command = new ExampleCommand(
            "test", "Send one test message and say where it went (exit code 3 when a login is needed)", "mail test", "mail test --to asha@example.org  # to somebody else") { to };
        command.SetAction(async (parsed, token) =>
        {
            var (settings, mail) = Configured(context, parsed);
            var household = HouseholdFile.Load(settings.HouseholdFile).Household;
            var address = parsed.GetValue(to) ?? household.Members.Select(m => m.Mail).FirstOrDefault(m => m is not null) ?? mail?.From ?? Deliveries.OwnAddress;
            if (!MailAddress.IsOne(address))
            {
                throw new ConfigurationException($"--to: is '{address}'; allowed: an address of the form left@right, in plain letters");
            }

            using var wire = mail is null ? null : Open(context, settings, household, mail);
            if (mail is null)
            {
                Desk.CreatePrivately(settings.DataFolder);
            }

            var message = Message(context, mail, address);
            var outcome = await ((IMailSender?)wire?.Sender ?? new OutboxFolder(settings.Outbox)).SendAsync(message, token);
            var answer = MailTestAnswer.Of(message, mail?.Smtp.Name ?? settings.Outbox, outcome);
            context.OutputOf(parsed).Show(() => MailView.Render(answer), () => MailView.Json(answer));
            return outcome switch
            {
                SendOutcome.Sent => ExitCode.Done,
                SendOutcome.LoginNeeded => ExitCode.NeedsPerson,
                _ => ExitCode.Failed,
            };
        });
        return command;
    }

    private static ExampleCommand Check(CommandContext context)
    {
        var command = new ExampleCommand("check", "Log in to the mailbox and say what is there, changing nothing (exit code 3 when a login is needed)", "mail check", "mail check --json");
        command.SetAction(async (parsed, token) =>
        {
            var (settings, mail) = Configured(context, parsed);
            if (mail?.Imap is not { } imap)
            {
                throw new ConfigurationException(
                    $"services.json: {(mail is null ? "mail" : "mail.imap")}: is missing; allowed: a section as config/README.md shows it, so that there is a mailbox to look into");
            }

            using var wire = Open(context, settings, HouseholdFile.Load(settings.HouseholdFile).Household, mail);
            var check = await wire.Inbox!.CheckAsync(token);
            var answer = MailCheckAnswer.Of(imap, check);
            context.OutputOf(parsed).Show(() => MailView.Render(answer), () => MailView.Json(answer));
            return check switch
            {
                InboxCheck.Readable => ExitCode.Done,
                InboxCheck.LoginNeeded => ExitCode.NeedsPerson,
                _ => ExitCode.Failed,
            };
        });
        return command;
    }

    private static (Settings Settings, MailSettings? Mail) Configured(CommandContext context, ParseResult parsed)
    {
        var settings = context.SettingsOf(parsed);
        return (settings, ServicesFile.Load(settings.ServicesFile).Mail);
    }

    private static MailWire Open(CommandContext context, Settings settings, Household household, MailSettings mail)
    {
        if (mail.OAuth is not null)
        {
            // A refresh token that the provider exchanges must have a place to stay.
            Desk.CreatePrivately(settings.DataFolder);
        }

        return MailWire.Open(mail, settings, household.Id, context.Clock, RandomNumberGenerator.Fill);
    }

    private static MailMessage Message(CommandContext context, MailSettings? mail, string to) => new(
        $"test.{RandomNumberGenerator.GetHexString(24, lowercase: true)}@perpetual-rebalancing", context.Clock.GetUtcNow(), mail?.From ?? Deliveries.OwnAddress, to,
        "Test message from your portfolio", "This message only shows that mail from your portfolio arrives. There is nothing to answer.\n")
    {
        FromName = mail?.FromName,
        Html = "<p>This message only shows that mail from your portfolio arrives. There is nothing to answer.</p>",
        IsAutomatic = true,
    };
}
