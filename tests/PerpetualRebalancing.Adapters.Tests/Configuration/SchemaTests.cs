using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

/// <summary>The schemas are what an editor tells a person, the loader is what the product accepts: they must not disagree.</summary>
public partial class SchemaTests
{
    private static readonly JsonSchema Household = JsonSchema.Load("household.schema.json");
    private static readonly JsonSchema Opening = JsonSchema.Load("opening.schema.json");
    private static readonly JsonSchema Services = JsonSchema.Load("services.schema.json");

    /// <summary>What only the loader can know: sums, references, duplicates, currencies, time zones, places after a number's point.</summary>
    private static readonly string[] BeyondASchema =
    [
        "add up to", "did you mean 'nifty'", "did you mean 'global'", "is 'ravi'", "is 'bank'", "is 'purse'", "where the money comes from",
        "names a second", "USD, the currency of", "is '1000 USD'", "places after the point", "more than all expenses",
        "holds USD", "above maximumDrift", "Asia/Mumbay", "dealt in on an exchange", "which a line in a file", "tracks", "asks for two people", "check digit", "is given with otherIncome",
    ];

    [Fact]
    public void The_example_files_are_valid()
    {
        Assert.Empty(Household.Validate(Example("household.json")));
        Assert.Empty(Opening.Validate(Example("opening.json")));
        Assert.Empty(Services.Validate(Example("services.json")));
        Assert.Empty(Household.Validate(JsonSchema.Json(SmallHousehold.Text)));
    }

    [Fact]
    public void Each_object_of_the_household_schema_lists_exactly_the_keys_the_loader_knows() =>
        AssertSameKeys(Household, SmallHouseholdWithEverything(), text => Written.HouseholdFaults(text));

    [Fact]
    public void Each_object_of_the_opening_schema_lists_exactly_the_keys_the_loader_knows() =>
        AssertSameKeys(Opening, OpeningWithEverything(), OpeningFaultTests.Faults);

    [Fact]
    public void Each_object_of_the_services_schema_lists_exactly_the_keys_the_loader_knows() =>
        AssertSameKeys(Services, ServicesWithEverything(), ServicesFileTests.Faults);

    [Fact]
    public void A_value_of_the_wrong_kind_is_a_fault_at_every_key_for_schema_and_loader_alike()
    {
        AssertSameKinds(Household, SmallHouseholdWithEverything(), text => Written.HouseholdFaults(text));
        AssertSameKinds(Opening, OpeningWithEverything(), OpeningFaultTests.Faults);
        AssertSameKinds(Services, ServicesWithEverything(), ServicesFileTests.Faults);
    }

    /// <summary>A key written twice and a number beyond every range do not survive the reading of JSON, so no schema sees them.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> MistakesInWellFormedJson() => HouseholdFaultTests.Faults
        .Where(row => !row.Data.Item2.Contains("1e400", StringComparison.Ordinal) && !row.Data.Item3.Contains("is written twice"));

    [Theory]
    [MemberData(nameof(MistakesInWellFormedJson))]
    public void What_the_loader_refuses_the_schema_refuses_too_where_a_schema_can(string old, string changed, string line)
    {
        var expected = !BeyondASchema.Any(b => line.Contains(b, StringComparison.Ordinal));
        var faults = Household.Validate(JsonSchema.Json(SmallHousehold.With(old, changed)));
        Assert.True(expected == faults.Length > 0, $"schema: [{string.Join(", ", faults)}], loader: {line}");
    }

    [Theory]
    [MemberData(nameof(ServicesFileTests.Mistakes), MemberType = typeof(ServicesFileTests))]
    public void What_the_services_loader_refuses_the_schema_refuses_too_where_a_schema_can(string text, string line)
    {
        var expected = !new[] { "twice", "not a known key; did", "16909060", "999.1.1.1", "a login is by oauth", "not this machine itself" }.Any(b => line.Contains(b, StringComparison.Ordinal));
        Assert.True(!expected || Services.Validate(JsonSchema.Json(text)).Length > 0, line);
    }

    private static void AssertSameKeys(JsonSchema schema, JsonNode document, Func<string, IEnumerable<string>> faultsOf)
    {
        var objects = schema.Objects().ToArray();
        Assert.NotEmpty(objects);
        foreach (var (path, part) in objects)
        {
            Assert.False(part["additionalProperties"]!.GetValue<bool>(), path);
            var broken = document.DeepClone();
            Find(broken, path)["zzzz"] = 1;
            var fault = Assert.Single(faultsOf(broken.ToJsonString()));
            Assert.Contains($": {(path.Length == 0 ? "" : path + ".")}zzzz: is not a known key; allowed: ", fault);
            var known = fault.Split("allowed: ")[1].Split(", ").Order(StringComparer.Ordinal);
            Assert.Equal(part["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal), known);
        }
    }

    private static void AssertSameKinds(JsonSchema schema, JsonNode document, Func<string, IEnumerable<string>> faultsOf)
    {
        foreach (var (path, part) in schema.Objects())
        {
            foreach (var (key, _) in part["properties"]!.AsObject())
            {
                // No key of either file is a list of numbers, so this is the wrong kind everywhere.
                var broken = document.DeepClone();
                Find(broken, path)[key] = new JsonArray(1);
                var place = path.Length == 0 ? key : $"{path}.{key}";
                Assert.Contains(schema.Validate(broken), fault => fault.StartsWith(place, StringComparison.Ordinal));
                Assert.Contains(faultsOf(broken.ToJsonString()), fault => fault.Split(": ")[1].StartsWith(place, StringComparison.Ordinal));
            }
        }
    }

    private static JsonObject Find(JsonNode document, string path)
    {
        var node = document;
        foreach (Match step in Steps().Matches(path))
        {
            node = step.Value[0] == '[' ? node[int.Parse(step.Value[1..^1])]! : node[step.Value]!;
        }

        return node.AsObject();
    }

    private static JsonNode Example(string file) => JsonSchema.Json(File.ReadAllText(RepositoryFolder.Config(file)));

    private static JsonNode SmallHouseholdWithEverything()
    {
        var household = JsonSchema.Json(SmallHousehold.Text);
        household["instruments"]![0]!["exitLoad"] = new JsonObject { ["percent"] = 1, ["days"] = 30 };
        household["instruments"]![0]!["symbols"] = new JsonObject { ["kite"] = "NSE:NIFTYBEES", ["amfi"] = "120716" };
        household["alerts"] = new JsonObject { ["quietFrom"] = "21:00" };
        household["harvest"] = new JsonObject { ["gains"] = true };
        return household;
    }

    private static JsonNode ServicesWithEverything()
    {
        var services = Example("services.json");
        services["mail"] = JsonSchema.Json(ServicesFileTests.Mail);
        return services;
    }

    private static JsonNode OpeningWithEverything() => JsonSchema.Json(OpeningFaultTests.Text);

    [GeneratedRegex(@"[A-Za-z$]+|\[\d+\]")]
    private static partial Regex Steps();
}
