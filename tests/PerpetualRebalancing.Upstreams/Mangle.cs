using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PerpetualRebalancing.Upstreams;

/// <summary>Turns a good JSON answer into one that is no longer in the contract.</summary>
internal static class Mangle
{
    public static byte[] WrongTypes(byte[] json) => Change(json, (_, value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => JsonValue.Create("neither here nor there"),
        JsonValueKind.True or JsonValueKind.False => JsonValue.Create("perhaps"),
        _ => new JsonArray(JsonValue.Create(42)),
    });

    public static byte[] Nulls(byte[] json) => Change(json, (_, _) => null);

    public static byte[] UnknownEnum(byte[] json, IReadOnlySet<string> fields) =>
        Change(json, (name, value) => name is not null && fields.Contains(name) ? JsonValue.Create("SOMETHING_NEW") : value.DeepClone());

    public static byte[] ExtraFields(byte[] json)
    {
        if (Parse(json) is not { } node)
        {
            return json;
        }

        Add(node);
        return Encoding.UTF8.GetBytes(node.ToJsonString());

        static void Add(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject o:
                    foreach (var (_, child) in o)
                    {
                        Add(child);
                    }

                    o["zz_new_field"] = new JsonObject { ["a"] = 1, ["b"] = new JsonArray(true, null) };
                    break;
                case JsonArray a:
                    foreach (var child in a)
                    {
                        Add(child);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static byte[] Change(byte[] json, Func<string?, JsonNode, JsonNode?> leaf)
    {
        return Parse(json) is { } node ? Encoding.UTF8.GetBytes(Walk(null, node)?.ToJsonString() ?? "null") : json;

        JsonNode? Walk(string? name, JsonNode? node) => node switch
        {
            JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Walk(p.Key, p.Value)))),
            JsonArray a => new JsonArray([.. a.Select(child => Walk(name, child))]),
            null => null,
            _ => leaf(name, node),
        };
    }

    private static JsonNode? Parse(byte[] json)
    {
        try
        {
            return json.Length == 0 ? null : JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
