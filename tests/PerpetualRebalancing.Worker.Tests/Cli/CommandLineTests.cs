namespace PerpetualRebalancing.Worker.Tests.Cli;

public class CommandLineTests
{
    [Fact]
    public async Task Help_shows_commands_with_examples_and_the_exit_codes()
    {
        var help = await Executable.Start(Path.GetTempPath(), "--help");
        Assert.Equal((ExitCode.Done, ""), (help.Code, help.Error));
        Assert.Contains(help.Lines, l => l.StartsWith("  plan ", StringComparison.Ordinal));
        Assert.Contains($"  {ExitCode.Help}", help.Lines);

        var plan = await Executable.Start(Path.GetTempPath(), "plan", "--help");
        Assert.Equal(ExitCode.Done, plan.Code);
        Assert.Contains("  perpetual-rebalancing plan --portfolio spreadsheet.csv --cash 250000", plan.Lines);
    }

    [Fact]
    public async Task Every_command_in_the_help_has_an_example_of_its_own()
    {
        var help = await Executable.Start(Path.GetTempPath(), "--help");
        var commands = help.Lines.SkipWhile(l => l != "Commands:").Skip(1).TakeWhile(l => l.Length > 0).Select(l => l.Trim().Split(' ')[0]).ToArray();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
        {
            var text = await Executable.Start(Path.GetTempPath(), command, "--help");
            Assert.Contains($"Examples:{Environment.NewLine}  perpetual-rebalancing {command}", text.Output);
        }
    }

    [Fact]
    public async Task A_command_line_without_a_command_shows_help_and_is_bad_usage()
    {
        var run = await Executable.Start(Path.GetTempPath());
        Assert.Equal(ExitCode.BadUsage, run.Code);
        Assert.Contains("Commands:", run.Lines);
    }

    [Fact]
    public async Task An_unknown_command_is_bad_usage()
    {
        var run = await Executable.Start(Path.GetTempPath(), "plam");
        Assert.Equal((ExitCode.BadUsage, ""), (run.Code, run.Output));
        Assert.Contains("error: Unrecognized command or argument 'plam'.", run.Errors);
        Assert.Equal("See 'perpetual-rebalancing --help'.", run.Errors[^1]);
    }
}
