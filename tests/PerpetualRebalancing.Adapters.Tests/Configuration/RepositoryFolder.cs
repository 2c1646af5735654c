namespace PerpetualRebalancing.Adapters.Tests.Configuration;

/// <summary>Finds the files that ship with the product, from wherever the tests run.</summary>
internal static class RepositoryFolder
{
    public static string Config(string file) => Root(Path.Combine("config", file));

    public static string Root(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PerpetualRebalancing.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, file);
    }
}
