using System.CommandLine.Parsing;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>A word out of a few.</summary>
internal static class Choice
{
    /// <summary>Reads one of an enumeration's names, in any case; the fault lists them as a person types them.</summary>
    /// <param name="name">What the fault calls the argument.</param>
    public static Func<ArgumentResult, T> Of<T>(string name)
        where T : struct, Enum => result =>
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        result.AddError($"{name}: is '{text}'; allowed: {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
        return default;
    };
}
