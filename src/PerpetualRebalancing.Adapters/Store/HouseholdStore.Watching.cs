using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    /// <summary>How often runs of a kind ended in which way.</summary>
    public ImmutableSortedDictionary<string, long> RunOutcomes(string kind) =>
        List<string>("select outcome from runs where household = @Household and kind = @Kind", new { Household = Household.Value, Kind = kind })
            .CountBy(outcome => outcome).ToImmutableSortedDictionary(c => c.Key, c => (long)c.Value, StringComparer.Ordinal);

    /// <summary>The plan that was recorded last, or null.</summary>
    public StoredPlan? LastPlan() => List<StoredPlan>($"select {PlanColumns} from plans where household = @Household order by at desc, hash desc limit 1").FirstOrDefault();
}
