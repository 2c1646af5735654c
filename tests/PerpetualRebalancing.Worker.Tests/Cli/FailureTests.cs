using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Tests.Cli;

public class FailureTests
{
    [Fact]
    public void Configuration_faults_are_bad_usage_with_a_line_each() =>
        Assert.Equal((ExitCode.BadUsage, "error: a\nerror: b\n"), Report(new ConfigurationException(["a", "b"])));

    [Fact]
    public void A_database_that_cannot_be_used_is_bad_configuration() =>
        Assert.Equal((ExitCode.BadUsage, "error: x.db: the disk is full\n"), Report(new StoreException("x.db: the disk is full")));

    [Fact]
    public void A_service_that_does_not_answer_is_no_defect_of_ours() =>
        Assert.Equal((ExitCode.Blocked, "error: Yahoo: it is closed\n"), Report(new UpstreamException("Yahoo", UpstreamFault.NotReached, "it is\nclosed")));

    [Fact]
    public void A_disk_that_fails_is_a_failure() =>
        Assert.Equal((ExitCode.Failed, "error: No space left\n"), Report(new IOException("No space left")));

    [Fact]
    public void A_defect_is_one_line_that_names_the_file_with_its_details()
    {
        var (code, text) = Report(new InvalidOperationException("Two\nlines."));
        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("error: Two lines. (this is a defect; the details are in ", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Count(c => c == '\n'));
        var path = text.TrimEnd('\n', ')')[(text.LastIndexOf(" in ", StringComparison.Ordinal) + 4)..];
        Assert.Contains(nameof(InvalidOperationException), File.ReadAllText(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        File.Delete(path);
    }

    private static (int Code, string Error) Report(Exception exception)
    {
        var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext
        {
            Out = TextWriter.Null,
            Error = error,
            Clock = TimeProvider.System,
            Folder = Path.GetTempPath(),
            Environment = ImmutableDictionary<string, string>.Empty,
            IsTerminal = false,
        };
        return (Failure.Report(exception, context), error.ToString());
    }
}
