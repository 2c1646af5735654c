using System.Text.RegularExpressions;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Architecture;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "README.md"));

    [Fact]
    public async Task The_readme_lists_the_commands_that_the_help_lists()
    {
        var help = await Executable.Start(Path.GetTempPath(), "--help");
        var helped = help.Lines.SkipWhile(l => l != "Commands:").Skip(1).TakeWhile(l => l.Length > 0).Select(l => l.Trim().Split(' ')[0]).ToHashSet();
        var listed = CommandRow().Matches(Readme).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(helped);
        Rule.HasNoOffender("README.md, table of commands: add these, which the help lists:", helped.Except(listed));
        Rule.HasNoOffender("README.md, table of commands: take these out, which the help does not list:", listed.Except(helped));
    }

    [Fact]
    public void Documents_link_only_to_what_exists() => Rule.HasNoOffender(
        "These links lead nowhere. Correct the path, which is relative to the document:",
        from document in Directory.EnumerateFiles(RepositoryFolder.Root, "*.md")
            .Concat(new[] { "src", "tests", "config", "docker" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, f), "*.md", SearchOption.AllDirectories)))
        where !document.Contains("node_modules", StringComparison.Ordinal)
        from Match link in Link().Matches(File.ReadAllText(document))
        let target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)
        where !File.Exists(target) && !Directory.Exists(target)
        select $"{Path.GetRelativePath(RepositoryFolder.Root, document)}: {link.Groups[1].Value}");

    [Fact]
    public void The_readme_is_short() => Assert.True(
        Readme.AsSpan().Count('\n') <= 200, "README.md is longer than 200 lines: move what only some readers need into the README of the folder it is about.");

    [GeneratedRegex(@"^\| `([a-z-]+)[^|]*` \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CommandRow();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
