using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>What is allowed in a household file and yet seldom meant.</summary>
internal static class HouseholdWarnings
{
    /// <summary>The warnings of a household, in the order of the file.</summary>
    public static ImmutableArray<string> Of(Household household, string file)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, line) in household.Classes.Index())
        {
            if (line.Target.Fraction > 0m
                && !household.Instruments.Any(i => i.Class == line.Id && i.Tag == InstrumentTag.Buy))
            {
                warnings.Add(
                    $"{file}: classes[{index}]: no account can buy '{line.Id}', so new money never reaches it; "
                    + "tag one of its instruments buy");
            }
        }

        // Seed 000 §3.3 asks for all four; a class with target 0 is being wound up and does not diversify.
        var missing = new List<string>();
        foreach (var broad in Enum.GetValues<BroadClass>())
        {
            if (!household.Classes.Any(c => c.Target.Fraction > 0m && c.Broad == broad))
            {
                missing.Add(Name(broad));
            }
        }

        if (missing.Count > 0)
        {
            warnings.Add(
                $"{file}: classes: only {4 - missing.Count} of the four broad asset classes are held; "
                + $"a diversified portfolio also has {string.Join(", ", missing)}");
        }

        if (household.Reserve.FloorMonths > household.Reserve.RetirementMonths)
        {
            warnings.Add($"{file}: reserve.floorMonths: the floor is above retirementMonths, so every month in retirement would sell");
        }

        return warnings.ToImmutable();
    }

    private static string Name(BroadClass broad) => broad switch
    {
        BroadClass.DomesticEquity => "domestic equity",
        BroadClass.InternationalEquity => "international equity",
        BroadClass.Debt => "debt",
        BroadClass.Gold => "gold",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
