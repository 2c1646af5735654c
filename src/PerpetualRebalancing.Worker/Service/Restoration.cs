using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>What became of a household with a restoration.</summary>
/// <param name="Household">Whose.</param>
/// <param name="Head">Where the log of the backup ended.</param>
/// <param name="LastFact">When its last fact was recorded, or null.</param>
/// <param name="InDoubt">Orders that the broker may have, and that its book must answer for.</param>
/// <param name="Withheld">Messages that had not been sent, and are not sent any more.</param>
internal sealed record RestoredHousehold(HouseholdId Household, LogHead Head, DateTimeOffset? LastFact, int InDoubt, ImmutableArray<string> Withheld);

/// <summary>Puts a backup in the place of a data folder's databases. The machine that was lost may have placed, sent and mailed what the
/// backup still has before it: so a restored household is halted, its open orders are in doubt until the broker's book says what
/// became of them, and what waited to be mailed is withheld.</summary>
/// <param name="settings">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class Restoration(Settings settings, TimeProvider time)
{
    private static readonly string[] SideFiles = ["", "-wal", "-shm", "-journal"];

    /// <summary>Restores.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="replace">Whether databases that are there are put aside; without it they stop the restoration.</param>
    /// <param name="by">Who restores.</param>
    /// <returns>The households, and where the databases were put that were there, or null.</returns>
    /// <exception cref="ConfigurationException">There is a database, or a service at work on it.</exception>
    /// <exception cref="StoreException">The backup cannot be used; nothing was changed.</exception>
    public (ImmutableArray<RestoredHousehold> Households, string? PutAside) From(string file, bool replace, string by)
    {
        var there = Names.SelectMany(n => SideFiles.Select(s => Path.Combine(settings.DataFolder, n + s))).Where(File.Exists).ToArray();
        if (there.Length > 0 && !replace)
        {
            throw new ConfigurationException($"backup restore: {settings.DataFolder} has a database; allowed: an empty data folder, or --force, which puts what is there aside");
        }

        RequireNobodyAtWork();
        MakeFolder(settings.DataFolder);
        var name = $".restore-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var scratch = Path.Combine(settings.DataFolder, name);
        try
        {
            var logs = BackupFile.Unpack(file, settings.Backup.Passphrase, scratch, time);
            var restored = logs.Select(log => Settle(Path.Combine(scratch, BackupFile.Database), log, file, by)).ToImmutableArray();
            var aside = there.Length > 0 ? PutAside(there) : null;

            // The database comes last: while it is missing, nothing starts.
            foreach (var unpacked in Names.Reverse().Select(n => Path.Combine(scratch, n)).Where(File.Exists))
            {
                File.Move(unpacked, Path.Combine(settings.DataFolder, Path.GetFileName(unpacked)));
            }

            return (restored, aside);
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    private static ImmutableArray<string> Names => [BackupFile.Database, BackupFile.PaperBook];

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A process that goes on with a file that was moved away would record what nobody reads.</summary>
    private void RequireNobodyAtWork()
    {
        if (!File.Exists(settings.Database))
        {
            return;
        }

        try
        {
            foreach (var household in HouseholdStore.HouseholdsIn(settings.Database))
            {
                using var store = HouseholdStore.OpenReadOnly(settings.Database, household, time);
                if (store.Placing() is { } holder && holder.Heartbeat + PlacingLease.Patience > time.GetUtcNow())
                {
                    throw new ConfigurationException($"backup restore: process {holder.ProcessId} on {holder.Host} looks after {household}; stop it first, a dead one counts for a minute");
                }
            }
        }
        catch (StoreException)
        {
            // A database that cannot be read is what a restoration is for.
        }
    }

    private string PutAside(string[] there)
    {
        var aside = Path.Combine(settings.DataFolder, $"replaced-{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
        MakeFolder(aside);
        foreach (var file in there)
        {
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        }

        return aside;
    }

    private RestoredHousehold Settle(string database, BackedUpLog log, string file, string by)
    {
        using var store = HouseholdStore.Open(database, log.Household, time);
        var last = store.Facts().LastOrDefault()?.At;
        var what = FormattableString.Invariant($"{Path.GetFileName(file)} (a log of {log.Head.Sequence} facts, the last of {last:yyyy-MM-dd HH:mm} UTC)");
        return store.Transact(by, t =>
        {
            var doubts = t.State.Batches.Where(b => b.Approved).SelectMany(b => b.Legs.Select(leg => (Batch: b, Leg: leg))).Count(o => Doubt(t, o.Batch, o.Leg, what));
            t.Append(new Fact.Halted($"restored from {what}{(t.State.Halt is { } before ? $"; halted before that: {before}" : "")}"));
            foreach (var alert in store.Alerts().Where(a => a.AcknowledgedAt is null && a.ToldAt is null))
            {
                // One that was just about to be mailed, so that its mail is withheld with the others.
                t.Enqueue(new OutboxMessage(Letters.AlertKind, null, alert.Text, alert.Text, FormattableString.Invariant($"{Letters.AlertKind}/{alert.Id}")));
                t.MarkTold(alert.Id);
            }

            var withheld = t.Withhold($"withheld: the database was restored from {what}, and it may have been sent before");
            foreach (var intent in store.PendingIntents())
            {
                t.CompleteIntent(intent.Id, $"Not done: the database was restored from {what}. Ask again if it is still wanted.");
            }

            t.VacatePlacing();
            var summary = Summary(what, doubts, withheld);
            t.Raise(new Alert(Severity.Critical, "restored", FormattableString.Invariant($"restored/{t.Sequence}"), summary));
            t.RecordRun("restore", t.Now, "Restored", summary);
            return new RestoredHousehold(log.Household, log.Head, last, doubts, withheld);
        });
    }

    private static string Summary(string what, int doubts, ImmutableArray<string> withheld) =>
        $"The database was restored from {what}; what happened after that is not in it. Placing is halted. "
        + FormattableString.Invariant($"{doubts} orders that were open are in doubt until the broker's book says what became of them; ")
        + (withheld.IsEmpty ? "no message waited to be sent. " : FormattableString.Invariant($"{withheld.Length} messages that waited are withheld, as they may have been sent ('{string.Join("', '", withheld)}'). "))
        + "Compare 'status' with each broker, then allow placing with 'resume resume'.";

    /// <summary>Puts an order that the broker has, or may have been given since, in doubt: reconciliation then asks the broker's book
    /// before anything is placed. Money needs none of it, as the bank books a reference once.</summary>
    private static bool Doubt(StoreTransaction transaction, Batch batch, Leg leg, string what)
    {
        if (leg.Plan.Instrument is null || leg.State == LegState.InDoubt || !(leg.IsAtBroker || leg.State == LegState.Scheduled))
        {
            return false;
        }

        if (leg.State == LegState.Scheduled)
        {
            // Under the key that its next order would have had.
            var key = ClientKey.For(batch.Slot, batch.Id, leg.Plan.Id, ClientKey.AttemptOf(leg.ClientKey, leg.Plan.Id) + 1);
            transaction.Append(new Fact.LegMoved(
                batch.Id, leg.Plan.Id, LegState.Submitting, leg.Plan.Quantity, key, transaction.Now, $"may have been placed after the backup was made: restored from {what}"));
        }

        transaction.Append(new Fact.LegMoved(batch.Id, leg.Plan.Id, LegState.InDoubt, null, null, null, "restored: the broker's book says what became of it"));
        return true;
    }
}
