using System.Text;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>What deciding again gave.</summary>
internal abstract record ReplayOutcome
{
    private ReplayOutcome()
    {
    }

    /// <summary>The same plan, to the byte.</summary>
    public sealed record Same(string Hash) : ReplayOutcome;

    /// <summary>Another plan from the same inputs: another version of the decision made it, or what was stored is not what it decided on.</summary>
    /// <param name="Stored">The hash that was approved.</param>
    /// <param name="Version">The version of the decision that made it.</param>
    /// <param name="Recomputed">The hash of today's answer.</param>
    /// <param name="Difference">What differs.</param>
    public sealed record Differs(string Stored, int Version, string Recomputed, PlanDifference Difference) : ReplayOutcome;

    /// <summary>The stored plan is not the one its hash was taken of: it was changed.</summary>
    /// <param name="Stored">The hash that was approved.</param>
    /// <param name="Actual">The hash of what is stored now.</param>
    public sealed record Altered(string Stored, string Actual) : ReplayOutcome;

    /// <summary>It cannot be decided again.</summary>
    /// <param name="Why">One sentence.</param>
    public sealed record Impossible(string Why) : ReplayOutcome;
}

/// <summary>Decides a stored plan again, from nothing but what is stored: the household file and the rule tables as they were, what was
/// read, and the facts that were known (semantics §1: with policy, state and inputs the plan is determined).</summary>
internal sealed class Replay(HouseholdStore store)
{
    /// <summary>Decides one plan again.</summary>
    /// <exception cref="StoreException">A stored document is not what it was.</exception>
    /// <exception cref="ConfigurationException">This program no longer reads a file as it was written then.</exception>
    public ReplayOutcome Of(StoredPlan stored)
    {
        var bytes = Encoding.UTF8.GetBytes(stored.Json);
        if (DomainJson.Hash(bytes) is var actual && actual != stored.Hash)
        {
            return new ReplayOutcome.Altered(stored.Hash, actual);
        }

        if (stored.Snapshot is not { } id || store.Snapshot(id) is not { Validated: { } validated } snapshot)
        {
            return new ReplayOutcome.Impossible($"Plan {stored.Hash} has no stored snapshot.");
        }

        var folder = Directory.CreateTempSubdirectory("perpetual-replay-").FullName;
        try
        {
            foreach (var input in snapshot.Inputs.Where(i => i.Name.Contains('/', StringComparison.Ordinal)))
            {
                Write(Path.Combine(folder, input.Name), input.Hash);
            }

            var household = Path.Combine(folder, "household.json");
            Write(household, stored.Policy);
            var policy = HouseholdFile.Load(household).Household;
            var read = DomainJson.ReadSnapshot(Document(validated));
            var state = HouseholdState.After(store.Facts().TakeWhile(f => f.Sequence <= stored.DecidedOn).Select(f => f.Fact));
            var plan = Decision.Decide(policy, state, new ReviewInputs(read, new RuleFolder(folder, household, policy).Read().Books));
            var again = DomainJson.Bytes(plan);
            var hash = DomainJson.Hash(again);
            return hash == stored.Hash
                ? new ReplayOutcome.Same(hash)
                : new ReplayOutcome.Differs(stored.Hash, VersionOf(bytes), hash, PlanDifference.Between(bytes, again));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The household as it was when a plan was decided.</summary>
    /// <exception cref="ConfigurationException">This program no longer reads the file as it was written then.</exception>
    public Household PolicyOf(StoredPlan stored)
    {
        var folder = Directory.CreateTempSubdirectory("perpetual-policy-").FullName;
        try
        {
            var household = Path.Combine(folder, "household.json");
            Write(household, stored.Policy);
            return HouseholdFile.Load(household).Household;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Asked of the text: a plan of another version may have members that this program does not read.
    private static int VersionOf(byte[] plan)
    {
        using var document = JsonDocument.Parse(plan);
        return document.RootElement.GetProperty("decisionVersion").GetInt32();
    }

    private void Write(string path, string document)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Document(document));
    }

    private byte[] Document(string hash) =>
        store.Document(hash) ?? throw new InvalidOperationException($"Document {hash} is not in the database.");
}
