using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>What a person wrote cannot be used. Carries every fault at once, so that one edit mends them all; nothing has been
/// written or placed when it is thrown.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Makes the exception from its faults.</summary>
    /// <param name="faults">At least one line, each naming the file, the key or line, and what is allowed.</param>
    public ConfigurationException(ImmutableArray<string> faults)
        : base(string.Join('\n', faults)) => Faults = faults;

    /// <summary>Makes the exception from one fault.</summary>
    public ConfigurationException(string fault)
        : this([fault])
    {
    }

    /// <summary>One line per fault, in the order of the file.</summary>
    public ImmutableArray<string> Faults { get; }
}
