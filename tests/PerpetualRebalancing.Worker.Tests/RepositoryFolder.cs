namespace PerpetualRebalancing.Worker.Tests;

/// <summary>Finds the files that ship with the product, from wherever the tests run.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find();

    public static string Config(string file) => Path.Combine(Root, "config", file);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PerpetualRebalancing.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
