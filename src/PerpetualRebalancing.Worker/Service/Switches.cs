using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Records the halts and resumptions that people asked for. A halt holds from the moment it is asked for; here it becomes a fact.</summary>
internal static class Switches
{
    /// <summary>The kind of intent that asks for placing again.</summary>
    public const string ResumeIntent = "resume";

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
