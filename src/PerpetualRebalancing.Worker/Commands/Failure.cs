using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Outside;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>Turns what went wrong into lines a person can act on, and an exit code. A stack trace is never a person's answer.</summary>
public static class Failure
{
    /// <summary>Writes the fault to <see cref="CommandContext.Error"/>.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Report(Exception exception, CommandContext context)
    {
        switch (exception)
        {
            case ConfigurationException faults:
                foreach (var fault in faults.Faults)
                {
                    context.Error.WriteLine($"error: {OneLine(fault)}");
                }

                return ExitCode.BadUsage;

            case StoreException:
                // A database that is damaged, newer, locked or on a full disk is like a file that cannot be used: nothing was written.
                context.Error.WriteLine($"error: {OneLine(exception.Message)}");
                return ExitCode.BadUsage;

            case AccountUnreadException or UpstreamException:
                // A broker or a service of prices that does not answer, or answers wrongly, is no defect of ours: its own words say what to do.
                context.Error.WriteLine($"error: {OneLine(exception.Message)}");
                return ExitCode.Blocked;

            case IOException or UnauthorizedAccessException:
                context.Error.WriteLine($"error: {OneLine(exception.Message)}");
                return ExitCode.Failed;

            case OperationCanceledException:
                context.Error.WriteLine("error: stopped before it was done.");
                return ExitCode.Failed;

            default:
                context.Error.WriteLine($"error: {OneLine(exception.Message)} ({Details(exception, context)})");
                return ExitCode.Failed;
        }
    }

    /// <summary>The text without line ends.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Keeps the details where only this user can read them: they may name accounts and amounts.</summary>
    private static string Details(Exception exception, CommandContext context)
    {
        var stamp = context.Clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(Path.GetTempPath(), $"{CommandLine.ProgramName}-error-{stamp}-{Environment.ProcessId}.txt");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.WriteLine(SecretsOf(context).Hide(exception.ToString()));
            return $"this is a defect; the details are in {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"this is a defect; its details, {exception.GetType().Name}, could not be kept in {path}";
        }
    }

    // Where .env itself is the fault, the environment is what is left.
    private static SecretValues SecretsOf(CommandContext context)
    {
        try
        {
            return SecretValues.Among(context.Variables());
        }
        catch (ConfigurationException)
        {
            return SecretValues.Among(context.Environment);
        }
    }
}
