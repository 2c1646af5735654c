using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>A folder of rule tables, read whole so that the faults of all its files are reported at once.</summary>
internal static class TableFolder
{
    /// <summary>Reads every file of a folder.</summary>
    /// <param name="folder">Where the tables are.</param>
    /// <param name="extension">Of the tables, without a dot; JSON schemas are passed over.</param>
    /// <param name="read">Reads one file.</param>
    /// <exception cref="ConfigurationException">There is no table, or a file has faults.</exception>
    public static ImmutableArray<(string Path, T Content)> Read<T>(string folder, string extension, Func<string, T> read)
    {
        // The file system's order is not the same everywhere, and faults are read by people.
        var paths = (Directory.Exists(folder) ? Directory.GetFiles(folder, $"*.{extension}") : [])
            .Where(path => !path.EndsWith(".schema.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        if (paths.Length == 0)
        {
            throw new ConfigurationException($"{Path.GetFullPath(folder)}: has no *.{extension} files; allowed: a folder with at least one");
        }

        var contents = ImmutableArray.CreateBuilder<(string Path, T Content)>();
        var faults = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                contents.Add((path, read(path)));
            }
            catch (ConfigurationException e)
            {
                faults.AddRange(e.Faults);
            }
        }

        return faults.Count == 0 ? contents.ToImmutable() : throw new ConfigurationException([.. faults]);
    }

    /// <summary>Refuses a name that two files, or one file twice, define.</summary>
    /// <param name="named">The file, the kind of name, and the name.</param>
    /// <exception cref="ConfigurationException">A name is there twice.</exception>
    public static void RequireUnique(IEnumerable<(string Path, string Kind, string Name)> named)
    {
        var faults = named.GroupBy(item => item.Name).Where(group => group.Count() > 1).Select(group =>
        {
            var (path, kind, name) = group.ElementAt(1);
            return $"{Path.GetFileName(path)}: {kind}: {name} is in {Path.GetFileName(group.First().Path)} too; allowed: one per {kind}";
        }).ToImmutableArray();
        if (!faults.IsEmpty)
        {
            throw new ConfigurationException(faults);
        }
    }
}
