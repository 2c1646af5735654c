using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Collects every fault of one file, so that a person sees them all at once.</summary>
internal sealed class FaultList(string path)
{
    private readonly List<string> _faults = [];

    /// <summary>The file's name, as faults name it.</summary>
    public string File { get; } = Path.GetFileName(path);

    /// <summary>How many faults there are so far.</summary>
    public int Count => _faults.Count;

    /// <summary>One line per fault, in the order they were found.</summary>
    public ImmutableArray<string> Lines => [.. _faults];

    /// <summary>Records a fault.</summary>
    /// <param name="key">Where: a key's path such as <c>classes[2].target</c>, or a line.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="allowed">What may stand there, or what to do.</param>
    public void Add(string key, string problem, string allowed)
    {
        // One fault is one line, whatever a person has pasted into the file.
        var line = $"{File}: {key}: {problem}; allowed: {allowed}";
        _faults.Add(string.Concat(line.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)));
    }

    /// <summary>Stops when anything was recorded.</summary>
    /// <exception cref="ConfigurationException">There is at least one fault.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            throw new ConfigurationException(Lines);
        }
    }
}
