using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

/// <summary>The part of JSON Schema 2020-12 that the product's schemas use. A keyword it does not know fails the test, so that a
/// schema cannot quietly outgrow it.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$defs", "title", "description", "default"];

    public static JsonSchema Load(string file) => new(Json(File.ReadAllText(RepositoryFolder.Config(file))).AsObject());

    public static JsonNode Json(string text) => JsonNode.Parse(
        text,
        documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;

    public JsonObject Root => root;

    /// <summary>The paths at which a document breaks the schema; empty when it does not.</summary>
    public string[] Validate(JsonNode? document) => [.. Check(root, document, "")];

    /// <summary>Every object of the schema that lists its keys, with the path of an example of it: <c>accounts[0]</c>.</summary>
    public IEnumerable<(string Path, JsonObject Schema)> Objects() => Objects(root, "");

    private IEnumerable<(string Path, JsonObject Schema)> Objects(JsonObject schema, string path)
    {
        if (schema["items"] is JsonObject items)
        {
            foreach (var inner in Objects(items, path + "[0]"))
            {
                yield return inner;
            }
        }

        if (schema["properties"] is not JsonObject properties)
        {
            yield break;
        }

        yield return (path, schema);
        foreach (var (key, value) in properties)
        {
            foreach (var inner in Objects(value!.AsObject(), Join(path, key)))
            {
                yield return inner;
            }
        }
    }

    private IEnumerable<string> Check(JsonObject schema, JsonNode? value, string path)
    {
        foreach (var (keyword, argument) in schema)
        {
            foreach (var fault in Check(schema, keyword, argument!, value, path))
            {
                yield return fault;
            }
        }
    }

    private IEnumerable<string> Check(JsonObject schema, string keyword, JsonNode argument, JsonNode? value, string path)
    {
        var text = value is JsonValue v && v.TryGetValue<string>(out var s) ? s : null;
        var number = Number(value);
        var properties = value as JsonObject;
        var items = value as JsonArray;
        return keyword switch
        {
            _ when Annotations.Contains(keyword) => [],
            "$ref" => Check(root["$defs"]![argument.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), value, path),
            "type" => If(!Types(argument).Any(t => Is(t, value)), path),
            "enum" => If(!argument.AsArray().Any(a => JsonNode.DeepEquals(a, value)), path),
            "const" => If(!JsonNode.DeepEquals(argument, value), path),
            "not" => If(!Check(argument.AsObject(), value, path).Any(), path),
            "pattern" => If(text is not null && !Regex.IsMatch(text, argument.GetValue<string>()), path),
            "minLength" => If(text is not null && text.Length < argument.GetValue<int>(), path),
            "maxLength" => If(text is not null && text.Length > argument.GetValue<int>(), path),
            "minimum" => If(number < Number(argument), path),
            "maximum" => If(number > Number(argument), path),
            "minItems" => If(items?.Count < argument.GetValue<int>(), path),
            "maxItems" => If(items?.Count > argument.GetValue<int>(), path),
            "uniqueItems" => If(items is not null && items.Select(i => i!.ToJsonString()).Distinct().Count() < items.Count, path),
            "items" => (items ?? []).SelectMany((item, i) => Check(argument.AsObject(), item, $"{path}[{i}]")),
            "required" => argument.AsArray().Select(k => k!.GetValue<string>())
                .Where(k => properties is not null && !properties.ContainsKey(k)).Select(k => Join(path, k)),
            "properties" => argument.AsObject().Where(p => properties is not null && properties.ContainsKey(p.Key))
                .SelectMany(p => Check(p.Value!.AsObject(), properties![p.Key], Join(path, p.Key))),
            "additionalProperties" => (properties ?? []).Where(p => !schema["properties"]!.AsObject().ContainsKey(p.Key))
                .Select(p => Join(path, p.Key)),
            "allOf" => argument.AsArray().SelectMany(part => Check(part!.AsObject(), value, path)),
            "if" => Check(argument.AsObject(), value, path).Any() ? [] : Check(schema["then"]!.AsObject(), value, path),
            "then" => [],
            _ => throw new NotSupportedException($"The schema uses '{keyword}' at '{path}', which this checker does not know."),
        };
    }

    private static IEnumerable<string> If(bool? broken, string path) => broken == true ? [path] : [];

    private static IEnumerable<string> Types(JsonNode argument) =>
        argument is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [argument.GetValue<string>()];

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        "integer" => Number(value) is { } n && n == Math.Truncate(n),
        _ => throw new NotSupportedException($"The schema uses the type '{type}', which this checker does not know."),
    };

    private static double? Number(JsonNode? value) =>
        value?.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
