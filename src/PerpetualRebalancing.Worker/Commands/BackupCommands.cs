using System.CommandLine;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>backup</c>: copies of the databases, and the way back. It needs no household file: the machine may be a new one.</summary>
public static class BackupCommands
{
    /// <summary>Builds <c>backup</c>.</summary>
    public static Command Build(CommandContext context) =>
        new ExampleCommand("backup", "Make, list, check and restore backups of the databases", "backup now", "backup verify", "backup restore perpetual-20260701T183500Z.zip")
        {
            Now(context), List(context), Verify(context), Restore(context),
        };

    private static ExampleCommand Now(CommandContext context)
    {
        var command = new ExampleCommand("now", "Make a backup now, also while the service runs, and check it", "backup now");
        command.SetAction((parsed, _) =>
        {
            var (entry, logs) = Folder(context, parsed).Make();
            Show(context, parsed, "Backup", [BackupAnswer.Of(entry, logs)]);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static ExampleCommand List(CommandContext context)
    {
        var command = new ExampleCommand("list", "List the backups, oldest first", "backup list");
        command.SetAction((parsed, _) =>
        {
            Show(context, parsed, "Backups", [.. Folder(context, parsed).List().Select(e => BackupAnswer.Of(e, null))]);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static ExampleCommand Verify(CommandContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "One backup; without it, all of them", Arity = ArgumentArity.ZeroOrOne };
        var command = new ExampleCommand("verify", "Check backups: checksums, every page, every hash of the log", "backup verify", "backup verify /media/other-disk/perpetual-20260701T183500Z.zip.aes") { file };
        command.SetAction((parsed, _) =>
        {
            var folder = Folder(context, parsed);
            var passphrase = context.SettingsOf(parsed).Backup.Passphrase;
            if (parsed.GetValue(file) is { } one)
            {
                var path = PathOf(context, folder, one);
                var logs = BackupFile.Verify(path, passphrase, context.Clock);
                Show(context, parsed, "Checked", [new BackupAnswer(path, null, new FileInfo(path).Length, null, logs, null)]);
                return Task.FromResult(ExitCode.Done);
            }

            var answers = folder.List().Select(e => Checked(e, passphrase, context.Clock)).ToArray();
            Show(context, parsed, "Checked", answers);
            return Task.FromResult(answers.All(a => a.Fault is null) ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static ExampleCommand Restore(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The backup: a path, or its name in the backup folder" };
        var force = new Option<bool>("--force") { Description = "Put a database that is there aside, into a folder beside it" };
        var command = new ExampleCommand(
            "restore", "Put a backup in place; placing is then halted until you have compared it with the brokers", "backup restore perpetual-20260701T183500Z.zip",
            "backup restore /media/other-disk/perpetual-20260701T183500Z.zip.aes --force  # the old database is put aside") { file, force };
        command.SetAction((parsed, _) =>
        {
            var settings = context.SettingsOf(parsed);
            var path = PathOf(context, Folder(context, parsed), parsed.GetRequiredValue(file));
            var (households, aside) = new Restoration(settings, context.Clock).From(path, parsed.GetValue(force), DeskCommand.Person);
            var answer = new RestoreAnswer(path, settings.DataFolder, aside, households);
            context.OutputOf(parsed).Show(() => BackupView.Render(answer), () => BackupView.Json(answer));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static BackupAnswer Checked(BackupEntry entry, string? passphrase, TimeProvider time)
    {
        try
        {
            return BackupAnswer.Of(entry, BackupFile.Verify(entry.Path, passphrase, time));
        }
        catch (StoreException e)
        {
            return BackupAnswer.Of(entry, null) with { Fault = e.Message };
        }
    }

    private static BackupFolder Folder(CommandContext context, ParseResult parsed)
    {
        var settings = context.SettingsOf(parsed);
        return new BackupFolder(settings.Backup, settings.DataFolder, context.Clock);
    }

    private static string PathOf(CommandContext context, BackupFolder folder, string file) =>
        folder.List().FirstOrDefault(e => Path.GetFileName(e.Path) == file)?.Path ?? Path.GetFullPath(file, context.Folder);

    private static void Show(CommandContext context, ParseResult parsed, string title, BackupAnswer[] answers) =>
        context.OutputOf(parsed).Show(() => BackupView.Render(title, answers), () => BackupView.Json(answers));
}
