using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>What the program remembers by.</summary>
internal static class DatabaseChecks
{
    private const string Restore = "Stop the service, put the file aside and restore the last good copy of the data folder.";

    /// <summary>The operating system's SQLite is there and new enough.</summary>
    public static IEnumerable<Finding> Library(Patient patient) => [Finding.Right($"SQLite {SqliteLibrary.Version} of the operating system.")];

    /// <summary>Both databases are whole, ours, and of this program's schema; the log of facts is as it was recorded.</summary>
    public static IEnumerable<Finding> Files(Patient patient)
    {
        var settings = patient.Settings;
        if (!File.Exists(settings.Database))
        {
            yield return Finding.Note($"There is none in {settings.DataFolder} yet.", "'run' starts the service and makes it.");
            yield break;
        }

        var found = DatabaseExamination.Of(settings.Database);
        if (found.Damage is { } damage)
        {
            yield return Finding.Wrong($"{settings.Database} is damaged: {damage}.", Restore);
            yield break;
        }

        yield return found.Schema == found.Newest
            ? Finding.Right($"{settings.Database} is whole, with schema {found.Schema}.")
            : Finding.Note($"{settings.Database} is whole, with schema {found.Schema}; this program has schema {found.Newest}.", "Copy the data folder, then start 'run' once: it brings the database up to date.");
        var paper = Path.Combine(settings.DataFolder, "paper.db");
        if (File.Exists(paper) && PaperBook.DamageOf(paper) is { } harm)
        {
            yield return Finding.Wrong($"{paper} is damaged: {harm}.", Restore);
        }

        if (found.Schema < found.Newest)
        {
            yield break;
        }

        if (patient.Store is not { } store)
        {
            yield return Finding.Note($"Nothing is recorded of household '{patient.Household.Id}' in it.", "'run' starts the service and records it.");
            yield break;
        }

        yield return store.VerifyChain() switch
        {
            AuditVerification.Intact intact => Finding.Right($"The facts are as they were recorded: {intact.Count}, the last one's hash is {intact.Head}."),
            AuditVerification.Broken broken => Finding.Wrong($"The log was changed outside the program: {broken.Why}.", Restore),
            _ => throw new InvalidOperationException("A log is intact or broken."),
        };
    }
}
