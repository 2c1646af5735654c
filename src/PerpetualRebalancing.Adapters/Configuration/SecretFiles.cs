using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Takes values from files that variables name, as containers (<c>secrets</c>) and systemd (<c>LoadCredential</c>) hand out
/// secrets: <c>PERPETUAL_X_FILE=/run/secrets/x</c> stands for <c>PERPETUAL_X</c> with what is in that file.</summary>
public static class SecretFiles
{
    private const string Ending = "_FILE";

    /// <summary>The variables, with the content of each named file in the place of its name; a line's end at the end of it is not part of it.</summary>
    /// <param name="folder">What relative paths start from: the working folder.</param>
    /// <param name="variables">The environment, over <c>.env</c>.</param>
    /// <exception cref="ConfigurationException">A file cannot be read, or its variable is given as well: all faults at once.</exception>
    public static ImmutableDictionary<string, string> In(string folder, ImmutableDictionary<string, string> variables)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, file) in variables.Where(v => v.Key.StartsWith(Settings.Prefix, StringComparison.Ordinal) && v.Key.EndsWith(Ending, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var stands = name[..^Ending.Length];
            if (variables.ContainsKey(stands))
            {
                faults.Add($"environment: {name}: is given beside {stands}; allowed: one of the two");
                continue;
            }

            try
            {
                variables = variables.Remove(name).Add(stands, TextFile.Read(Path.GetFullPath(file, folder)).TrimEnd('\r', '\n'));
            }
            catch (ConfigurationException e)
            {
                faults.AddRange(e.Faults.Select(fault => $"environment: {name}: {fault}"));
            }
        }

        return faults.Count == 0 ? variables : throw new ConfigurationException(faults.ToImmutable());
    }
}
