using System.Collections.Immutable;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Tests.Cli;

public sealed class AllCommandsTests
{
    [Fact]
    public void Every_command_answers_to_the_name_it_is_listed_under() =>
        Assert.All(AllCommands.Listed, listed => Assert.Equal(listed.Name, listed.Build(Context(TextWriter.Null)).Name));

    [Fact]
    public async Task Only_the_command_that_is_named_is_built()
    {
        var built = new List<string>();
        ImmutableArray<ListedCommand> commands = [.. AllCommands.Listed.Select(c => c with { Build = context => { built.Add(c.Name); return c.Build(context); } })];
        Assert.Equal(ExitCode.Done, await CommandLine.Run(Context(TextWriter.Null), ["status", "--help"], commands));
        Assert.Equal(["status"], built);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--json", "--help")]
    public async Task Whoever_names_none_hears_of_all_of_them(params string[] args)
    {
        var said = new StringWriter();
        Assert.Equal(ExitCode.Done, await CommandLine.Run(Context(said), args, AllCommands.Listed));
        Assert.All(AllCommands.Listed, listed => Assert.Contains($"  {listed.Name} ", said.ToString()));
    }

    [Theory]
    [InlineData("statsu")]
    [InlineData("--json", "statsu")]
    [InlineData("status", "--jsno")]
    public async Task What_is_no_command_and_no_option_is_bad_usage(params string[] args)
    {
        var said = new StringWriter();
        Assert.Equal(ExitCode.BadUsage, await CommandLine.Run(Context(said), args, AllCommands.Listed));
        Assert.Contains($"'{args[^1]}'", said.ToString());
    }

    private static CommandContext Context(TextWriter said) => new()
    {
        Out = said,
        Error = said,
        Clock = TimeProvider.System,
        Folder = Path.GetTempPath(),
        Environment = ImmutableDictionary<string, string>.Empty,
        IsTerminal = false,
    };
}
