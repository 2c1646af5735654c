using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>What the program does.</summary>
internal static class WorkChecks
{
    // A service delivers every few seconds.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>How far each account may go.</summary>
    public static IEnumerable<Finding> Accounts(Patient patient) => patient.Household.Accounts.Select(account => account.Mode switch
    {
        AccountMode.Observe => Finding.Note($"{account.Id} only observes: plans are shown, and nothing is placed."),
        AccountMode.Paper => Finding.Right($"{account.Id} trades on paper."),
        AccountMode.Live => Finding.Right($"{account.Id} is live: approved orders are placed with real money."),
        _ => throw new InvalidOperationException($"Unknown mode {account.Mode}."),
    });

    /// <summary>A service is alive, and may place.</summary>
    public static IEnumerable<Finding> Service(Patient patient)
    {
        var store = patient.Store;
        var holder = store?.Placing();
        yield return holder is null ? Finding.Wrong("No service looks after this household.", "Start it: 'run', or the unit or container of docker/README.md.")
            : patient.Now - holder.Heartbeat > PlacingLease.Patience ? Finding.Wrong($"Process {holder.ProcessId} on {holder.Host} died at {MachineChecks.Text(holder.Heartbeat)}.", "Look into its log, then start it again.")
            : Finding.Right($"Process {holder.ProcessId} on {holder.Host} is alive.");
        if (store?.State.Halt is { } why)
        {
            yield return Finding.Note($"Placing is halted: {why}.", "'resume resume' allows it again.");
        }
    }

    /// <summary>The last thing that ran went well, and no review is overdue.</summary>
    public static IEnumerable<Finding> Reviews(Patient patient)
    {
        if (patient.Store is not { } store)
        {
            yield break;
        }

        var last = store.Runs(1).FirstOrDefault();
        yield return last switch
        {
            null => Finding.Note("Nothing has run yet."),
            { Outcome: "failed" } => Finding.Wrong($"Failed at {MachineChecks.Text(last.Finished)}: {MoneyFormat.FullSentence(last.Summary)}", "Mend what it names; 'review' runs a review at once."),
            _ => Finding.Right($"Last, at {MachineChecks.Text(last.Finished)}: {MoneyFormat.FullSentence(last.Summary)}"),
        };
        foreach (var due in SlotTable.Due(store, patient.Household, patient.Calendars, patient.Now))
        {
            yield return due switch
            {
                SlotDue.Missed missed => Finding.Wrong($"The review of {missed.Slot} was due at {MachineChecks.Text(missed.Since)} and was missed.", "'review' runs one now."),
                SlotDue.Run run when patient.Now - run.Since > SlotTable.Late => Finding.Wrong(
                    $"The review of {run.Slot} has been due since {MachineChecks.Text(run.Since)}.", "Start the service, or run 'review'."),
                SlotDue.Run run => Finding.Note($"The review of {run.Slot} is due now."),
                SlotDue.Later later => Finding.Right($"Next, at {MachineChecks.Text(later.At)}: the review of {later.Slot}."),
                _ => throw new InvalidOperationException("A slot is due, missed or later."),
            };
        }
    }

    /// <summary>Nothing is in doubt.</summary>
    public static IEnumerable<Finding> Orders(Patient patient)
    {
        if (patient.Store is not { } store)
        {
            yield break;
        }

        var batches = store.State.Batches;
        foreach (var batch in batches)
        {
            foreach (var leg in batch.Legs.Where(l => l.State == LegState.InDoubt))
            {
                yield return Finding.Wrong($"What became of {leg.Plan.Id} of batch {batch.Id} is not known.", $"Look at the broker, then 'orders resolve {batch.Id} {leg.Plan.Id}'.");
            }

            if (!batch.Approved)
            {
                yield return Finding.Note($"Batch {batch.Id} of {batch.Slot} waits until {MachineChecks.Text(batch.Expires)}.", $"'approve {batch.Id}' or 'reject {batch.Id}'.");
            }
        }

        if (batches.IsEmpty)
        {
            yield return Finding.Right("No batch is open.");
        }
    }

    /// <summary>Messages get out.</summary>
    public static IEnumerable<Finding> Outbox(Patient patient)
    {
        if (patient.Store is not { } store)
        {
            yield break;
        }

        var waiting = store.PendingOutbox();
        if (waiting.IsEmpty)
        {
            yield return Finding.Right($"No message waits; they go to {patient.Settings.Outbox}.");
            yield break;
        }

        var oldest = waiting[0];
        var says = $"{waiting.Length} messages wait, the first since {MachineChecks.Text(oldest.Created)}{(oldest.LastError is { } error ? $"; the last attempt failed: {error}" : "")}.";
        yield return oldest.LastError is not null || patient.Now - oldest.Created > LongestWait
            ? Finding.Wrong(says, $"The service delivers them to {patient.Settings.Outbox}: see that it runs, and that the folder may be written.")
            : Finding.Note(says);
    }
}
