using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Collects what is wrong with a statement. A file with many faults is another kind of file: the first ones say so.</summary>
internal sealed class StatementFaults(string file)
{
    private const int Most = 20;

    private readonly FaultList _faults = new(file);
    private int _unsaid;

    /// <summary>The file's name.</summary>
    public string File => _faults.File;

    /// <summary>Records a fault.</summary>
    /// <param name="place">Which line or element.</param>
    /// <param name="field">Which field of it; empty for all of it.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="allowed">What may stand there, or what to do.</param>
    public void Add(string place, string field, string problem, string allowed)
    {
        if (_faults.Count < Most)
        {
            _faults.Add(field.Length == 0 ? place : $"{place}, {field}", problem, allowed);
        }
        else
        {
            _unsaid++;
        }
    }

    /// <summary>Records a fault and stops.</summary>
    public ConfigurationException Fatal(string place, string field, string problem, string allowed)
    {
        Add(place, field, problem, allowed);
        return new ConfigurationException(Lines);
    }

    /// <summary>Stops when anything was recorded.</summary>
    /// <exception cref="ConfigurationException">There is at least one fault; nothing was imported.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new ConfigurationException(Lines);
        }
    }

    /// <summary>A value as a fault shows it: one line, not the rest of the file.</summary>
    public static string Short(string text) => text.Length <= 60 ? text : $"{text[..60]}…";

    private ImmutableArray<string> Lines => _unsaid == 0 ? _faults.Lines : [.. _faults.Lines, $"{File}: and {_unsaid} more faults like these"];
}
