using System.Collections.Immutable;
using System.Text.Json;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>What differs in one leg of two plans.</summary>
/// <param name="Leg">Its name, in the stored plan when that has it.</param>
/// <param name="What">What it does to what, and where.</param>
/// <param name="Changes">One phrase each.</param>
internal sealed record LegDifference(string Leg, string What, ImmutableArray<string> Changes);

/// <summary>What differs between two plans, read off their canonical JSON, so that a plan of another version of the decision, whose
/// members this program may not know, can be compared too.</summary>
/// <param name="Legs">Leg by leg; legs that are the same are left out.</param>
/// <param name="Parts">The other members that differ, by name.</param>
internal sealed record PlanDifference(ImmutableArray<LegDifference> Legs, ImmutableArray<string> Parts)
{
    private static readonly string[] Naming = ["purpose", "instrument", "account", "to"];

    /// <summary>Compares the stored plan with the recomputed one.</summary>
    public static PlanDifference Between(ReadOnlyMemory<byte> stored, ReadOnlyMemory<byte> recomputed)
    {
        using var was = JsonDocument.Parse(stored);
        using var now = JsonDocument.Parse(recomputed);
        return new PlanDifference(
            Compare(LegsOf(was.RootElement), LegsOf(now.RootElement)),
            [.. Members(was.RootElement, now.RootElement).Where(m => m.Name != "legs" && m.Was?.GetRawText() != m.Now?.GetRawText()).Select(m => m.Name)]);
    }

    private static JsonElement[] LegsOf(JsonElement plan) => [.. plan.GetProperty("legs").EnumerateArray()];

    private static ImmutableArray<LegDifference> Compare(JsonElement[] stored, JsonElement[] recomputed)
    {
        // Names such as B1 count positions: a leg more or less would make every later one look changed.
        var left = recomputed.ToList();
        var differences = ImmutableArray.CreateBuilder<LegDifference>();
        foreach (var was in stored)
        {
            var at = left.FindIndex(now => What(now) == What(was));
            if (at < 0)
            {
                differences.Add(new LegDifference(Name(was), What(was), ["only in the stored plan"]));
                continue;
            }

            var changes = Members(was, left[at]).Where(m => m.Was?.GetRawText() != m.Now?.GetRawText()).Select(Words).ToImmutableArray();
            left.RemoveAt(at);
            if (!changes.IsEmpty)
            {
                differences.Add(new LegDifference(Name(was), What(was), changes));
            }
        }

        differences.AddRange(left.Select(now => new LegDifference(Name(now), What(now), ["only in the recomputed plan"])));
        return differences.ToImmutable();
    }

    private static IEnumerable<(string Name, JsonElement? Was, JsonElement? Now)> Members(JsonElement was, JsonElement now) =>
        was.EnumerateObject().Concat(now.EnumerateObject()).Select(p => p.Name).Distinct().Select(name => (
            name, was.TryGetProperty(name, out var w) ? w : (JsonElement?)null, now.TryGetProperty(name, out var n) ? n : (JsonElement?)null));

    private static string Words((string Name, JsonElement? Was, JsonElement? Now) member) =>
        member is { Was: { ValueKind: JsonValueKind.String } was, Now: { ValueKind: JsonValueKind.String } now }
            ? $"{member.Name} {was.GetString()}, now {now.GetString()}"
            : $"other {member.Name}";

    private static string Name(JsonElement leg) => leg.GetProperty("id").GetString()!;

    private static string What(JsonElement leg) => string.Join(' ', Naming
        .Select(n => leg.TryGetProperty(n, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null).OfType<string>());
}
