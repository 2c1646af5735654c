using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
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

    /// <summary>Another plan from the same inputs: the decision is not what it was, or what was stored is not what it decided on.</summary>
    /// <param name="Stored">The hash that was approved.</param>
    /// <param name="Recomputed">The hash of today's answer.</param>
    /// <param name="Plan">Today's answer.</param>
    public sealed record Differs(string Stored, string Recomputed, Plan Plan) : ReplayOutcome;

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
        var version = stored.Read().DecisionVersion;
        if (version != Decision.Version)
        {
            return new ReplayOutcome.Impossible($"Plan {stored.Hash} was made by version {version} of the decision, and this program has version {Decision.Version}.");
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
            var hash = DomainJson.Hash(DomainJson.Bytes(plan));
            return hash == stored.Hash ? new ReplayOutcome.Same(hash) : new ReplayOutcome.Differs(stored.Hash, hash, plan);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Write(string path, string document)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Document(document));
    }

    private byte[] Document(string hash) =>
        store.Document(hash) ?? throw new InvalidOperationException($"Document {hash} is not in the database.");
}
