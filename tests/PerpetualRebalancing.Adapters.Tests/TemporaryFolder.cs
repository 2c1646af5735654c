namespace PerpetualRebalancing.Adapters.Tests;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("rebalancing-").FullName;

    public string PathTo(string name) => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        var path = PathTo(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
