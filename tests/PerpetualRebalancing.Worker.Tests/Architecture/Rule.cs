namespace PerpetualRebalancing.Worker.Tests.Architecture;

/// <summary>Says who breaks a rule of the house and what to do about it.</summary>
internal static class Rule
{
    /// <summary>The three projects' compiled code.</summary>
    public static IReadOnlyList<System.Reflection.Assembly> Product { get; } =
        [typeof(Domain.Money).Assembly, typeof(Adapters.Store.HouseholdStore).Assembly, typeof(Commands.CommandLine).Assembly];

    /// <summary>Fails with every offender, one per line, under the advice.</summary>
    public static void HasNoOffender(string advice, IEnumerable<string> offenders)
    {
        var found = offenders.Order(StringComparer.Ordinal).ToArray();
        Assert.True(found.Length == 0, $"{advice}{string.Concat(found.Select(offender => $"{Environment.NewLine}  {offender}"))}");
    }

    /// <summary>Files of the repository below <c>src</c> and <c>tests</c>, by their paths from its root with forward slashes.</summary>
    public static IEnumerable<string> Files(string pattern) => new[] { "src", "tests" }
        .SelectMany(top => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, top), pattern, SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/'));

    /// <summary>The text of a file that <see cref="Files"/> named.</summary>
    public static string Text(string file) => File.ReadAllText(Path.Combine(RepositoryFolder.Root, file));
}
