using System.Collections.Immutable;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    /// <summary>How often runs of a kind ended in which way.</summary>
    public ImmutableSortedDictionary<string, long> RunOutcomes(string kind) =>
        List<string>("select outcome from runs where household = @Household and kind = @Kind", new { Household = Household.Value, Kind = kind })
            .CountBy(outcome => outcome).ToImmutableSortedDictionary(c => c.Key, c => (long)c.Value, StringComparer.Ordinal);

    /// <summary>The plan that was recorded last for a slot before another, or null.</summary>
    public StoredPlan? PlanBefore(Slot slot) => List<StoredPlan>(
        $"select {PlanColumns} from plans where household = @Household and slot < @Slot order by at desc, hash desc limit 1", new { Household = Household.Value, Slot = slot }).FirstOrDefault();

    /// <summary>The plan that was recorded last, or null.</summary>
    public StoredPlan? LastPlan() => List<StoredPlan>($"select {PlanColumns} from plans where household = @Household order by at desc, hash desc limit 1").FirstOrDefault();
}
