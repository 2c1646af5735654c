using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Json;

public sealed partial class DomainJson
{
    private const string FactStart = "{\"fact\":\"";

    private static readonly Dictionary<string, Type> FactTypes = typeof(Fact).GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
        .ToDictionary(d => (string)d.TypeDiscriminator!, d => d.DerivedType, StringComparer.Ordinal);

    private static readonly Dictionary<Type, string> FactKinds = FactTypes.ToDictionary(d => d.Value, d => d.Key);

    /// <summary>The canonical text of a fact: its kind first, then its members.</summary>
    public static string Text(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);

        // The serializer would write the same text for a Fact, but would prepare every kind there is before the first: most of a start.
        var members = JsonSerializer.Serialize(fact, FactInfo(fact.GetType()));
        return $"{FactStart}{FactKinds[fact.GetType()]}\",{members.AsSpan(1)}";
    }

    /// <summary>Reads a fact that <see cref="Text"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not a fact this version knows.</exception>
    public static Fact ReadFact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.StartsWith(FactStart, StringComparison.Ordinal) ? text.IndexOf("\",", FactStart.Length, StringComparison.Ordinal) : -1;
        return end > 0 && FactTypes.TryGetValue(text[FactStart.Length..end], out var type)
            && JsonSerializer.Deserialize($"{{{text.AsSpan(end + 2)}", FactInfo(type)) is Fact fact
            ? fact
            : throw new JsonException("The text is not a fact.");
    }

    private static JsonTypeInfo FactInfo(Type type) => Default.Options.GetTypeInfo(type);
}
