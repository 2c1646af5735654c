using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Records the halts and resumptions that people asked for. A halt holds from the moment it is asked for; here it becomes a fact.</summary>
internal static class Switches
{
    /// <summary>The kind of intent that asks for placing again.</summary>
    public const string ResumeIntent = "resume";

    /// <summary>Asks whoever holds the placing role. A halt holds from now on.</summary>
    /// <param name="store">The household's memory.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="kind">A halt, or <see cref="ResumeIntent"/>.</param>
    /// <param name="why">For everybody who looks.</param>
    /// <returns>The intent's id, to wait for its answer.</returns>
    public static long Ask(HouseholdStore store, string by, string kind, string why) =>
        store.Transact(by, t => t.AddIntent(kind, JsonSerializer.Serialize(new SwitchRequest(why), ServiceJson.Default.SwitchRequest)));

    /// <summary>Answers every one that waits, in the order they were asked. Only the holder of the placing role calls it.</summary>
    public static void Answer(HouseholdStore store)
    {
        foreach (var intent in store.PendingIntents().Where(i => i.Kind is StoreTransaction.HaltIntent or ResumeIntent))
        {
            var why = JsonSerializer.Deserialize(intent.Json, ServiceJson.Default.SwitchRequest)!.Why;
            store.Transact(intent.By, t => t.CompleteIntent(intent.Id, intent.Kind == ResumeIntent ? Resume(t, why) : Halt(t, why)));
        }
    }

    private static string Halt(StoreTransaction transaction, string why)
    {
        transaction.Append(new Fact.Halted(why));
        transaction.Raise(new Alert(
            Severity.Critical, "halt", FormattableString.Invariant($"halt/{transaction.Sequence}"), $"Placing is halted: {why}. Nothing is placed until 'resume resume'."));
        return "Halted: nothing is placed until 'resume resume'.";
    }

    private static string Resume(StoreTransaction transaction, string why)
    {
        if (transaction.State.Halt is null)
        {
            return "Nothing was halted.";
        }

        transaction.Append(new Fact.Resumed(why));
        return "Placing is allowed again; every leg still passes its gates first.";
    }
}
