using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

/// <summary>A file in a folder of its own, removed at the end.</summary>
internal sealed class Written : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("configuration-").FullName;

    public Written(string name, string text) => File.WriteAllText(Path = System.IO.Path.Combine(_folder, name), text);

    public string Path { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static LoadedHousehold LoadHousehold(string text)
    {
        using var file = new Written("household.json", text);
        return HouseholdFile.Load(file.Path);
    }

    public static ImmutableArray<string> FaultsOf(string name, string text, Action<string> load)
    {
        using var file = new Written(name, text);
        return Assert.Throws<ConfigurationException>(() => load(file.Path)).Faults;
    }

    public static ImmutableArray<string> HouseholdFaults(string text) =>
        FaultsOf("household.json", text, path => HouseholdFile.Load(path));
}
