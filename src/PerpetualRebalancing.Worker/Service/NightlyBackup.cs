using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>One backup a day, at the service's first wake-up of the day that can make it.</summary>
internal static class NightlyBackup
{
    /// <summary>The kind of its runs.</summary>
    public const string Kind = "backup";

    private const string Made = "Made";

    /// <summary>Makes today's backup when there is none. A failure raises one alert a day and is tried again at the next wake-up.</summary>
    public static void RunIfDue(Desk desk)
    {
        var now = desk.Time.GetUtcNow();
        var today = desk.LocalDate(now);
        if (desk.Store.LastRun(Kind) is { Outcome: Made } last && desk.LocalDate(last.Finished) >= today)
        {
            return;
        }

        try
        {
            var (entry, logs) = new BackupFolder(desk.Settings.Backup, desk.Settings.DataFolder, desk.Time).Make();
            desk.Store.Transact("service", t => t.RecordRun(Kind, now, Made, FormattableString.Invariant($"{entry.Path}, with {logs.Sum(l => l.Head.Sequence)} facts, was made and checked.")));
        }
        catch (StoreException e)
        {
            desk.Store.Transact("service", t =>
            {
                t.Raise(new Alert(Severity.Critical, Kind, FormattableString.Invariant($"{Kind}/{today:yyyy-MM-dd}"), $"The backup of {today:yyyy-MM-dd} failed. {e.Message}"));
                t.RecordRun(Kind, now, "Failed", e.Message);
            });
        }
    }
}
